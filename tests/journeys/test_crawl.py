"""Everything can be reached without typing: a walk over all buttons of the knowledge this program comes with."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import LONGEST_ACTION, BackToBot, OpenMenu, RunCommand, mark, write_action
from bot.domain.messages import Media, Reply
from bot.storage.database import Database
from bot.storage.keys import Keys
from bot.telegram.render import keyboard
from bot.texts.catalog import offered
from knowledge.commands import Command
from knowledge.entry import DECLINE, Position
from tests.conftest import Resident, TestTown, ToldTime, furnish_with_starter

MENU, PERSON, BACK = (write_action(action) for action in (OpenMenu(), RunCommand(Command.TEAM), BackToBot()))
GREETING = write_action(RunCommand(Command.START))
FORGET, KEEP = "f:#:y", "f:#:n"

MOST_TAPS = 4

ENDS = re.compile(r"l:.*|" + FORGET)
"""Buttons after which the walk would go on in another language, or in another conversation."""


@dataclass(frozen=True)
class Visit:
    """What was said to a tap."""

    taps: int
    """The fewest that lead there."""
    replies: list[Reply]

    @property
    def actions(self) -> list[str]:
        """What its buttons carry."""
        return [choice.action for reply in self.replies for choice in reply.choices]

    @property
    def kinds(self) -> list[str]:
        """The same without the numbers of turns, which are new each time."""
        return [kind(action) for action in self.actions]


def kind(action: str) -> str:
    return re.sub(r"^([oraf]):\d+", r"\1:#", action)


Walk = Mapping[str, Visit]
"""By the kind of the tapped button; "" for the message where it begins."""


async def walk(resident: Resident, replies: list[Reply], *, along: str = ".*") -> Walk:
    """Tap every button that can be reached from a message, each kind once, the nearest first."""
    visits = {"": Visit(0, replies)}
    waiting, ends = deque([visits[""]]), dict[str, Visit]()
    while waiting:
        before = waiting.popleft()
        for action in before.actions:
            name = kind(action)
            if name in visits or name in ends or not re.fullmatch(along, action):
                continue
            if ENDS.fullmatch(name):
                ends[name] = Visit(before.taps + 1, [Reply(action)])
                continue
            visits[name] = Visit(before.taps + 1, await resident.sends(action=action))
            waiting.append(visits[name])
    for name, visit in ends.items():
        visits[name] = Visit(visit.taps, await resident.sends(action=visit.replies[0].text))
    return visits


# --- The whole walk, made once ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def starter_town(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys, request: pytest.FixtureRequest
) -> Iterator[TestTown]:
    """One town for all walks."""
    assert request.config.cache is not None
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('crawl'))}", keys)
    town = TestTown(database, request.config.cache.mkdir("starter-town"), ToldTime())
    yield asyncio.run(furnish_with_starter(town))
    database.close()


@pytest.fixture(scope="module")
def wanted(starter_town: TestTown) -> frozenset[str]:
    """The entries that are to be found."""
    return frozenset(entry.id for entry in starter_town.desk.snapshot.entries.values() if entry.kind != DECLINE)


@pytest.fixture(scope="module")
def visits(starter_town: TestTown) -> Walk:
    """Every button from the greeting on."""

    async def begin(resident: Resident) -> Walk:
        return await walk(resident, await resident.sends("/start"))

    return asyncio.run(begin(Resident(starter_town)))


def fewest_taps(visits: Walk) -> dict[str, int]:
    """How many taps it takes to the card of each entry."""
    found: dict[str, int] = {}
    for visit in sorted(visits.values(), key=lambda visit: visit.taps):
        for reply in visit.replies:
            if reply.decision == "answer" and reply.entry_id:
                found.setdefault(reply.entry_id, visit.taps)
    return found


def test_every_published_entry_is_at_most_four_taps_from_the_greeting(visits: Walk, wanted: frozenset[str]) -> None:
    taps = fewest_taps(visits)
    assert len(wanted) >= 140
    assert wanted - taps.keys() == set()
    assert {entry_id: count for entry_id, count in taps.items() if count > MOST_TAPS} == {}


def leads_on(visit: Visit, walk: Walk | None = None) -> bool:
    """Whether the menu and a person are one tap away, or a person is there.

    A question that must be answered may take one more.
    """
    if BACK in visit.actions or (MENU in visit.actions and PERSON in visit.actions):
        return True
    return walk is not None and visit.kinds == [FORGET, KEEP] and leads_on(walk[KEEP])


def test_every_message_leads_to_the_menu_and_to_a_person(visits: Walk) -> None:
    # The menu is where its own buttons are; the last words of all have none (contract: /forget).
    dead_ends = [name for name, visit in visits.items() if name not in (MENU, FORGET) and not leads_on(visit, visits)]
    assert dead_ends == []
    assert PERSON in visits[MENU].actions
    assert visits[FORGET].actions == []


def test_no_button_is_old_or_says_nothing(visits: Walk) -> None:
    for name, visit in visits.items():
        assert visit.replies, name
        assert not any("gilt nicht mehr" in reply.text for reply in visit.replies), name
        assert all(reply.plain().strip() for reply in visit.replies), name


def test_going_back_again_and_again_ends_at_the_greeting(visits: Walk) -> None:
    ways = {name: way for name, visit in visits.items() if (way := way_back(visit))}
    assert len(ways) > 100
    for name in ways:
        steps = [name]
        while steps[-1] in ways:
            steps.append(ways[steps[-1]])
            assert len(steps) <= MOST_TAPS + 1, steps
        assert steps[-1] == GREETING


def way_back(visit: Visit) -> str | None:
    return next(
        (choice.action for reply in visit.replies for choice in reply.choices if choice.label == "Zurück"), None
    )


def test_back_from_a_card_leads_to_the_part_of_the_menu_that_it_was_found_in(visits: Walk) -> None:
    cards = {name: visit for name, visit in visits.items() if name.startswith("e:") and name.count(":") == 2}
    assert len(cards) > 140
    for name, visit in cards.items():
        section = visits[way_back(visit) or ""]
        pages = [visits[action] for action in section.actions if action.startswith("m:")]
        assert any(name in part.actions for part in (section, *pages)), name


def test_a_person_is_there_from_one_tap_to_another(visits: Walk) -> None:
    assert BACK in visits[PERSON].actions
    assert visits[PERSON].replies[0].facts  # and how to reach the office otherwise
    assert leads_on(visits[BACK])


def test_every_button_arrives_whole_on_telegram(visits: Walk) -> None:
    for visit in visits.values():
        for reply in visit.replies:
            rows = keyboard(reply.choices)
            shown = [button for row in rows.inline_keyboard for button in row] if rows else []
            assert [button.callback_data for button in shown] == [choice.action for choice in reply.choices]
            assert all(len(choice.action.encode()) <= LONGEST_ACTION for choice in reply.choices)
            assert all(choice.label.strip() for choice in reply.choices)


# --- Other beginnings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", offered())
async def test_the_menu_of_every_language_leads_to_every_entry(
    starter_town: TestTown, wanted: frozenset[str], language: str
) -> None:
    resident = Resident(starter_town, f"reader-of-{language}")
    await resident.sends(f"/language {language}")
    visits = await walk(resident, await resident.sends("/start"), along="m.*")
    near = {action for visit in visits.values() if visit.taps < MOST_TAPS for action in visit.actions}
    marks = {action.split(":")[1] for action in near if action.startswith("e:")}
    assert {entry_id for entry_id in wanted if mark(entry_id) not in marks} == set()


MESSAGES: dict[str, dict[str, Any]] = {
    "help": {"text": "/help"},
    "an answer": {"text": "Mein altes Sofa muss weg"},
    "a choice": {"text": "Deutsch lernen"},
    "a miss": {"text": "Quantenphysik der Gartenzwerge"},
    "not for this": {"text": "Wie wird das Wetter morgen?"},
    "an emergency": {"text": "Es brennt im Treppenhaus!"},
    "stop": {"text": "/stop"},
    "languages": {"text": "/language"},
    "the team": {"text": "/team"},
    "the data": {"text": "/mydata"},
    "nothing": {"text": " "},
    "too much": {"text": "x" * 9999},
    "a picture": {"media": Media.PICTURE},
    "a place": {"media": Media.LOCATION, "position": Position(51.55, 7.38)},
    "an old button": {"action": "o:99:0"},
    "a card that is gone": {"action": f"e:{mark('gone')}"},
    "a part of the menu that is gone": {"action": f"m:{mark('gone')}:7"},
}


async def test_no_other_message_is_a_dead_end_either(starter_town: TestTown) -> None:
    for name, message in MESSAGES.items():
        resident = Resident(starter_town, name)
        first = Visit(0, await resident.sends(**message))
        assert {MENU, BACK} & {*first.actions} or name.startswith("a part of the menu"), name
        assert {PERSON, BACK} & {*first.actions}, name
        for action in first.actions:
            if re.match(r"[oar]:", action):
                assert leads_on(Visit(1, await resident.sends(action=action))), (name, action)
