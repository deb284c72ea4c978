"""The starter content answers the golden questions: a wrong answer costs more than an honest silence."""

from __future__ import annotations

import time

import pytest

from knowledge.decide import Answer, Unknown, decide
from knowledge.emergency import detect
from knowledge.emergency.training import ABOUT_EMERGENCIES
from knowledge.evaluate import Report, evaluate
from knowledge.files import read_questions
from knowledge.index import PHRASING, Index
from knowledge.match import match
from knowledge.normalize import fold_word, stop_words, words
from tests.knowledge.conftest import CONTENT

TOP1, TOP3 = 0.92, 0.97
WRONG, OUT_OF_SCOPE_ANSWERED = 0.05, 0.15

QUESTIONS = read_questions(CONTENT.joinpath("golden", "de.jsonl").read_bytes())


@pytest.fixture(scope="module")
def report(starter_index: Index) -> Report:
    return evaluate(starter_index, QUESTIONS, time.perf_counter)


def told(report: Report) -> str:
    """What a person needs to see of a report that fell short."""
    lines = [f"{expected} <- {got} ({count})" for expected, got, count in report.confusions()]
    wrong = [
        f"{one.question.text!r}: {one.decision.entry_id}, not {one.question.expect or 'silence'}"
        for one in report.verdicts
        if isinstance(one.decision, Answer) and not one.is_right
    ]
    return "\n".join([str(report.summary()), "confusions:", *lines, "answered and wrong:", *wrong])


def test_the_right_entry_comes_first(report: Report) -> None:
    assert report.summary()["top1"] >= TOP1, told(report)


def test_the_right_entry_is_among_the_first_three(report: Report) -> None:
    assert report.summary()["top3"] >= TOP3, told(report)


def test_few_questions_are_answered_wrong(report: Report) -> None:
    assert report.wrong_share() <= WRONG, told(report)


def test_few_questions_out_of_scope_are_answered(report: Report) -> None:
    outside = [one for one in report.verdicts if not one.question.accepted]
    answered = [one for one in outside if one.outcome == "answer"]
    assert len(outside) >= 50
    assert len(answered) <= OUT_OF_SCOPE_ANSWERED * len(outside), told(report)


def test_every_expected_entry_exists_and_is_no_decline(starter_index: Index) -> None:
    expected = {name for question in QUESTIONS for name in (question.accepted | set(question.also))}
    assert expected <= set(starter_index.kinds)
    assert not {name for name in expected if starter_index.kinds[name] == "decline"}


def test_hardly_any_golden_question_stands_among_the_phrasings(starter_index: Index) -> None:
    """Else it would measure nothing; a lone word or two may well be what staff wrote as well."""
    passages = starter_index.shelves["de"].passages
    written = {" ".join(words(passage.text)) for passage in passages if passage.field == PHRASING}
    leaked = [one.text for one in QUESTIONS if one.expect and " ".join(words(one.text)) in written]
    assert len(leaked) <= 0.02 * len(QUESTIONS), leaked


def test_removing_stop_words_never_changes_the_winner(starter_index: Index) -> None:
    changed = []
    for question in QUESTIONS:
        kept = " ".join(word for word in words(question.text) if fold_word(word, "de") not in stop_words("de"))
        if detect(question.text) or detect(kept):
            continue  # an emergency comes by rule, before any ranking
        plain, bare = (match(starter_index, text, "de").matches[:1] for text in (question.text, kept))
        if [one.entry_id for one in plain] != [one.entry_id for one in bare]:
            changed.append(question.text)
    assert changed == []


def test_all_stop_words_together_are_declined(starter_index: Index) -> None:
    assert decide(match(starter_index, " ".join(sorted(stop_words("de"))), "de")) == Unknown()


@pytest.mark.parametrize(
    "question", ["sperrmul abholen", "Sperrmüll abhohlen", "sperr müll abholen", "SPERRMUELL ABHOLEN"]
)
def test_a_slip_does_not_keep_the_quarter_from_answering(starter_index: Index, question: str) -> None:
    right = match(starter_index, "Sperrmüll abholen", "de").matches[0].entry_id
    assert match(starter_index, question, "de").matches[0].entry_id == right


def test_the_time_for_a_question_is_not_felt(report: Report) -> None:
    assert report.summary()["ms_p50"] < 100


def test_hardly_any_question_of_every_day_raises_an_alarm() -> None:
    alarms = [one.text for one in QUESTIONS if detect(one.text) and one.expect not in ABOUT_EMERGENCIES]
    assert len(alarms) <= 0.02 * len(QUESTIONS), alarms
