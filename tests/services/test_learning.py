"""What staff make of open questions, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import sort_questions, tidy
from bot.domain.errors import InvalidInput, NotFound, Refused
from bot.domain.retention import Retention
from bot.services import learning, library
from bot.services.grouping import Sorter
from bot.services.learning import Answer, Lesson, Telling
from bot.services.questions import QuestionState
from bot.services.teaching import Teaching
from tests.conftest import BERLIN, Resident, TestTown
from tests.small_quarter import UNKNOWN

QUESTION = UNKNOWN
SAME = "gartenzwerge Quantenphisik"
WORDS = Answer(texts={"de": "Im Zoo."})
LIBRARY = Teaching("buecherei", QUESTION)


async def asks(town: TestTown, text: str = QUESTION, name: str = "one", *, team: bool = False) -> Resident:
    """Somebody asks something, and the team too."""
    resident = Resident(town, f"somebody-{name}")
    assert (await resident.writes(text)).decision == "decline"
    if team:
        await resident.taps("Ja, das Team fragen")
    return resident


async def group(town: TestTown) -> int:
    """The number of the newest group after all questions were sorted."""
    await sort_questions(town.desk, Sorter())
    return int(town.rows()["question_group"][-1]["id"])


def does(town: TestTown, deed: Any, *args: Any) -> Any:
    """Do a deed in a transaction, as Anna and now."""
    with town.database.writing() as db:
        return deed(db, *args, "anna", town.now())


def states(town: TestTown) -> list[tuple[str, str]]:
    """Of each question and its group."""
    groups = {row["id"]: row["state"] for row in town.rows()["question_group"]}
    return [(row["state"], groups.get(row["group_id"], "")) for row in town.rows()["question"]]


def phrasings(town: TestTown, entry_id: str = "buecherei", language: str = "de") -> tuple[str, ...]:
    with town.database.reading() as db:
        return tuple(library.find(db, entry_id).phrasings.get(language, ()))


def addressed(town: TestTown) -> list[tuple[int, str, str]]:
    """To whom something goes out: conversation, kind, state."""
    return [(row["conversation_id"], row["kind"], row["state"]) for row in town.rows()["delivery"]]


# --- Teach an entry --------------------------------------------------------------------------------------------------


async def test_a_linked_question_is_answered_from_then_on(quarter: TestTown) -> None:
    resident = await asks(quarter)
    lesson: Lesson = does(quarter, learning.link, await group(quarter), LIBRARY)
    assert (lesson.state, lesson.entry_id, lesson.told) == (QuestionState.LINKED, "buecherei", 0)
    assert phrasings(quarter)[-1] == QUESTION
    assert states(quarter) == [("linked", "linked")]
    await quarter.desk.refresh()
    assert (await resident.writes(SAME)).entry_id == "buecherei"


async def test_an_entry_that_knows_the_words_already_learns_nothing_twice(quarter: TestTown) -> None:
    await asks(quarter)
    before = phrasings(quarter)
    number = await group(quarter)
    lesson = does(quarter, learning.link, number, Teaching("buecherei", " wo kann ich Bücher  leihen"))
    assert phrasings(quarter) == before
    does(quarter, learning.undo, lesson.id)
    assert phrasings(quarter) == before


async def test_staff_may_word_it_better_and_in_another_language(quarter: TestTown) -> None:
    await asks(quarter)
    does(quarter, learning.link, await group(quarter), Teaching("buecherei", "Where do penguins live?", "en"))
    assert phrasings(quarter, language="en") == ("Where do penguins live?",)


@pytest.mark.parametrize("phrasing", ["", " ?! ", "x" * 301, "Hier ist [Name], wo?"])
async def test_what_cannot_be_a_phrasing_is_refused(quarter: TestTown, phrasing: str) -> None:
    await asks(quarter)
    number = await group(quarter)
    with pytest.raises(InvalidInput) as refused:
        does(quarter, learning.link, number, Teaching("buecherei", phrasing))
    assert refused.value.field == "phrasing"
    assert states(quarter) == [("open", "open")]


async def test_an_entry_that_residents_do_not_see_learns_nothing(quarter: TestTown) -> None:
    await asks(quarter)
    number = await group(quarter)
    does(quarter, library.archive, "buecherei")
    with pytest.raises(Refused, match="do not see"):
        does(quarter, learning.link, number, LIBRARY)
    with pytest.raises(NotFound):
        does(quarter, learning.link, number, Teaching("nirgends", QUESTION))
    assert states(quarter) == [("open", "open")]


# --- Tell those who asked --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["link", "answer", "rule out"])
async def test_those_who_asked_the_team_are_told_and_nobody_else(quarter: TestTown, deed: str) -> None:
    await asks(quarter, team=True)
    await asks(quarter, SAME, "two")
    await asks(quarter, QUESTION.upper(), "three", team=True)
    number = await group(quarter)
    ways: dict[str, tuple[Any, Any]] = {
        "link": (learning.link, LIBRARY),
        "answer": (learning.answer, WORDS),
        "rule out": (learning.rule_out, Teaching("wetter", QUESTION)),
    }
    lesson = does(quarter, ways[deed][0], number, ways[deed][1])
    assert lesson.told == 2
    assert addressed(quarter) == [(1, "answer", "queued"), (3, "answer", "queued")]
    assert [row["answered_at"] is not None for row in quarter.rows()["question"]] == [True, False, True]


async def test_somebody_who_asked_twice_is_told_once(quarter: TestTown) -> None:
    resident = await asks(quarter, team=True)
    await resident.sends(SAME)
    await resident.taps("Ja, das Team fragen")
    assert does(quarter, learning.answer, await group(quarter), WORDS).told == 1


async def test_a_deed_need_not_be_told(quarter: TestTown) -> None:
    await asks(quarter, team=True)
    number = await group(quarter)
    with quarter.database.writing() as db:
        learning.link(db, number, LIBRARY, "anna", quarter.now(), Telling(tells=False))
    assert addressed(quarter) == []


@pytest.mark.parametrize(
    "given", [Answer(), Answer(texts={"de": "  "}), Answer(texts={"de": "x" * 3001}), Answer(texts={"xx": "Hi"})]
)
async def test_an_answer_needs_words_in_a_language_there_is(quarter: TestTown, given: Answer) -> None:
    await asks(quarter, team=True)
    number = await group(quarter)
    with pytest.raises(InvalidInput) as refused:
        does(quarter, learning.answer, number, given)
    assert refused.value.field == "text"


async def test_an_answer_in_words_is_sealed_and_goes_as_early_as_questions_do(quarter: TestTown) -> None:
    await asks(quarter, team=True)
    does(quarter, learning.answer, await group(quarter), Answer(texts={"de": "Im Mondzoo."}))
    assert b"mondzoo" not in quarter.stored().lower()
    assert quarter.rows()["lesson"][0]["sealed_texts"]
    quarter.now.moves(days=31)
    await tidy(quarter.desk)
    assert quarter.rows()["lesson"][0]["sealed_texts"] is None


# --- Nothing to do ---------------------------------------------------------------------------------------------------


async def test_what_the_bot_is_not_for_can_be_taught_to_the_entry_that_says_so(quarter: TestTown) -> None:
    resident = await asks(quarter)
    does(quarter, learning.rule_out, await group(quarter), Teaching("wetter", QUESTION))
    assert states(quarter) == [("out_of_scope", "out_of_scope")]
    await quarter.desk.refresh()
    assert (await resident.writes(QUESTION)).text == "Das Wetter kenne ich nicht."


async def test_an_entry_that_answers_does_not_rule_out(quarter: TestTown) -> None:
    await asks(quarter)
    number = await group(quarter)
    with pytest.raises(InvalidInput) as refused:
        does(quarter, learning.rule_out, number, LIBRARY)
    assert refused.value.field == "entry_id"


@pytest.mark.parametrize("deed", ["rule out", "ignore"])
async def test_a_question_can_just_be_put_aside(quarter: TestTown, deed: str) -> None:
    await asks(quarter, team=True)
    number = await group(quarter)
    if deed == "ignore":
        does(quarter, learning.ignore, number)
    else:
        does(quarter, learning.rule_out, number, None)
    state = {"ignore": "ignored", "rule out": "out_of_scope"}[deed]
    assert (states(quarter), addressed(quarter)) == ([(state, state)], [])


async def test_two_people_do_not_deal_with_one_question(quarter: TestTown) -> None:
    await asks(quarter, team=True)
    number = await group(quarter)
    does(quarter, learning.ignore, number)
    before = quarter.rows()
    for deed, given in ((learning.link, LIBRARY), (learning.answer, WORDS), (learning.rule_out, None)):
        with pytest.raises(Refused, match="anna has dealt"):
            does(quarter, deed, number, given)
    assert quarter.rows() == before
    with pytest.raises(NotFound):
        does(quarter, learning.ignore, 999)


# --- Taking it back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deed", ["link", "answer", "rule out", "put aside", "ignore"])
async def test_every_deed_can_be_taken_back(quarter: TestTown, deed: str) -> None:
    await asks(quarter, team=True)
    number = await group(quarter)
    before = {name: quarter.rows()[name] for name in ("question", "question_group", "phrase")}
    deeds: dict[str, Any] = {
        "link": lambda: does(quarter, learning.link, number, LIBRARY),
        "answer": lambda: does(quarter, learning.answer, number, WORDS),
        "rule out": lambda: does(quarter, learning.rule_out, number, Teaching("wetter", QUESTION)),
        "put aside": lambda: does(quarter, learning.rule_out, number, None),
        "ignore": lambda: does(quarter, learning.ignore, number),
    }
    lesson = deeds[deed]()
    assert does(quarter, learning.undo, lesson.id) == 0
    after = {name: quarter.rows()[name] for name in before}
    for rows in (before, after):
        rows["phrase"] = [row | {"id": 0} for row in rows["phrase"]]
    assert sorted(after.pop("phrase"), key=repr) == sorted(before.pop("phrase"), key=repr)
    assert after == before
    assert all(state == "skipped" for _, _, state in addressed(quarter))
    with pytest.raises(Refused):
        does(quarter, learning.undo, lesson.id)
    assert deeds[deed]().told == lesson.told  # and done again


async def test_only_the_newest_deed_can_be_taken_back(quarter: TestTown) -> None:
    await asks(quarter)
    number = await group(quarter)
    first = does(quarter, learning.link, number, LIBRARY)
    with quarter.database.writing() as db:
        learning.reopen(db, number)
    does(quarter, learning.ignore, number)
    with pytest.raises(Refused):
        does(quarter, learning.undo, first.id)
    assert phrasings(quarter)[-1] == QUESTION


async def test_undoing_leaves_alone_what_others_changed_meanwhile(quarter: TestTown) -> None:
    await asks(quarter)
    lesson = does(quarter, learning.link, await group(quarter), LIBRARY)
    does(quarter, library.change, "buecherei", {"phrasings": {"de": ["Neu", QUESTION, "Neuer"]}})
    does(quarter, learning.undo, lesson.id)
    assert phrasings(quarter) == ("Neu", "Neuer")


async def test_a_question_that_was_dealt_with_can_be_opened_again(quarter: TestTown) -> None:
    await asks(quarter)
    number = await group(quarter)
    does(quarter, learning.link, number, LIBRARY)
    with quarter.database.writing() as db:
        learning.reopen(db, number)
    assert states(quarter) == [("open", "open")]
    assert phrasings(quarter)[-1] == QUESTION


# --- One question, for programs --------------------------------------------------------------------------------------


async def test_programs_see_questions_by_their_state_also_before_they_are_sorted(quarter: TestTown) -> None:
    for number in range(5):
        await asks(quarter, f"{QUESTION} {number * 'x'}", str(number), team=number == 3)
    with quarter.database.reading() as db:
        first = learning.listed(db, QuestionState.OPEN, None, 3)
        rest = learning.listed(db, QuestionState.OPEN, first[-1].id, 3)
        assert learning.listed(db, QuestionState.LINKED, None, 3) == []
    assert [one.is_wanted for one in (*first, *rest)] == [False, False, False, True, False]
    assert (first[0].text, first[0].language, first[0].group_id) == (f"{QUESTION} ", "de", None)


@pytest.mark.parametrize("is_sorted", [True, False])
async def test_a_program_answers_whoever_asked(quarter: TestTown, is_sorted: bool) -> None:
    await asks(quarter)
    await asks(quarter, SAME, "two", team=True)
    if is_sorted:
        await group(quarter)
    with quarter.database.writing() as db:
        given = learning.answer_question(db, 1, WORDS, "program", BERLIN, quarter.now())
    assert (given.state, given.answered_at) == (QuestionState.ANSWERED, quarter.now())
    assert [number for number, _, _ in addressed(quarter)] == ([1, 2] if is_sorted else [1])


async def test_a_program_links_a_question_without_its_placeholders(quarter: TestTown) -> None:
    await asks(quarter, f"{QUESTION} Meine Nummer: 0171 3920099", team=True)
    with quarter.database.writing() as db:
        linked = learning.link_question(db, 1, "buecherei", "program", BERLIN, quarter.now())
    assert (linked.state, linked.entry_id) == (QuestionState.LINKED, "buecherei")
    assert phrasings(quarter)[-1] == f"{QUESTION} Meine Nummer:"
    assert addressed(quarter) == [(1, "answer", "queued")]


async def test_a_question_that_its_resident_solved_is_not_for_programs(quarter: TestTown) -> None:
    resident = Resident(quarter)
    await resident.sends("Hund")
    await resident.taps("Hund anmelden")
    with quarter.database.writing() as db, pytest.raises(Refused, match="found the answer"):
        learning.answer_question(db, 1, WORDS, "program", BERLIN, quarter.now())
    with quarter.database.reading() as db, pytest.raises(NotFound):
        learning.find(db, 999)


# --- What ends by itself ---------------------------------------------------------------------------------------------


async def test_counts_stay_for_ninety_days_after_the_words_are_gone(quarter: TestTown) -> None:
    await asks(quarter)
    await group(quarter)
    quarter.now.moves(days=89)
    await tidy(quarter.desk)
    assert quarter.rows()["question"] == []
    assert [row["count"] for row in quarter.rows()["question_group"]] == [1]
    quarter.now.moves(days=2)
    await tidy(quarter.desk)
    assert quarter.rows()["question_group"] == []


async def test_what_was_learned_goes_from_the_lesson_with_the_texts(quarter: TestTown) -> None:
    await asks(quarter)
    lesson: Lesson = does(quarter, learning.link, await group(quarter), LIBRARY)
    quarter.now.moves(days=31)
    await tidy(quarter.desk)
    assert [row["sealed_phrasing"] for row in quarter.rows()["lesson"]] == [None]
    with pytest.raises(Refused, match="too old"):
        does(quarter, learning.undo, lesson.id)
    assert phrasings(quarter)[-1] == QUESTION


async def test_what_is_taken_back_leaves_no_words_behind(quarter: TestTown) -> None:
    await asks(quarter)
    lesson: Lesson = does(quarter, learning.link, await group(quarter), LIBRARY)
    does(quarter, learning.undo, lesson.id)
    assert [row["sealed_phrasing"] for row in quarter.rows()["lesson"]] == [None]
    assert QUESTION not in phrasings(quarter)


async def test_no_group_goes_before_its_questions(quarter: TestTown) -> None:
    await asks(quarter)
    await group(quarter)
    quarter.now.moves(days=200)
    with quarter.database.writing() as db:
        assert learning.forget(db, Retention(texts=timedelta(days=365)), quarter.now()) == 0
