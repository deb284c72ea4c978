"""Three outcomes, and what lies exactly on their borders."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.decide import MOST_OPTIONS, Answer, Clarify, Thresholds, Unknown, decide
from knowledge.emergency import Emergency
from knowledge.index import Index
from knowledge.match import Finding, Match, match

BAR = Thresholds(answer=0.5, clarify=0.25, option=0.125)


def found(*matches: tuple[str, float], emergency: Emergency | None = None) -> Finding:
    """A finding; entries whose id starts with "no" are declines."""
    ranked = [
        Match(name, probability, is_decline=name.startswith("no"), language="de")
        for name, probability in sorted(matches, key=lambda each: -each[1])
    ]
    return Finding("de", tuple(ranked), 1 - sum(each for _, each in matches), emergency)


@pytest.mark.parametrize(
    ("finding", "decision"),
    [
        pytest.param(found(), Unknown(), id="nothing found"),
        pytest.param(found(("a", 0.5)), Answer("a"), id="just sure enough"),
        pytest.param(found(("a", 0.499)), Clarify(("a",)), id="just not sure enough"),
        pytest.param(found(("a", 0.25)), Clarify(("a",)), id="just likely enough to ask back"),
        pytest.param(found(("a", 0.249)), Unknown(), id="just too unlikely"),
        pytest.param(found(("a", 0.125), ("b", 0.125)), Clarify(("a", "b")), id="options likely together"),
        pytest.param(found(("a", 0.2), ("b", 0.124)), Unknown(), id="an option too unlikely to count"),
        pytest.param(found(("a", 0.3), ("b", 0.124)), Clarify(("a",)), id="an option too unlikely to show"),
        pytest.param(found(("a", 0.5), ("b", 0.5)), Answer("a"), id="two alike, the first is given"),
        pytest.param(
            found(("a", 0.24), ("b", 0.23), ("c", 0.22), ("d", 0.21)), Clarify(("a", "b", "c")), id="three of four"
        ),
        pytest.param(found(("no", 0.9)), Unknown("no"), id="a decline wins"),
        pytest.param(found(("no", 0.5)), Unknown("no"), id="a decline just likely enough"),
        pytest.param(found(("no", 0.499)), Unknown(), id="a decline just too unlikely"),
        pytest.param(found(("no", 0.7), ("a", 0.2)), Unknown("no"), id="a decline far likelier than an option"),
        pytest.param(found(("no", 0.6), ("a", 0.3)), Clarify(("a",)), id="an option near a decline"),
        pytest.param(found(("a", 0.3), ("no", 0.3)), Clarify(("a",)), id="an option as likely as a decline"),
        pytest.param(found(("no-1", 0.4), ("no-2", 0.4), ("a", 0.2)), Unknown(), id="declines together"),
        pytest.param(found(("a", 0.5), ("no", 0.4)), Answer("a"), id="an answer beats a decline"),
        pytest.param(found(("no", 0.3), ("a", 0.28), ("b", 0.2)), Clarify(("a", "b")), id="no decline among options"),
    ],
)
def test_thresholds_part_answer_question_and_silence(finding: Finding, decision: object) -> None:
    assert decide(finding, BAR) == decision


def test_an_emergency_is_answered_first_with_its_reason() -> None:
    finding = replace(found(("notruf", 1.0), ("a", 0.9), emergency=Emergency.FIRE), emergency_entry="notruf")
    assert decide(finding, BAR) == Answer("notruf", Emergency.FIRE)


def test_an_emergency_comes_first_though_no_entry_tells_the_numbers() -> None:
    assert decide(found(("a", 0.9), emergency=Emergency.FIRE), BAR) == Answer(None, Emergency.FIRE)
    assert decide(found(("no", 0.3), emergency=Emergency.FIRE), BAR) == Answer(None, Emergency.FIRE)


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "c", "d", "e", "no-1", "no-2"]), st.floats(0, 0.25), max_size=7),
    st.sampled_from([BAR, Thresholds(), None]),
)
def test_a_question_back_has_one_to_three_different_options_that_are_no_declines(
    probabilities: dict[str, float], thresholds: Thresholds | None
) -> None:
    decision = decide(found(*probabilities.items()), thresholds)
    if isinstance(decision, Clarify):
        assert 1 <= len(decision.entry_ids) <= MOST_OPTIONS == 3
        assert len(set(decision.entry_ids)) == len(decision.entry_ids)
        assert not any(name.startswith("no") for name in decision.entry_ids)
    elif isinstance(decision, Answer):
        assert not decision.entry_id.startswith("no")
    elif decision.decline_id:
        assert decision.decline_id.startswith("no")


@pytest.mark.parametrize("question", ["Wie wird das Wetter morgen?", "regnet es am Wochenende"])
def test_what_the_bot_is_not_for_is_declined_with_its_reason(small_town: Index, question: str) -> None:
    assert decide(match(small_town, question)) == Unknown("absage-wetter")


def test_what_nobody_wrote_down_is_unknown(small_town: Index) -> None:
    assert decide(match(small_town, "Was kostet ein Flug nach Mallorca?")) == Unknown()


def test_higher_thresholds_turn_an_answer_into_a_question_back_and_silence(small_town: Index) -> None:
    finding = match(small_town, "Wohngeld beantragen")
    assert decide(finding) == Answer("wohngeld")
    assert decide(finding, Thresholds(answer=1.1)) == Clarify(("wohngeld",))
    assert decide(finding, Thresholds(answer=1.1, clarify=1.1)) == Unknown()
