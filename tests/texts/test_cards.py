"""The card of an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.messages import Fact
from bot.domain.opening import LocalTime
from bot.texts.cards import card, contact_lines, dial, language_name
from bot.texts.catalog import offered
from knowledge.commands import Attribute
from knowledge.entry import CONTACT_POINT, OFFER, TOPIC, Entry, OpenException, OpeningHours, OpenTime, Phone, Position
from tests.conftest import BERLIN
from tests.knowledge.strategies import entries
from tests.texts.replies import AT_NOON

TUESDAYS = OpeningHours((OpenTime(("tue",), "10:00", "14:00"),))
TOWN_HALL = Entry(
    "rathaus",
    CONTACT_POINT,
    title={"de": "Rathaus", "tr": "Belediye"},
    text={"de": "Hier hilft man Ihnen."},
    address="Am Markt 1, 44357 Dortmund",
    position=Position(51.5, 7.4),
    opening_hours=TUESDAYS,
    phones=(Phone("0231 000000"), Phone("115", {"de": "Auskunft", "tr": "danışma"})),
    mail="rathaus@example.org",
    cost={"de": "kostenlos"},
    accessibility={"de": "Rampe"},
    languages=("de", "tr", "tlh-x"),
    link="https://example.org/rathaus",
    audience={"de": "alle"},
    call_first=True,
    checked_on=date(2026, 6, 1),
    as_of="2024",
)


def at(local: str, region: str = "DE-NW") -> LocalTime:
    return LocalTime(datetime.fromisoformat(local).replace(tzinfo=BERLIN).astimezone(UTC), BERLIN, region)


def facts(entry: Entry, language: str = "de", now: LocalTime = AT_NOON) -> dict[str, Fact]:
    """The lines of a card by their labels."""
    return {fact.label: fact for _, fact in card(entry, language, now)}


def test_a_card_tells_all_there_is_the_most_needed_first() -> None:
    assert card(TOWN_HALL, "de", AT_NOON) == [
        (Attribute.PHONE, Fact("Telefon", "0231 000000", "tel:+49231000000")),
        (Attribute.PHONE, Fact("Telefon (Auskunft)", "115", "tel:115")),
        (Attribute.HOURS, Fact("Heute", "Jetzt geöffnet, bis 14 Uhr")),
        (Attribute.HOURS, Fact("Geöffnet", "Dienstag 10 bis 14 Uhr")),
        (
            Attribute.PLACE,
            Fact(
                "Adresse",
                "Am Markt 1, 44357 Dortmund",
                "https://www.openstreetmap.org/?mlat=51.50000&mlon=7.40000#map=18/51.50000/7.40000",
            ),
        ),
        (Attribute.MAIL, Fact("E-Mail", "rathaus@example.org", "mailto:rathaus@example.org")),
        (Attribute.COST, Fact("Kosten", "kostenlos")),
        (None, Fact("Für", "alle")),
        (Attribute.ACCESS, Fact("Barrierefreiheit", "Rampe")),
        (Attribute.LANGUAGE, Fact("Sprachen", "Deutsch, Türkisch, tlh-x")),
        (Attribute.WEB, Fact("Internet", "https://example.org/rathaus", "https://example.org/rathaus")),
        (None, Fact("Bitte beachten", "Bitte rufen Sie vorher an. Es kann sich etwas geändert haben.")),
        (None, Fact("Geprüft am", "1. Juni 2026")),
    ]


def test_of_nothing_a_card_says_nothing() -> None:
    assert card(Entry("bare"), "de", AT_NOON) == []


# --- Open now --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "today"),
    [
        ("2026-06-09 12:00", "Jetzt geöffnet, bis 14 Uhr"),
        ("2026-06-09 09:59", "Jetzt geschlossen. Öffnet heute um 10 Uhr"),
        ("2026-06-09 14:00", "Jetzt geschlossen. Öffnet am Dienstag, 16. Juni, um 10 Uhr"),
    ],
)
def test_a_card_says_whether_it_is_open_now(now: str, today: str) -> None:
    assert facts(TOWN_HALL, now=at(now))["Heute"].value == today


@pytest.mark.parametrize(
    ("region", "today"),
    [
        ("DE-NW", "Jetzt geschlossen. Heute ist Feiertag (Fronleichnam). Öffnet am Donnerstag, 11. Juni, um 10 Uhr"),
        ("DE-HH", "Jetzt geöffnet, bis 14 Uhr"),
    ],
)
def test_a_card_knows_the_public_holidays_of_the_town(region: str, today: str) -> None:
    thursdays = replace(TOWN_HALL, opening_hours=OpeningHours((OpenTime(("thu",), "10:00", "14:00"),)))
    assert facts(thursdays, now=at("2026-06-04 12:00", region))["Heute"].value == today


@pytest.mark.parametrize(
    "entry",
    [
        replace(TOWN_HALL, opening_hours=None),
        replace(TOWN_HALL, opening_hours=OpeningHours(by_appointment=True)),
        replace(TOWN_HALL, when={"de": "April bis Oktober"}),
    ],
    ids=["no hours", "by appointment", "a season in words"],
)
def test_where_the_data_do_not_tell_nothing_is_claimed(entry: Entry) -> None:
    assert "Heute" not in facts(entry)


def test_a_day_that_differs_counts_today() -> None:
    closed = OpenException(date(2026, 6, 9), date(2026, 6, 9))
    entry = replace(TOWN_HALL, opening_hours=replace(TUESDAYS, exceptions=(closed,)))
    assert facts(entry)["Heute"].value == "Jetzt geschlossen. Öffnet am Dienstag, 16. Juni, um 10 Uhr"


# --- Where, and by phone ---------------------------------------------------------------------------------------------


def test_an_address_leads_to_a_map_where_it_names_a_house() -> None:
    by_name = facts(replace(TOWN_HALL, position=None))["Adresse"]
    assert by_name.link == "https://www.openstreetmap.org/search?query=Am%20Markt%201%2C%2044357%20Dortmund"
    assert facts(Entry("far", address="hinter dem Bahnhof"))["Adresse"].link is None


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("0231 000000", "tel:+49231000000"),
        ("0231 / 50-0", "tel:+49231500"),
        ("+49 231 000000", "tel:+49231000000"),
        ("0049 231 000000", "tel:+49231000000"),
        ("(0231) 000000", "tel:+49231000000"),
        ("115", "tel:115"),
        ("110 (Polizei)", "tel:110"),
        ("116 117", "tel:116117"),
        ("0800 111 0 111", "tel:+498001110111"),
        ("0231 1 oder 0231 000000 oder 0231 000001", None),
        ("siehe Aushang", None),
        ("", None),
        ("12", None),
    ],
)
def test_a_number_can_be_dialled(number: str, link: str | None) -> None:
    assert dial(number) == link


@given(st.text() | st.text("0123456789 +/-()"))
def test_a_link_to_dial_holds_nothing_but_digits(number: str) -> None:
    link = dial(number)
    assert link is None or set(link.removeprefix("tel:").removeprefix("+")) <= set("0123456789")


def test_contacts_have_their_number_and_their_address() -> None:
    contacts = [
        TOWN_HALL,
        Entry("far", title={"de": "Ohne Telefon"}, address="hinter dem Bahnhof"),
        Entry("phone", title={"de": "Nur Telefon"}, phones=(Phone("110 (Polizei)"), Phone("115"))),
        Entry("mail", title={"de": "Nur Post"}, mail="post@example.org"),
        Entry("nothing", title={"de": "Nirgends"}),
    ]
    place = facts(TOWN_HALL)["Adresse"]
    assert contact_lines(contacts, "de") == [
        (Attribute.PHONE, Fact("Rathaus", "0231 000000", "tel:+49231000000")),
        (Attribute.PLACE, Fact("Rathaus", place.value, place.link)),
        (Attribute.PLACE, Fact("Ohne Telefon", "hinter dem Bahnhof")),
        (Attribute.PHONE, Fact("Nur Telefon", "110 (Polizei)", "tel:110")),
        (Attribute.MAIL, Fact("Nur Post", "post@example.org", "mailto:post@example.org")),
    ]


# --- How sure it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Entry("one", checked_on=date(2026, 6, 1)), {"Geprüft am": "1. Juni 2026"}),
        (Entry("one", checked_on=date(2026, 6, 1), as_of="2024"), {"Geprüft am": "1. Juni 2026"}),
        (Entry("one", as_of="2024"), {"Stand": "2024"}),
        (Entry("one"), {}),
    ],
    ids=["checked", "checked and dated", "dated", "neither"],
)
def test_a_card_says_when_it_was_checked_or_how_old_it_is(entry: Entry, told: dict[str, str]) -> None:
    assert {label: fact.value for label, fact in facts(entry).items()} == told


def test_a_card_asks_to_call_first_only_where_it_is_needed() -> None:
    assert "Bitte beachten" in facts(Entry("one", OFFER, call_first=True))
    assert "Bitte beachten" not in facts(Entry("one", OFFER))
    assert "Bitte beachten" not in facts(Entry("one", TOPIC, call_first=True))  # nobody goes to an article


# --- In other languages ----------------------------------------------------------------------------------------------


def test_a_card_speaks_the_language_of_its_reader() -> None:
    shown = facts(replace(TOWN_HALL, cost={"de": "kostenlos", "en": "free"}), "en")
    assert (shown["Cost"].value, shown["Accessibility"].value) == ("free", "Rampe")
    assert shown["Languages"].value == "German, Turkish, tlh-x"
    assert shown["Checked on"].value == "June 1, 2026"
    assert shown["Today"].value.replace("\u202f", " ") == "Open now, until 2:00 PM"


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("tr", "de", "Türkisch"),
        ("tr", "de-easy", "Türkisch"),
        ("tr", "en", "Turkish"),
        ("ar", "tr", "Arapça"),
        ("de-easy", "de", "Deutsch (einfach)"),
        ("de-easy", "tr", "Almanca (basit)"),
        ("tlh-x", "de", "tlh-x"),
        ("", "de", ""),
    ],
)
def test_languages_have_names(code: str, language: str, name: str) -> None:
    assert language_name(code, language) == name


@settings(max_examples=150, deadline=None)
@given(entries(), st.sampled_from((*offered(), "tr", "ar")))
def test_every_entry_has_a_card_in_every_language(entry: Entry, language: str) -> None:
    for _, fact in card(entry, language, AT_NOON):
        assert fact.label
        assert fact.value
        assert fact.link is None or fact.link.startswith(("https:", "http:", "tel:", "mailto:"))
