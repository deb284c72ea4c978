"""The figures of a report, computed by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from knowledge.decide import Answer, Clarify, Decision, Unknown
from knowledge.entry import GoldenQuestion
from knowledge.evaluate import Report, Verdict, coverage_at, decline_auroc, evaluate
from knowledge.index import Index, build_index
from knowledge.match import Finding, Match
from knowledge.shelf import FEATURES


def verdict(
    expect: str | None,
    ranked: dict[str, float],
    decision: Decision,
    *,
    also: tuple[str, ...] = (),
    ms: float = 1.0,
    lang: str = "de",
) -> Verdict:
    """A question that was answered so; entries whose id starts with "no" are declines."""
    matches = tuple(
        Match(name, probability, is_decline=name.startswith("no"), language="de")
        for name, probability in ranked.items()
    )
    return Verdict(GoldenQuestion("?", expect, lang, also), Finding("de", matches, 0.0), decision, ms)


RIGHT = verdict("a", {"a": 0.9, "b": 0.1}, Answer("a"), ms=1.0)
AS_RIGHT = verdict("a", {"b": 0.8, "c": 0.1}, Answer("b"), also=("b",), ms=2.0)
WRONG = verdict("a", {"b": 0.7, "a": 0.2}, Answer("b"), ms=3.0)
ASKED_BACK = verdict("c", {"b": 0.4, "a": 0.3, "c": 0.2}, Clarify(("b", "a", "c")), ms=4.0, lang="tr")
MISSED = verdict("c", {"a": 0.3}, Unknown(), ms=5.0)
DECLINED = verdict(None, {"no": 0.9, "a": 0.05}, Unknown("no"), ms=6.0)
TALKATIVE = verdict(None, {"c": 0.6}, Answer("c"), ms=7.0)
NOTHING = verdict(None, {}, Unknown(), ms=8.0)

REPORT = Report([RIGHT, AS_RIGHT, WRONG, ASKED_BACK, MISSED, DECLINED, TALKATIVE, NOTHING], 1.23456)


def test_the_summary_equals_what_is_counted_by_hand() -> None:
    assert REPORT.summary() == {
        "questions": 8,
        "top1": 0.4,  # RIGHT and AS_RIGHT of five in scope
        "top3": 0.8,  # WRONG and ASKED_BACK too
        "mrr": 0.5667,  # (1 + 1 + 1/2 + 1/3 + 0) / 5
        "answered": 0.5,  # four of eight
        "precision": 0.5,  # two of these four
        "coverage_at_95": 0.25,  # the two surest of eight
        "decline_auroc": 0.8667,  # of 15 pairs: 5 over 0.05, 5 over 0, 3 over 0.6
        "ms_p50": 4.5,
        "ms_p99": 7.93,
        "build_s": 1.235,
    }


def test_the_summary_has_exactly_the_keys_of_the_contract() -> None:
    keys = "questions, top1, top3, mrr, answered, precision, coverage_at_95, decline_auroc, ms_p50, ms_p99, build_s"
    assert list(REPORT.summary()) == keys.split(", ")
    assert Report([], 0.0).summary() == dict.fromkeys(keys.split(", "), 0) | {"decline_auroc": 0.5}


def test_answers_that_are_wrong_count_over_all_questions() -> None:
    assert REPORT.wrong_share() == 0.25
    assert Report([], 0.0).wrong_share() == 0.0


def test_confusions_tell_what_stood_first_instead_most_frequent_first() -> None:
    confusions = Report([*REPORT.verdicts, WRONG], 0.0).confusions()
    assert confusions[0] == ("a", "b", 2)
    assert sorted(confusions[1:]) == [("-", "c", 1), ("c", "a", 1), ("c", "b", 1)]
    assert Report([verdict("a", {}, Unknown())], 0.0).confusions() == [("a", "-", 1)]


def test_a_verdict_is_written_with_exactly_the_keys_of_the_contract() -> None:
    record = WRONG.record()
    assert record == {
        "text": "?",
        "lang": "de",
        "detected": "de",
        "expect": "a",
        "decision": "answer",
        "answers": [{"id": "b", "score": 0.7}, {"id": "a", "score": 0.2}],
        "ms": 3.0,
    }
    assert list(record) == ["text", "lang", "detected", "expect", "decision", "answers", "ms"]
    assert json.loads(json.dumps(record)) == record


@pytest.mark.parametrize(
    ("one", "word"), [(RIGHT, "answer"), (ASKED_BACK, "clarify"), (DECLINED, "decline"), (MISSED, "decline")]
)
def test_outcomes_have_the_words_of_the_contract(one: Verdict, word: str) -> None:
    assert one.record()["decision"] == word


def test_coverage_is_the_largest_share_that_is_precise_enough() -> None:
    verdicts = [verdict("a", {"a": 1 - place / 100}, Answer("a")) for place in range(20)]
    assert coverage_at(0.95, verdicts) == 1.0
    almost = [*verdicts[:19], verdict("a", {"b": 0.01}, Unknown())]
    assert coverage_at(0.95, almost) == 1.0
    assert coverage_at(0.96, almost) == 0.95
    assert coverage_at(0.95, [verdict("a", {"b": 1.0}, Answer("b")), *verdicts[:18]]) == 0.0
    assert coverage_at(0.95, []) == 0.0


def test_a_decline_is_no_confidence() -> None:
    assert DECLINED.confidence == 0.05
    assert NOTHING.confidence == 0.0


def test_telling_questions_apart_ranges_from_never_to_always() -> None:
    sure, unsure = verdict("a", {"a": 0.9}, Answer("a")), verdict("a", {"a": 0.1}, Unknown())
    outside = verdict(None, {"a": 0.5}, Unknown())
    assert decline_auroc([sure, outside]) == 1.0
    assert decline_auroc([unsure, outside]) == 0.0
    assert decline_auroc([verdict("a", {"a": 0.5}, Unknown()), outside]) == 0.5
    assert decline_auroc([sure]) == decline_auroc([outside]) == decline_auroc([]) == 0.5


def test_a_report_splits_by_language() -> None:
    parts = REPORT.by(lambda one: one.question.lang or "-")
    assert {language: len(part.verdicts) for language, part in parts.items()} == {"de": 7, "tr": 1}


def test_every_question_is_asked_and_timed(small_town: Index) -> None:
    def stopwatch() -> Iterator[float]:
        seconds = 0.0
        while True:
            yield seconds
            seconds += 0.25

    questions = [
        GoldenQuestion("Wohngeld beantragen", "wohngeld"),
        GoldenQuestion("Regnet es heute?", None, "de"),
        GoldenQuestion("", None),
    ]
    report = evaluate(small_town, questions, stopwatch().__next__, build_seconds=2.0)
    assert [one.outcome for one in report.verdicts] == ["answer", "decline", "decline"]
    assert [one.milliseconds for one in report.verdicts] == [250.0] * 3
    assert (report.summary()["top1"], report.summary()["build_s"]) == (1.0, 2.0)
    assert set(report.calibration["de"]) == {"asked", *FEATURES}
    assert report.verdicts[0].record()["lang"] is None


def test_answers_are_at_most_ten_and_given_whatever_the_decision(small_town: Index) -> None:
    (asked,) = evaluate(small_town, [GoldenQuestion("Was kostet ein Flug?", None)], lambda: 0.0).verdicts
    assert asked.outcome == "decline"
    assert 1 <= len(asked.record()["answers"]) <= 10


def test_no_knowledge_declines_everything() -> None:
    report = evaluate(build_index([]), [GoldenQuestion("Wohngeld", "a")], lambda: 0.0)
    assert report.summary()["answered"] == 0.0
    assert report.verdicts[0].record()["answers"] == []
