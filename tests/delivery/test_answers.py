"""An answer of the team on its way to whoever asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.clock import sort_questions
from bot.services import learning, library
from bot.services.grouping import Sorter
from bot.services.learning import Answer, Lesson, Telling
from bot.services.teaching import Teaching
from knowledge.entry import Entry
from tests.conftest import Resident, TestTown
from tests.delivery.office import Office
from tests.delivery.test_privacy import forgets
from tests.small_quarter import UNKNOWN, furnish

PARK = Entry(
    "park",
    title={"de": "Park", "tr": "Park yeri"},
    text={"de": "Der Park ist offen.", "tr": "Park açık."},
    phrasings={"de": ("Wo ist der Park?",)},
    contact=("buero",),
)
IN_WORDS = Answer(texts={"de": "Im Mondzoo."})
YES = {"de": "Ja, das Team fragen", "tr": "Evet, ekibe sor"}


class Team:
    """The office, and residents who ask its bot what it does not know."""

    def __init__(self, office: Office, town: TestTown):
        self.office, self.town = office, town
        self.database, self.works = office.database, office.works

    async def is_asked(
        self, number: int, *, channel: str = "telegram", language: str = "de", text: str = UNKNOWN
    ) -> int:
        """A resident asks the bot and then the team; the number of their conversation."""
        conversation = self.office.knows(number, language, channel)
        resident = Resident(self.town, str(number), channel, language)
        await resident.sends(text)
        await resident.taps(YES[language])
        return conversation

    async def does(self, deed: Any, *given: Any, telling: Telling = learning.EVERYBODY) -> Lesson:
        """Do something about the only question there is."""
        await sort_questions(self.office.desk, Sorter())
        now = self.office.now()
        lesson: Lesson = await self.database.write(deed, 1, *given, "anna", now, telling)
        return lesson

    async def takes_back(self, lesson: Lesson) -> int:
        """Undo a deed; how many knew of it."""
        return await self.database.write(learning.undo, lesson.id, "anna", self.office.now())


@pytest.fixture
async def team(office: Office, tmp_path: Path) -> Team:
    town = TestTown(office.database, tmp_path, office.now)
    town.desk = office.desk
    await furnish(town)
    await town.learns(PARK)
    return Team(office, town)


async def test_whoever_asked_gets_the_answer_with_their_question_before_it(team: Team) -> None:
    await team.is_asked(7)
    await team.does(learning.answer, IN_WORDS)
    await team.works()
    (heard,) = team.office.heard(7)
    assert f"Sie haben gefragt: „{UNKNOWN}“" in heard
    assert heard.startswith("Das Team hat Ihnen geantwortet.")
    assert heard.endswith("Im Mondzoo.")


async def test_it_comes_into_the_browser_as_well(team: Team) -> None:
    await team.is_asked(7, channel="web")
    await team.does(learning.link, Teaching("park", UNKNOWN))
    await team.works()
    (read,) = team.office.read_in_browser(7)
    assert f"„{UNKNOWN}“" in read
    assert "Der Park ist offen." in read
    assert "0231 00000000" in read  # whom to call about it


async def test_personal_details_stay_masked_in_what_is_quoted(team: Team) -> None:
    await team.is_asked(7, text=f"{UNKNOWN}, meine Nummer: 0171 3920099")
    await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert "meine Nummer: [Telefon]“" in team.office.heard(7)[0]


async def test_everybody_reads_an_entry_in_their_language_or_is_told_of_another(team: Team) -> None:
    await team.is_asked(7, language="tr")
    await team.does(learning.answer, Answer("park"))
    await team.works()
    assert "Park açık." in team.office.heard(7)[0]
    assert f"Sorunuz: “{UNKNOWN}”" in team.office.heard(7)[0]


async def test_words_in_another_language_say_so(team: Team) -> None:
    await team.is_asked(7, language="tr")
    await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert "Almanca" in team.office.heard(7)[0]


async def test_quiet_hours_hold_it_back_and_no_cap_does(team: Team) -> None:
    await team.is_asked(7)
    await team.office.works_at("2026-06-09T22:00")
    await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert team.office.heard(7) == []
    await team.office.works_at("2026-06-10T08:00")
    assert len(team.office.heard(7)) == 1


@pytest.mark.parametrize("is_before", [True, False])
async def test_who_stopped_before_asking_wants_the_answer_all_the_same(team: Team, is_before: bool) -> None:
    conversation = team.office.knows(7)
    if is_before:
        team.office.stops(conversation)
        team.office.now.moves(minutes=1)
    resident = Resident(team.town, "7", "telegram", "de")
    await resident.sends(UNKNOWN)
    await resident.taps(YES["de"])
    team.office.now.moves(minutes=1)
    if not is_before:
        team.office.stops(conversation)
    await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert len(team.office.heard(7)) == is_before


async def test_what_is_taken_back_in_time_reaches_nobody(team: Team) -> None:
    await team.is_asked(7)
    lesson = await team.does(learning.answer, IN_WORDS, telling=Telling(wait=learning.UNDO_TIME))
    await team.office.works_on(20)
    assert await team.takes_back(lesson) == 0
    await team.office.works_on(20)
    assert team.office.heard(7) == []


async def test_what_has_arrived_cannot_be_taken_back_and_is_not_said_twice(team: Team) -> None:
    await team.is_asked(7)
    lesson = await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert await team.takes_back(lesson) == 1
    again = await team.does(learning.answer, IN_WORDS)
    await team.works()
    assert (again.told, len(team.office.heard(7))) == (0, 1)


async def test_an_entry_that_was_archived_meanwhile_is_not_sent(team: Team) -> None:
    await team.is_asked(7)
    await team.does(learning.answer, Answer("park"), telling=Telling(wait=learning.UNDO_TIME))
    await team.database.write(library.archive, "park", "anna", team.office.now())
    await team.office.works_on(60)
    assert team.office.heard(7) == []
    assert team.office.reasons() == ["not_true"]


async def test_who_is_forgotten_gets_nothing_more(team: Team) -> None:
    conversation = await team.is_asked(7)
    await team.does(learning.answer, IN_WORDS, telling=Telling(wait=learning.UNDO_TIME))
    forgets(team.office, conversation)
    await team.office.works_on(60)
    assert team.office.heard(7) == []
