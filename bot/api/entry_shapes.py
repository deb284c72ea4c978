"""How an entry looks in JSON: the shape of the knowledge files, for the description of the API.

What comes in is read by `knowledge.record`, as from a file; these shapes say what it takes and what it gives.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetPydanticSchema, StringConstraints
from pydantic_core import core_schema

from bot.api.fields import Page
from knowledge.entry import State
from knowledge.record import OpeningHoursRecord, PhoneRecord, PositionRecord

LONGEST_ID = 200

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{2,8})?$")]
Localized = dict[LanguageCode, str]
Phrases = dict[LanguageCode, list[str]]
GivenText = Annotated[Localized | str, Field(description="by language; a plain text is in the language `lang`")]
GivenPhrases = Annotated[
    dict[LanguageCode, list[str] | str] | list[str] | str,
    Field(description="by language; a plain list is in the language `lang`"),
]
Word = Annotated[str, StringConstraints(pattern=r"\S")]


class Facts(BaseModel):
    """The typed fields, which an answer's card shows; all may be missing."""

    address: Word | None = None
    position: PositionRecord | None = Field(default=None, description="degrees of WGS 84")
    phone: list[PhoneRecord | Word] | Word | None = Field(
        default=None, description="one number, or several with what each is for"
    )
    mail: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    link: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] | None = None
    opening_hours: OpeningHoursRecord | None = None
    languages: list[Word] | None = Field(default=None, description="codes of the languages spoken there")
    contact: list[Word] | None = Field(default=None, description="ids of the entries to call or visit about this one")
    call_first: bool | None = Field(default=None, description="residents are asked to call before they go")
    topics: list[Word] | None = None
    related: list[Word] | None = Field(default=None, description="ids of entries that residents may want next")
    valid_from: date | None = None
    valid_to: date | None = Field(default=None, description="the last day on which it is of use")
    source: Word | None = None
    as_of: str | int | None = Field(default=None, description="the year or date of the source")
    checked_on: date | None = Field(default=None, description="when staff last confirmed it")
    next_check_on: date | None = None


class EntryFields(Facts):
    """What can be said of an entry; fields that are not named here are kept as they are."""

    model_config = ConfigDict(extra="allow")

    kind: Annotated[Word, Field(max_length=50)] | None = Field(
        default=None, description="offer, contact_point, event, topic (the default) or decline; others are kept"
    )
    lang: LanguageCode | None = Field(default=None, description="the language of plain texts; German")
    state: State | None = Field(default=None, description="published, where nothing is said")
    title: GivenText | None = None
    text: GivenText | None = Field(default=None, description="the answer, without what the typed fields say")
    phrasings: GivenPhrases | None = Field(default=None, description="questions as residents ask them")
    keywords: GivenPhrases | None = Field(default=None, description="other names, abbreviations, search words")
    when: GivenText | None = None
    cost: GivenText | None = None
    audience: GivenText | None = None
    accessibility: GivenText | None = None


class NewEntryFields(EntryFields):
    """An entry to be stored."""

    id: Annotated[Word, Field(max_length=LONGEST_ID)] | None = Field(
        default=None, description="public and lasting; made of the title where it is missing"
    )
    title: Annotated[Localized, Field(min_length=1)] | Word = Field(
        description="by language; a plain text is in the language `lang`"
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "angebot-fahrradwerkstatt",
                    "kind": "offer",
                    "title": {"de": "Fahrradwerkstatt", "tr": "Bisiklet atölyesi"},
                    "text": {"de": "Hier reparieren Sie Ihr Fahrrad selbst. Werkzeug ist da."},
                    "phrasings": {"de": ["Wo kann ich mein Fahrrad reparieren?", "Fahrrad kaputt"]},
                    "opening_hours": {"weekly": [{"days": ["thu"], "from": "15:00", "to": "18:00"}]},
                }
            ]
        }
    )


class ChangedEntryFields(EntryFields):
    """Fields to change: those that are left out stay, null clears one; of texts, the languages named change."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": {"de": "Jetzt im neuen Haus."}, "address": None}]}
    )


class Entry(Facts):
    """An entry as it is; what is empty is left out, as in the files."""

    model_config = ConfigDict(extra="allow")

    id: str
    kind: str
    state: State
    title: Localized
    text: Localized
    phrasings: Phrases
    keywords: Phrases = {}
    when: Localized = {}
    cost: Localized = {}
    audience: Localized = {}
    accessibility: Localized = {}


class Entries(Page[Entry]):
    """A part of the list of entries."""


def _look(value: Any, check: Callable[[Any], object]) -> Any:
    """What came, as it is, if it has the shape: the rules of the files say what becomes of it."""
    check(value)
    return value


def _shaped(shape: type[BaseModel]) -> GetPydanticSchema:
    return GetPydanticSchema(lambda _, given: core_schema.no_info_wrap_validator_function(_look, given(shape)))


NewEntry = Annotated[dict[str, Any], _shaped(NewEntryFields)]
ChangedEntry = Annotated[dict[str, Any], _shaped(ChangedEntryFields)]
