"""Which entry a question belongs to, learned from all passages at once.

Kernel ridge regression on the similarities of passages: closed form, so it needs no iterations, and it tells what it
would have said about each passage had it never seen it. Source: Rifkin, Lippert: Notes on Regularized Least Squares
(2007), for the leave-one-out formula.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from knowledge.features import Floats, Integers

RIDGE = 1.0
LARGEST = 10_000
"""Passages beyond which the classifier is left out: its cost grows with the cube of their number."""

_BLOCK = 512


@dataclass(frozen=True, slots=True)
class Classifier:
    """Linear in the similarities between a question and the passages."""

    weights: Floats
    """One row per passage, one column per entry."""

    def score(self, similarities: Floats) -> Floats:
        """One score per entry, about 1 for the right one and 0 for others."""
        return np.asarray(similarities @ self.weights, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Training:
    """A classifier, and its honest opinion of the passages it was trained on."""

    classifier: Classifier
    left_out: Floats
    """Scores of each passage (row) for each entry (column), as if that passage had not been in the training."""


def train(vectors: sp.csr_array, owners: Integers, entries: int, trust: Floats) -> Training:
    """Learn to tell the owner of each passage.

    `vectors` has one row of length 1 per passage, `owners` the row of its entry, and `trust` how much it counts
    (1: a question as asked; less for text that is no question).
    """
    kernel = _similarities(vectors)
    kernel[np.diag_indices_from(kernel)] += RIDGE / trust
    targets = np.zeros((len(owners), entries), dtype=np.float32)
    targets[np.arange(len(owners)), owners] = 1.0
    inverse = _inverse(kernel)
    weights = inverse @ targets
    left_out = targets - weights / np.diag(inverse)[:, None]
    return Training(Classifier(weights.astype(np.float32)), left_out.astype(np.float32))


def spread(training: Training, places: Integers, passages: int) -> Training:
    """The same training over all passages of a shelf, of which only those at `places` took part."""

    def rows(scores: Floats) -> Floats:
        wide = np.zeros((passages, scores.shape[1]), dtype=np.float32)
        wide[places] = scores
        return wide

    return Training(Classifier(rows(training.classifier.weights)), rows(training.left_out))


def _similarities(vectors: sp.csr_array) -> Floats:
    """The dot product of every two rows; in blocks, because a sparse product of all takes several times the memory."""
    count = vectors.shape[0]
    kernel = np.empty((count, count), dtype=np.float32)
    columns = vectors.T.tocsr()
    for start in range(0, count, _BLOCK):
        kernel[start : start + _BLOCK] = (vectors[start : start + _BLOCK, :] @ columns).toarray()
    return kernel


def _inverse(kernel: Floats) -> Floats:
    """The inverse of a symmetric positive definite matrix, in its place."""
    from scipy.linalg import lapack  # noqa: PLC0415 (8 MB, which a process that only answers need not hold)

    # LAPACK reads a row-major array as its transpose, so "lower" there is the upper triangle here.
    factor, fault = lapack.spotrf(kernel.T, lower=1, overwrite_a=1)
    if fault:
        raise np.linalg.LinAlgError(f"the kernel is not positive definite (spotrf: {fault})")
    inverse, fault = lapack.spotri(factor, lower=1, overwrite_c=1)
    if fault:
        raise np.linalg.LinAlgError(f"the kernel cannot be inverted (spotri: {fault})")
    for start in range(0, len(inverse), _BLOCK):
        end = start + _BLOCK
        inverse[:start, start:end] = inverse[start:end, :start].T
        square = np.tril(inverse[start:end, start:end])
        inverse[start:end, start:end] = square + np.tril(square, -1).T
    return np.asarray(inverse, dtype=np.float32)
