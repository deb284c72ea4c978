"""How an entry learns the words of a question, and forgets them again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.domain.errors import InvalidInput, Refused
from bot.domain.masking.reading import PLACEHOLDER
from bot.services import drafts, library
from bot.storage.database import Lock, keys_of, lock
from bot.storage.tables import EntryRow, LessonRow
from knowledge.entry import DEFAULT_LANGUAGE, OFFER, Entry, State
from knowledge.normalize import words

LONGEST_PHRASING = 300
"""Characters."""


@dataclass(frozen=True, slots=True)
class Teaching:
    """What an entry is to learn."""

    entry_id: str
    phrasing: str
    language: str = ""
    """Of the phrasing; empty: that of the group."""


def teach(db: Session, lesson: LessonRow, teaching: Teaching, language: str) -> None:
    """Let an entry know a phrasing, unless it does, and note that in the lesson.

    `language` is that of the phrasing where the teaching names none. Raises NotFound, InvalidInput (phrasing), and
    Refused for an entry that residents do not see.
    """
    phrasing, spoken = checked_phrasing(teaching.phrasing), teaching.language or language
    lock(db, Lock.REVISION)  # or else a phrasing that somebody adds at the same moment is lost
    entry = shown(library.find(db, teaching.entry_id))
    lesson.entry_id = entry.id
    known = entry.phrasings.get(spoken, ())
    if list(words(phrasing)) not in [list(words(text)) for text in known]:
        library.change(db, entry.id, {"phrasings": {spoken: [*known, phrasing]}}, lesson.author, lesson.at)
        lesson.sealed_phrasing, lesson.language = keys_of(db).seal(phrasing), spoken


def unlearn(db: Session, lesson: LessonRow, author: str, now: datetime) -> None:
    """Take the phrasing of a lesson out of its entry, where both are still there, and out of the lesson."""
    lock(db, Lock.REVISION)
    sealed, lesson.sealed_phrasing = lesson.sealed_phrasing, None
    is_there = lesson.entry_id is not None and db.get(EntryRow, lesson.entry_id) is not None
    if not (is_there and lesson.entry_id and lesson.language and sealed):
        return
    phrasing, entry = keys_of(db).open(sealed), library.find(db, lesson.entry_id)
    phrasings = {
        code: tuple(text for text in texts if (code, text) != (lesson.language, phrasing))
        for code, texts in entry.phrasings.items()
    }
    kept = {code: texts for code, texts in phrasings.items() if texts}
    library.put(db, replace(entry, phrasings=kept), author, now)


def shown(entry: Entry) -> Entry:
    """An entry that residents may get; raises Refused for any other."""
    if entry.state is not State.PUBLISHED:
        raise Refused("Residents do not see this entry. Publish it first, or choose another one.")
    return entry


def checked_phrasing(text: str) -> str:
    """A phrasing with single spaces; raises InvalidInput (phrasing) for what cannot be one."""
    phrasing = " ".join(text.split())
    if not any(words(phrasing)) or len(phrasing) > LONGEST_PHRASING:
        raise InvalidInput("It takes 1 to {most} characters.", field="phrasing", most=LONGEST_PHRASING)
    if found := PLACEHOLDER.search(phrasing):
        raise InvalidInput("Please take out {placeholder}.", field="phrasing", placeholder=found.group())
    return phrasing


def with_phrasing(entry: Entry, teaching: Teaching, language: str) -> Entry:
    """The entry as it would be if it had learned a phrasing; `language` where the teaching names none."""
    spoken = teaching.language or language
    known = entry.phrasings.get(spoken, ())
    return replace(entry, phrasings={**entry.phrasings, spoken: (*known, checked_phrasing(teaching.phrasing))})


def begin_entry(db: Session, group_id: int, text: str, language: str, author: str, now: datetime) -> str:
    """A draft of an entry that answers a question; the id of the one that there is, where it was begun before."""
    entry_id = f"frage-{group_id}"
    is_known = db.get(EntryRow, entry_id) is not None or drafts.find(db, entry_id) is not None
    if not is_known:
        asked = checked_phrasing(text)
        entry = Entry(entry_id, kind=OFFER, title={DEFAULT_LANGUAGE: asked}, phrasings={language: (asked,)})
        drafts.save(db, entry, 0, None, author, now)
    return entry_id
