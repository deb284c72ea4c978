"""Groups of questions as staff look at them."""

from __future__ import annotations

import pytest

from bot.domain.errors import NotFound, Refused
from bot.services import learning, open_questions
from bot.services.open_questions import Listing, Search, Whole
from bot.services.questions import QuestionState
from tests.conftest import BERLIN, Resident, TestTown
from tests.services.test_learning import QUESTION, SAME, WORDS, asks, does, group

RARE, OTHER = "Zwergpinguine fressen Heringe", "Mondkalb tanzt Polka"


def listing(town: TestTown, page: int = 1, **search: object) -> Listing:
    with town.database.reading() as db:
        return open_questions.listing(db, Search(**search), page)  # type: ignore[arg-type]


def whole(town: TestTown, number: int) -> Whole:
    with town.database.reading() as db:
        return open_questions.whole(db, number)


async def test_what_most_asked_the_team_comes_first_then_the_frequent_then_the_new(quarter: TestTown) -> None:
    await asks(quarter, RARE)
    for name in ("two", "three"):
        await asks(quarter, OTHER, name)
    quarter.now.moves(minutes=1)
    await asks(quarter, "Sternschnuppen polieren", "four")
    await asks(quarter, QUESTION, "five", team=True)
    await group(quarter)
    found = listing(quarter)
    assert [item.text for item in found.items] == [QUESTION, OTHER, "Sternschnuppen polieren", RARE]
    assert (found.count, found.page, found.pages) == (4, 1, 1)
    assert [item.text for item in listing(quarter, is_wanted=True).items] == [QUESTION]
    assert listing(quarter, language="tr").items == []
    assert listing(quarter, guess="nothing").items == []


async def test_long_lists_have_pages(quarter: TestTown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_questions, "PAGE", 1)
    await asks(quarter, RARE)
    await asks(quarter, OTHER, "two")
    await group(quarter)
    assert [listing(quarter, page).items[0].text for page in (1, 2, 99)] == [OTHER, RARE, RARE]
    assert listing(quarter, 0).pages == 2


async def test_a_group_tells_its_spellings_and_who_waits(quarter: TestTown) -> None:
    await asks(quarter, team=True)
    await asks(quarter, SAME, "two")
    await asks(quarter, SAME, "three", team=True)
    number = await group(quarter)
    found = whole(quarter, number)
    assert [(one.text, one.count) for one in found.spellings] == [(SAME, 2), (QUESTION, 1)]
    assert (found.waiting, found.undo, found.group.text) == (2, None, SAME)
    lesson = does(quarter, learning.answer, number, WORDS)
    found = whole(quarter, number)
    assert (found.waiting, found.undo, found.group.state) == (0, lesson.id, QuestionState.ANSWERED)
    assert (found.group.closed_by, found.group.closed_at) == ("anna", quarter.now())
    does(quarter, learning.undo, lesson.id)
    assert (whole(quarter, number).waiting, whole(quarter, number).undo) == (2, None)
    with pytest.raises(NotFound):
        whole(quarter, 999)


async def test_a_question_that_stands_in_the_wrong_group_gets_one_of_its_own(quarter: TestTown) -> None:
    await asks(quarter, team=True)
    await asks(quarter, SAME, "two")
    await asks(quarter, SAME, "three", team=True)
    number = await group(quarter)
    wrong = whole(quarter, number).spellings[0]
    with quarter.database.writing() as db:
        apart = learning.take_out(db, number, wrong.newest, "buecherei", BERLIN)
    left, taken = whole(quarter, number).group, whole(quarter, apart).group
    assert (left.text, left.count, left.wanted, left.days) == (QUESTION, 1, 1, {"2026-06-09": 1})
    assert (taken.text, taken.count, taken.wanted, taken.days) == (SAME, 2, 1, {"2026-06-09": 2})
    assert (taken.guess, taken.state, left.state) == ("buecherei", QuestionState.OPEN, QuestionState.OPEN)
    for question, fault in ((left.id + 999, NotFound), (whole(quarter, apart).spellings[0].newest, Refused)):
        with quarter.database.writing() as db, pytest.raises(fault):
            learning.take_out(db, apart, question, None, BERLIN)


async def test_questions_that_were_dealt_with_stay_in_their_group(quarter: TestTown) -> None:
    await asks(quarter)
    await asks(quarter, SAME, "two")
    number = await group(quarter)
    does(quarter, learning.ignore, number)
    with quarter.database.writing() as db, pytest.raises(Refused):
        learning.take_out(db, number, whole(quarter, number).spellings[0].newest, None, BERLIN)


async def test_a_group_whose_words_are_gone_keeps_its_numbers(quarter: TestTown) -> None:
    resident: Resident = await asks(quarter)
    number = await group(quarter)
    await resident.sends("/forget")
    await resident.taps("Ja, alles löschen")
    found = whole(quarter, number)
    assert (found.group.text, found.spellings, found.group.count) == ("", [], 1)
    assert [item.text for item in listing(quarter).items] == [""]
