"""The closed form of leaving one passage out equals really training without it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from knowledge.classifier import RIDGE, spread, train

ENTRIES = 4
SEEDS = (1, 2, 3)


def passages(seed: int, count: int = 14) -> tuple[sp.csr_array, np.ndarray, np.ndarray]:
    """Random rows of length 1, their owners, and how much they are trusted."""
    chance = np.random.default_rng(seed)
    rows = np.abs(chance.normal(size=(count, 9))) * (chance.random((count, 9)) < 0.6) + 1e-3
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    trust = chance.choice([1.0, 0.7], size=count).astype(np.float32)
    return sp.csr_array(rows.astype(np.float32)), np.arange(count, dtype=np.int32) % ENTRIES, trust


@pytest.mark.parametrize("seed", SEEDS)
def test_scores_left_out_equal_retraining_without_the_passage(seed: int) -> None:
    vectors, owners, trust = passages(seed)
    training = train(vectors, owners, ENTRIES, trust)
    for passage in range(len(owners)):
        others = np.flatnonzero(np.arange(len(owners)) != passage)
        retrained = train(vectors[others, :], owners[others], ENTRIES, trust[others]).classifier
        similarities = (vectors[[passage], :] @ vectors[others, :].T).toarray().ravel()
        assert training.left_out[passage] == pytest.approx(retrained.score(similarities), abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_training_solves_the_ridge_regression(seed: int) -> None:
    vectors, owners, trust = passages(seed)
    kernel = (vectors @ vectors.T).toarray().astype(float)
    targets = np.eye(ENTRIES)[owners]
    solved = np.linalg.solve(kernel + np.diag(RIDGE / trust), targets)
    assert train(vectors, owners, ENTRIES, trust).classifier.weights == pytest.approx(solved, abs=1e-4)


def test_more_passages_than_one_block_are_solved_alike() -> None:
    vectors, owners, trust = passages(4, count=1100)
    weights = train(vectors, owners, ENTRIES, trust).classifier.weights
    kernel = (vectors @ vectors.T).toarray() + np.diag(RIDGE / trust)
    assert kernel @ weights == pytest.approx(np.eye(ENTRIES)[owners], abs=2e-2)


def test_the_owner_of_a_passage_scores_highest() -> None:
    vectors = sp.csr_array(np.eye(ENTRIES, dtype=np.float32))
    owners = np.arange(ENTRIES, dtype=np.int32)
    scores = train(vectors, owners, ENTRIES, np.ones(ENTRIES, np.float32)).classifier.score(
        np.eye(ENTRIES, dtype=np.float32)
    )
    assert scores.argmax(axis=1).tolist() == owners.tolist()


def test_passages_that_took_no_part_have_no_weight() -> None:
    vectors, owners, trust = passages(5, count=3)
    training = train(vectors, owners, ENTRIES, trust)
    wide = spread(training, np.array([0, 2, 3], np.int32), 5)
    assert wide.classifier.weights[[0, 2, 3]] == pytest.approx(training.classifier.weights)
    assert not wide.classifier.weights[[1, 4]].any()
    assert not wide.left_out[[1, 4]].any()
