"""Every message a resident can get, in any language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.domain.menu import build_menu
from bot.domain.messages import Media, Reply
from bot.domain.nearby import Nearby
from bot.domain.opening import LocalTime, Open
from bot.domain.retention import Retention
from bot.domain.town import Section, Town
from bot.texts import privacy, team, wording
from bot.texts.emergency import emergency
from knowledge.commands import Attribute
from knowledge.emergency import Emergency
from knowledge.entry import CONTACT_POINT, DECLINE, OFFER, Entry, OpeningHours, OpenTime, Phone, Position
from tests.conftest import BERLIN, NOON

AT_NOON = LocalTime(NOON, BERLIN, "DE-NW")
RETENTION = Retention(texts=timedelta(days=17))
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")

OFFICE = Entry(
    "buero",
    CONTACT_POINT,
    title={"de": "Quartiersbüro"},
    text={"de": "Hier hilft man Ihnen weiter."},
    address="Am Markt 1, 44357 Dortmund",
    position=Position(51.5, 7.4),
    phones=(Phone("0231 000000"),),
    opening_hours=OpeningHours((OpenTime(WORKDAYS, "08:00", "16:00"),)),
)
SOFA = Entry(
    "sofa",
    OFFER,
    title={"de": "Sperrmüll abholen lassen, auch große Möbel, Matratzen und alte Teppiche aus der Wohnung"},
    text={"de": "Das holt die Stadt ab."},
    contact=("buero",),
    cost={"de": "kostenlos"},
    topics=("wohnen",),
)
WEATHER = Entry("wetter", DECLINE, title={"de": "Wetter"}, text={"de": "Das Wetter kenne ich nicht."})
SILENT = Entry("stumm", OFFER)
TOWN = Town(
    BERLIN,
    greeting={"de": "Moin!"},
    examples={"de": ("Mein Sofa muss weg",)},
    controller={"de": "Beispielverein e. V."},
    sections=(Section("wohnen", {"de": "Wohnen"}, frozenset({"wohnen"})),),
)
HELD = {"messages": 1, "questions": 2, "said_with_the_team": 3}
MANY = [replace(SOFA, id=f"sofa-{number}") for number in range(25)]

Named = tuple[str, Reply]
"""A reply, and the function that words it."""


def every_reply(language: str) -> Iterator[Named]:
    """Each message in each of its forms."""
    yield from _first_words(language)
    yield from _answers(language)
    yield from _with_people(language)
    yield from _about_data(language)
    for kind in Emergency:
        yield "emergency", emergency(kind, None, [], language)
        yield "emergency", emergency(kind, "notruf", [SOFA, OFFICE], language)
    for media in Media:
        yield "only_text", wording.only_text(media, [OFFICE], language)
        yield "only_text", wording.only_text(media, [], language)
    for word in (wording.stopped, wording.old_button, wording.too_long, wording.too_many, wording.out_of_order):
        yield word.__name__, word(language)
    for is_missing in (True, False):
        yield "no_page", wording.no_page(language, is_missing=is_missing)
    yield "late", wording.late(wording.old_button(language), language)


def _first_words(language: str) -> Iterator[Named]:
    yield "greeting", wording.greeting(TOWN, language)
    yield "greeting", wording.greeting(Town(BERLIN), language)
    yield "instructions", wording.instructions(language)
    for entries in ([], [OFFICE], [OFFICE, SOFA], [*MANY, OFFICE]):
        menu = build_menu(entries, TOWN.sections, language)
        yield "menu", wording.menu(menu, language)
        for section in menu.sections:
            for page in (None, *range(len(section.pages))):
                yield "menu_section", wording.menu_section(section, page, language)
    yield "ask_language", wording.ask_language(language)
    yield "language_set", wording.language_set(language)


def _answers(language: str) -> Iterator[Named]:
    for entry in (SOFA, OFFICE, SILENT):
        for section in (None, "0123456789abcdef"):
            yield "answer", wording.answer(entry, [OFFICE], [SOFA, SILENT], 10**18 - 1, language, AT_NOON, section)
        for attribute in Attribute:
            yield "detail", wording.detail(entry, [OFFICE], attribute, 10**18 - 1, language, AT_NOON)
            yield "detail", wording.detail(entry, [], attribute, 1, language, AT_NOON)
    yield "clarify", wording.clarify([SOFA], 10**18 - 1, language)
    yield "clarify", wording.clarify([SOFA, OFFICE, SILENT], 1, language)
    for is_again in (True, False):
        for contacts in ([], [OFFICE]):
            yield "decline", wording.decline(None, contacts, 1, language, is_again=is_again)
            yield "decline", wording.decline(WEATHER, contacts, 1, language, is_again=is_again)
            yield "none_of_these", wording.none_of_these(contacts, 1, language, is_again=is_again)
    for found in ([], [Nearby(OFFICE, 318.0, Open(None)), Nearby(SILENT, 12_345.0, None)]):
        yield "nearest", wording.nearest(found, language, AT_NOON)


def _with_people(language: str) -> Iterator[Named]:
    for contacts in ([], [OFFICE], [SILENT]):
        for question in (None, 1):
            yield "opened", team.opened(contacts, question, language, AT_NOON)
        yield "still_open", team.still_open(contacts, language, AT_NOON)
        for is_with_team in (True, False):
            yield "passed_on", team.passed_on(contacts, language, AT_NOON, is_with_team=is_with_team)
    for flag in (True, False):
        yield "answered", team.answered("Gern geschehen.", "de", language, is_open=flag)
        yield "with_bot", team.with_bot(wording.stopped(language), is_answered=flag)
        yield "handed_back", team.handed_back(language, is_answered=flag)
        for is_idle in (True, False):
            yield "closed", team.closed(language, is_idle=is_idle, is_answered=flag)
    yield "thanks", team.thanks(language)
    yield "ask_complaint", team.ask_complaint(1, language)


def _about_data(language: str) -> Iterator[Named]:
    yield "notice", privacy.notice(RETENTION, language)
    for town in (TOWN, Town(BERLIN)):
        for channel in ("telegram", "web"):
            yield "privacy", privacy.privacy(town, [OFFICE], RETENTION, channel, language)
    yield "my_data", privacy.my_data(b"{}", privacy.summary(HELD, "Deutsch", "9. Juni 2026", language), language)
    yield "nothing_stored", privacy.nothing_stored(language)
    yield "ask_forget", privacy.ask_forget(1, language)
    yield "forgotten", privacy.forgotten(language)
    yield "kept", privacy.kept(language)
