"""From a draft to what residents read, and whether that is still right."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.domain.checking import confirmed
from bot.domain.errors import InvalidInput, Overtaken
from bot.services import drafts, library, versions
from bot.storage.database import Lock, lock
from knowledge.entry import DEFAULT_LANGUAGE, Entry, State


def check_ready(entry: Entry) -> None:
    """Raise InvalidInput with the field that residents would miss."""
    if not entry.title.get(DEFAULT_LANGUAGE):
        raise InvalidInput("Residents find an entry by its title. Please write one in German.", field="title.de")
    if not entry.says_something:
        raise InvalidInput(
            "The entry says nothing yet. Please write an answer in German, or a phone number or an address.",
            field="text.de",
        )


def publish(db: Session, entry_id: str, edition: int, author: str, now: datetime) -> Entry:
    """Show a draft to residents; it becomes the entry's newest version.

    Raises NotFound, Overtaken where somebody else was quicker, InvalidInput with the field that is missing.
    """
    entry = replace(drafts.publishable(db, entry_id, edition), state=State.PUBLISHED)
    check_ready(entry)
    library.put(db, entry, author, now)
    drafts.discard(db, entry_id, edition)
    return entry


def roll_back(db: Session, entry_id: str, number: int, author: str, now: datetime) -> Entry:
    """Say again what an earlier version said, as a new version; the state stays. Raises NotFound."""
    lock(db, Lock.REVISION)
    current = library.find(db, entry_id)
    entry = replace(versions.find(db, entry_id, number).entry, state=current.state)
    library.put(db, entry, author, now)
    return entry


def confirm(db: Session, entry_id: str, version: str, today: date, author: str, now: datetime) -> Entry:
    """Note that an entry is still right, in every language; returns it with the day of the next look.

    `version` is the one that was looked at. Raises NotFound, and Overtaken where residents see another one by now.
    """
    lock(db, Lock.REVISION)
    current = library.find(db, entry_id)
    if library.version_of(current) != version:
        raise Overtaken("Somebody else has changed this entry meanwhile. Please look at it again.")
    entry = confirmed(current, today)
    library.put(db, entry, author, now)
    return entry
