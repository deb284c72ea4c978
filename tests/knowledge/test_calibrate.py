"""Probabilities are fitted to the town's own phrasings, and not where there are too few."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.calibrate import DEFAULT, FEWEST, STRENGTH, Trial, fit
from knowledge.entry import Entry
from knowledge.index import Index, build_index
from knowledge.shelf import FEATURES, Calibration
from tests.knowledge.small_town import offer

NUMBERS = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn"]


def town(phrasings: int) -> list[Entry]:
    """Two entries that have so many phrasings together."""
    asked = [f"Frage {tens} {ones}" for tens in NUMBERS for ones in NUMBERS][:phrasings]
    return [offer("a", "Sperrmüll", *asked[::2]), offer("b", "Wohngeld", *asked[1::2])]


@pytest.mark.parametrize("phrasings", [0, 1, FEWEST - 1])
def test_few_phrasings_leave_the_default(phrasings: int) -> None:
    calibration = build_index(town(phrasings)).shelves["de"].calibration
    assert calibration.asked == 0
    assert calibration.weights.tolist() == DEFAULT.weights.tolist()


@pytest.mark.parametrize("phrasings", [FEWEST, FEWEST + 7])
def test_enough_phrasings_are_all_asked(phrasings: int) -> None:
    calibration = build_index(town(phrasings)).shelves["de"].calibration
    assert calibration.asked == phrasings
    assert calibration.weights.tolist() != DEFAULT.weights.tolist()


def test_one_entry_alone_leaves_the_default_however_much_it_is_asked() -> None:
    only = offer("a", "Sperrmüll", *(f"Frage {one} {other}" for one in NUMBERS for other in NUMBERS))
    assert build_index([only]).shelves["de"].calibration.asked == 0


def trial(value: float, right: int | None) -> Trial:
    features = np.zeros((2, len(FEATURES)), np.float32)
    features[0, 0] = value
    return Trial(features, right, 1.0)


def test_what_the_right_candidates_have_in_common_gains_weight() -> None:
    prior = np.zeros(len(FEATURES), np.float32)
    fitted = fit([trial(1.0, 0)] * 50, prior, strength=1.0)
    assert fitted[0] > 0
    assert fit([trial(1.0, None)] * 50, prior, strength=1.0)[0] < 0
    assert fitted[1:].tolist() == pytest.approx([0.0] * (len(FEATURES) - 1), abs=1e-6)


def test_few_questions_are_not_believed_against_the_prior() -> None:
    prior = np.zeros(len(FEATURES), np.float32)
    weak, strong = (fit([trial(1.0, 0)] * 5, prior, strength)[0] for strength in (1.0, STRENGTH))
    assert 0 < strong < weak / 10


def test_probabilities_and_none_of_them_make_one() -> None:
    calibration = Calibration(np.array([2.0] + [0.0] * (len(FEATURES) - 1), np.float32))
    features = np.zeros((2, len(FEATURES)), np.float32)
    assert calibration.probabilities(features).tolist() == pytest.approx([1 / 3, 1 / 3])
    features[0, 0] = 500.0
    assert calibration.probabilities(features).tolist() == pytest.approx([1.0, 0.0])
    features[0, 0] = -500.0
    assert calibration.probabilities(features).tolist() == pytest.approx([0.0, 0.5])
    assert calibration.probabilities(features[:0]).tolist() == []


def test_a_fitted_town_answers_its_own_questions(small_town: Index) -> None:
    assert small_town.shelves["de"].calibration.asked >= FEWEST
