"""Links to a map."""

from __future__ import annotations

from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.places import map_link
from bot.services.starter import starter_entries
from knowledge.entry import Position
from tests.knowledge.strategies import LINE, positions


def searched(address: str) -> str | None:
    link = map_link(address, None)
    return parse_qs(urlsplit(link).query)["query"][0] if link else None


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("Westerfilder Straße 23, Dortmund-Westerfilde", "Westerfilder Straße 23, Dortmund-Westerfilde"),
        ("Amtshaus, Am Amtshaus 1, 44359 Dortmund", "Am Amtshaus 1, 44359 Dortmund"),
        ("44359 Dortmund, Am Amtshaus 1", "Am Amtshaus 1, 44359 Dortmund"),
        ("Gemeindehaus: Westerfilder Straße 11, Dortmund-Westerfilde", "Westerfilder Straße 11, Dortmund-Westerfilde"),
        ("Speckestraße 19, Dortmund-Westerfilde (Stand 2019)", "Speckestraße 19, Dortmund-Westerfilde"),
        ("Speckestraße 15 und 17, Dortmund-Westerfilde", "Speckestraße 15, Dortmund-Westerfilde"),
        ("Südwall 2–4, Dortmund-Innenstadt", "Südwall 2, Dortmund-Innenstadt"),
        ("Am Markt 1", "Am Markt 1"),
        ("Am Markt 12a, Zimmer 3, Musterstadt", "Am Markt 12a, Musterstadt"),
        ("Am Markt 12 b/c, 12345 Musterstadt", "Am Markt 12 b, 12345 Musterstadt"),
        ("Am Markt 12a–d, 12345 Musterstadt", "Am Markt 12a, 12345 Musterstadt"),
        ("Rathaus, Zimmer 204, Am Markt 1, 12345 Musterstadt", "Am Markt 1, 12345 Musterstadt"),
        ("Straße des 17. Juni 135, Berlin", "Straße des 17. Juni 135, Berlin"),
        ("Gerlachweg 16 und Kiepeweg 12, Dortmund-Westerfilde", None),
        ("Gerlachweg 16, Kiepeweg 12, Dortmund-Westerfilde", None),
        ("Quartiersplatz Zum Luftschacht 15 / Kiepeweg 12, Dortmund-Westerfilde", None),
        ("Wenemarstraße, Dortmund-Westerfilde", None),
        ("Marktplatz Westerfilde", None),
        ("44359 Dortmund", None),
        ("Postfach 12, 12345 Musterstadt", None),
        ("", None),
    ],
)
def test_a_house_is_searched_for_by_street_number_and_town(address: str, house: str | None) -> None:
    assert searched(address) == house


def test_the_address_is_escaped() -> None:
    assert map_link("Am Markt 1, Köln & Umgebung", None) == (
        "https://www.openstreetmap.org/search?query=Am%20Markt%201%2C%20K%C3%B6ln%20%26%20Umgebung"
    )


def test_a_position_is_marked_whatever_the_address_says() -> None:
    link = "https://www.openstreetmap.org/?mlat=51.50000&mlon=-7.25000#map=18/51.50000/-7.25000"
    assert {map_link(address, Position(51.5, -7.25)) for address in ("Am Markt 1", "am Brunnen", None)} == {link}


def test_nothing_leads_nowhere() -> None:
    assert map_link(None, None) is None


def test_most_addresses_of_the_starter_knowledge_lead_to_a_map() -> None:
    addresses = {entry.address for entry in starter_entries() if entry.address}
    assert len([address for address in addresses if map_link(address, None)]) >= 0.6 * len(addresses)


@given(LINE | LINE.map("Am Markt 1, {}".format), st.none() | positions())
def test_a_link_is_always_a_plain_address_of_the_web(address: str, position: Position | None) -> None:
    if link := map_link(address, position):
        assert urlsplit(link).hostname == "www.openstreetmap.org"
        assert quote(link, safe=":/?&=#%-.") == link
