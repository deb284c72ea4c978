"""How open questions find those that say the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.clock import sort_questions
from bot.services import grouping, questions
from bot.services.grouping import Sorter
from bot.services.questions import QuestionState
from bot.storage.tables import QuestionGroupRow
from tests.conftest import BERLIN, Resident, TestTown

WHERE = "Wo melde ich Zwergpinguine?"
WHERE_ELSE = "zwergpingiune melde ich wo"
OTHER = "Zwergpinguine fressen Heringe"


async def asks(town: TestTown, *texts: str, first: int = 1, language: str | None = None) -> list[Resident]:
    """Each text is the question of another resident."""
    residents = [Resident(town, f"somebody-{number}", language=language) for number in range(first, first + len(texts))]
    for resident, text in zip(residents, texts, strict=True):
        await resident.sends(text)
    return residents


async def sorts(town: TestTown, sorter: Sorter | None = None) -> list[dict[str, Any]]:
    """The groups after everything was sorted."""
    await sort_questions(town.desk, sorter or Sorter())
    return groups(town)


def groups(town: TestTown) -> list[dict[str, Any]]:
    return town.rows()["question_group"]


def close(town: TestTown, number: int, state: QuestionState) -> None:
    with town.database.writing() as db:
        grouping.set_state(db, db.get_one(QuestionGroupRow, number), state)


async def test_questions_that_say_the_same_are_one_group(quarter: TestTown) -> None:
    await asks(quarter, WHERE, OTHER, WHERE_ELSE)
    first, second = await sorts(quarter)
    assert (first["count"], second["count"]) == (2, 1)
    assert [row["group_id"] for row in quarter.rows()["question"]] == [first["id"], second["id"], first["id"]]
    assert (first["language"], first["state"], first["wanted"]) == ("de", "open", 0)


async def test_a_group_holds_none_of_its_words(quarter: TestTown) -> None:
    await asks(quarter, WHERE)
    assert await sorts(quarter)
    assert b"pinguin" not in quarter.stored().lower()


async def test_later_questions_join_also_in_another_process(quarter: TestTown) -> None:
    here, elsewhere = Sorter(), Sorter()
    await asks(quarter, WHERE)
    await sorts(quarter, here)
    quarter.now.moves(days=1)
    await asks(quarter, WHERE_ELSE, OTHER, first=10)
    await sorts(quarter, elsewhere)
    await asks(quarter, OTHER.upper(), WHERE, first=20)
    first, second = await sorts(quarter, here)
    assert (first["count"], first["days"]) == (3, {"2026-06-09": 1, "2026-06-10": 2})
    assert second["count"] == 2
    assert first["last_at"] - first["first_at"] == timedelta(days=1)


async def test_days_are_those_of_the_wall_clock(quarter: TestTown) -> None:
    quarter.now.moves(hours=12)  # half past midnight is near
    quarter.now.moves(minutes=30)
    await asks(quarter, WHERE)
    assert (await sorts(quarter))[0]["days"] == {"2026-06-10": 1}


async def test_many_are_sorted_a_few_at_a_time(quarter: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST_AT_ONCE", 2)
    await asks(quarter, WHERE, OTHER, WHERE_ELSE, OTHER, WHERE)
    assert [group["count"] for group in await sorts(quarter)] == [3, 2]


async def test_languages_are_kept_apart(quarter: TestTown) -> None:
    await asks(quarter, "Quantenphysik Gartenzwerge", language="de")
    await asks(quarter, "Quantenphysik Gartenzwerge", language="tr", first=5)
    assert [group["language"] for group in await sorts(quarter)] == ["de", "tr"]


async def test_words_that_the_town_knows_are_no_slips_of_each_other(quarter: TestTown) -> None:
    await quarter.knows("Moorbad", answer="Wir versalben und vorsalben Rheuma.")
    await asks(quarter, "Gartenzwerge versalben Quanten", "Gartenzwerge vorsalben Quanten")
    quarter.now.moves(minutes=11)
    assert [group["count"] for group in await sorts(quarter)] == [1, 1]


async def test_placeholders_do_not_tell_questions_apart(quarter: TestTown) -> None:
    await asks(quarter, f"{WHERE} Meine Nummer: 0171 3920099", f"{WHERE} Meine Nummer:")
    assert [group["count"] for group in await sorts(quarter)] == [2]


async def test_the_nearest_entry_is_guessed(quarter: TestTown) -> None:
    await asks(quarter, "Hund Zwergpinguin", "👍")
    quarter.now.moves(minutes=11)
    guesses = [group["guess"] for group in await sorts(quarter)]
    assert guesses[0] in ("anmelden", "abmelden")
    assert guesses[1] is None


async def test_who_asked_the_team_is_counted_whenever_that_was(quarter: TestTown) -> None:
    before, after = await asks(quarter, WHERE, WHERE_ELSE)
    await before.taps("Ja, das Team fragen")
    assert (await sorts(quarter))[0]["wanted"] == 1
    await after.taps("Ja, das Team fragen")
    assert groups(quarter)[0]["wanted"] == 2


# --- Who is still choosing -------------------------------------------------------------------------------------------


async def test_a_question_waits_while_its_resident_is_choosing_an_answer(quarter: TestTown) -> None:
    (resident,) = await asks(quarter, "Hund")
    assert await sorts(quarter) == []
    await resident.taps("Hund anmelden")
    quarter.now.moves(minutes=11)
    assert await sorts(quarter) == []


@pytest.mark.parametrize("way", ["time", "none of these"])
async def test_it_waits_no_longer_when_nothing_was_chosen(quarter: TestTown, way: str) -> None:
    (resident,) = await asks(quarter, "Hund")
    if way == "time":
        quarter.now.moves(minutes=11)
    else:
        await resident.taps("Nichts davon")
    assert [group["count"] for group in await sorts(quarter)] == [1]


async def test_who_chooses_later_leaves_the_group_and_the_last_one_takes_it_along(quarter: TestTown) -> None:
    first, second = await asks(quarter, "Hund", "Hund!")
    quarter.now.moves(minutes=11)
    assert (await sorts(quarter))[0]["count"] == 2
    await first.taps("Hund anmelden")
    assert groups(quarter)[0]["count"] == 1
    await second.taps("Hund abmelden")
    assert groups(quarter) == []
    assert [row["state"] for row in quarter.rows()["question"]] == ["confirmed", "confirmed"]


async def test_a_question_worded_anew_is_counted_once(quarter: TestTown) -> None:
    (resident,) = await asks(quarter, WHERE)
    await sorts(quarter)
    await resident.sends(OTHER, edits="message-1", key="message-1/edit-1")
    (group,) = await sorts(quarter)
    assert (group["count"], len(quarter.rows()["question"])) == (1, 1)


# --- What staff have done with ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [QuestionState.IGNORED, QuestionState.OUT_OF_SCOPE])
async def test_what_nobody_cares_for_joins_without_a_word(quarter: TestTown, state: QuestionState) -> None:
    await asks(quarter, WHERE)
    (group,) = await sorts(quarter)
    close(quarter, group["id"], state)
    (resident,) = await asks(quarter, WHERE_ELSE, first=5)
    (group,) = await sorts(quarter)
    assert (group["state"], group["count"]) == (state.value, 2)
    assert {row["state"] for row in quarter.rows()["question"]} == {state.value}
    await resident.taps("Ja, das Team fragen")  # now somebody does
    (group,) = await sorts(quarter)
    assert (group["state"], group["wanted"]) == ("open", 1)
    assert {row["state"] for row in quarter.rows()["question"]} == {"open"}


@pytest.mark.parametrize("state", [QuestionState.LINKED, QuestionState.ANSWERED])
async def test_what_is_asked_again_after_an_answer_is_a_new_group(quarter: TestTown, state: QuestionState) -> None:
    sorter = Sorter()
    await asks(quarter, WHERE)
    (group,) = await sorts(quarter, sorter)
    close(quarter, group["id"], state)
    await asks(quarter, WHERE_ELSE, first=5)
    assert [(group["state"], group["count"]) for group in await sorts(quarter, sorter)] == [
        (state.value, 1),
        ("open", 1),
    ]


async def test_a_plan_that_others_overtook_changes_nothing_twice(quarter: TestTown) -> None:
    sorter = Sorter()
    await asks(quarter, WHERE, WHERE_ELSE, OTHER)
    with quarter.database.writing() as db:
        places = sorter.plan(sorter.look(db, quarter.now()), quarter.desk.snapshot)
        questions.drop(db, quarter.rows()["turn"][1]["id"])
    await sorts(quarter, Sorter())
    before = quarter.rows()
    with quarter.database.writing() as db:
        grouping.sort_in(db, places, BERLIN)
    assert quarter.rows() == before
    assert [group["count"] for group in groups(quarter)] == [1, 1]


async def test_what_is_forgotten_is_compared_with_no_longer(quarter: TestTown) -> None:
    sorter = Sorter()
    (resident,) = await asks(quarter, WHERE)
    await sorts(quarter, sorter)
    await resident.sends("/forget")
    await resident.taps("Ja, alles löschen")
    (left,) = groups(quarter)
    assert left["count"] == 1  # a number stays
    await asks(quarter, WHERE_ELSE, first=5)
    assert [group["count"] for group in await sorts(quarter, sorter)] == [1, 1]
