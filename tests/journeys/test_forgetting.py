"""Who asks to be forgotten is forgotten: in every row of every table, in every file, and in the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from bot.domain.messages import Reply
from bot.services import conversations, letters
from bot.storage.database import Database
from bot.storage.keys import KeyFault, Keys
from tests.conftest import Resident, TestTown, ToldTime
from tests.fakes.bot_api import BotApi
from tests.fakes.bot_api_people import FIRST_NAME, LAST_NAME, USERNAME
from tests.fakes.bot_api_people import Resident as Person
from tests.journeys.conftest import Program
from tests.journeys.doors import CHAT, CHAT_ID, TelegramDoor, WebDoor, says, telegram_door, web_door
from tests.small_quarter import UNKNOWN, furnish

NAME, PHONE, MAIL, HOME = "Zwetana Musterowa", "0171 3920099", "zwetana@example.org", "Nirgendwoweg 17"
TOLD = (*NAME.split(), PHONE, PHONE.replace(" ", ""), MAIL, HOME)
"""What residents write of themselves."""
CARD = (FIRST_NAME, LAST_NAME, USERNAME)
"""What Telegram tells of them unasked."""

STORY = [
    f"Ich heiße {NAME}, {PHONE}, {MAIL}, {HOME}, was weiß die Quantenphysik über Gartenzwerge?",
    "[Ja, das Team fragen]",
    "Hund",
    "[Hund anmelden]",
    "[👎 Nicht hilfreich]",
    "[Es ist veraltet]",
    "Hund",
    "[Nichts davon]",
    "/team",
    f"Bitte melden Sie sich bei Frau {NAME}, {HOME}, Telefon {PHONE}",
    "/menu",
    "/language de-easy",
    "/mydata",
]
FORGET = ["/forget", "[Ja, alles löschen]"]


async def lives(town: TestTown, phone: TelegramDoor, browser: WebDoor) -> None:
    """Everything that leaves a trace, at both doors."""
    for words in STORY:
        for door in (phone, browser):
            await says(door, words)
    person = phone.resident
    for deed in (person.sends_voice, person.sends_contact, person.sends_photo):
        await deed()
    await person.sends_location(51.55123, 7.38123)
    await person.edits(f"Ich heiße {NAME}. {UNKNOWN}?", person.writes(UNKNOWN))
    await says(phone, "/help")
    with town.database.writing() as db:
        conversation = conversations.find(db, "web", browser.session or "")
        assert conversation is not None
        letters.put(db, conversation.id, Reply(f"Guten Tag, {NAME}!"), town.now())


def secrets(town: TestTown, browser: WebDoor) -> dict[str, str]:
    """What tells of the two, and what it is."""
    keys, session = town.database.keys, browser.session or ""
    addresses = {str(CHAT_ID): "chat id", session: "session"}
    pseudonyms = {keys.name("telegram", str(CHAT_ID))[:32]: "chat id", keys.name("web", session)[:32]: "session"}
    return addresses | {name: f"pseudonym of the {what}" for name, what in pseudonyms.items()} | {NAME: "name"}


# --- Rows ------------------------------------------------------------------------------------------------------------


def readable(value: object, keys: Keys) -> str:
    """A value of a row, as whoever has the key reads it."""
    return keys.open(value) if isinstance(value, bytes) else repr(value)


def cells(town: TestTown) -> Iterator[tuple[str, Any]]:
    """Every value of every row of every table, with the name of its column."""
    for table, rows in town.rows().items():
        yield from ((f"{table}.{column}", value) for row in rows for column, value in row.items())


def told_in_rows(town: TestTown, wanted: dict[str, str]) -> set[tuple[str, str]]:
    """Which column tells what."""
    found = [(place, readable(value, town.database.keys)) for place, value in cells(town)]
    return {(place, what) for place, text in found for secret, what in wanted.items() if secret in text}


async def test_no_row_of_any_table_tells_of_who_was_forgotten(
    database: Database, tmp_path: Path, now: ToldTime
) -> None:
    town = await furnish(TestTown(database, tmp_path, now))
    await Resident(town, "somebody else").sends(UNKNOWN)
    others = town.rows()
    async with telegram_door(town) as phone, web_door(town) as browser:
        await lives(town, phone, browser)
        wanted = secrets(town, browser)
        before = told_in_rows(town, wanted)
        assert {"chat id", "session", "pseudonym of the chat id", "pseudonym of the session", "name"} == {
            what for _, what in before
        }
        # A name stands only in what was said to and by a person of the office, never in what the bot was asked.
        assert {place for place, what in before if what == "name"} == {
            "letter.sealed_reply",
            "case_message.sealed_text",
        }
        for door in (phone, browser):
            for words in FORGET:
                await says(door, words)
    assert told_in_rows(town, wanted) == set()
    after = town.rows()
    for_edits = ("message_ref", "text_ref", "sent_ids", "sealed_update")
    assert [row[column] for row in after["inbox"] for column in for_edits if row[column] is not None] == []
    assert after | {"inbox": []} == others


# --- Files -----------------------------------------------------------------------------------------------------------


def content_of(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


SHORTEST_SEAL, ONE_BLOCK_MORE = 73, 16
"""Bytes of a sealed text before they become letters. Source: Fernet specification, token format."""


def opened(content: bytes, keys: Keys) -> str:
    """Everything sealed in it that can be opened, as whoever has the key reads it."""
    tokens = set(re.findall(rb"gAAAAA[\w-]{94,}={0,2}", content))
    return "\n".join(text for token in tokens if (text := _opened(token, keys)))


def _opened(token: bytes, keys: Keys) -> str | None:
    """The text of a token, behind which letters of the next column may stand; None for one that a page divides."""
    longest = len(token) * 3 // 4
    for size in reversed(range(SHORTEST_SEAL, longest + 1, ONE_BLOCK_MORE)):
        try:
            return keys.open(token[: -(-size // 3) * 4])
        except KeyFault:
            continue
    return None


async def test_no_file_tells_of_who_was_forgotten_even_to_whoever_has_the_key(town: TestTown, tmp_path: Path) -> None:
    await furnish(town)
    keys = town.database.keys
    async with telegram_door(town) as phone, web_door(town) as browser:
        await lives(town, phone, browser)
        words = [str(CHAT_ID), browser.session or "", *TOLD]
        assert [word for word in words if word.encode() in content_of(tmp_path)] == []
        assert {str(CHAT_ID), browser.session} <= {word for word in words if word in opened(content_of(tmp_path), keys)}
        for door in (phone, browser):
            for said in FORGET:
                await says(door, said)
        words += [name[:32] for name in (keys.name("telegram", str(CHAT_ID)), keys.name("web", browser.session or ""))]
        content = content_of(tmp_path)
    assert [word for word in (*words, *CARD) if word.encode() in content] == []
    assert [word for word in (*words, *CARD) if word in opened(content, keys)] == []


# --- The whole program -----------------------------------------------------------------------------------------------


class Browser:
    """Somebody at the web chat of the program."""

    def __init__(self, program: Program):
        self._address = f"http://{program.address}{CHAT}"
        self.session = ""
        self._buttons: dict[str, str] = {}

    def says(self, words: str) -> None:
        """Write, or tap a button whose label stands in brackets."""
        is_tap = words.startswith("[")
        message = {"action": self._buttons[words[1:-1]]} if is_tap else {"text": words}
        answer = httpx.post(self._address, json=message | {"session": self.session}, timeout=20).json()
        self.session = answer["session"]
        for reply in answer["replies"]:
            self._buttons |= {button["label"]: button["action"] for button in reply["buttons"]}


def has_heard_more(person: Person, before: int) -> bool:
    return len(person.heard) > before


def tells(program: Program, words: Iterable[str]) -> list[str]:
    """Which of these stand in a file of the data folder, or in the log."""
    content = content_of(program.folder / "data") + program.log.read_bytes()
    return [word for word in words if word.encode() in content]


def test_neither_files_nor_log_of_the_program_ever_tell_of_a_person(program: Program, telegram: BotApi) -> None:
    program.starts()
    browser, person = Browser(program), telegram.resident(CHAT_ID, language_code="de")
    for said in (*STORY[:2], f"altes sofa, fragt {NAME}", f"{NAME} {PHONE}", f"/help {NAME}", "/mydata", *FORGET):
        browser.says(said)
        before = len(person.heard)
        (person.taps(said[1:-1]) if said.startswith("[") else person.writes(said))
        with telegram.changed:
            assert telegram.changed.wait_for(partial(has_heard_more, person, before), 20)
        assert tells(program, [*TOLD, *CARD, str(CHAT_ID), browser.session]) == [], said
    assert "gelöscht" in (person.last_heard or "")
    assert program.stops() == 0
    assert tells(program, [*TOLD, *CARD, str(CHAT_ID), browser.session]) == []
    assert "Traceback" not in program.log.read_text()
