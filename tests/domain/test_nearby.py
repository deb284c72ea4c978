"""The nearest places to go to."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nearby import Nearby, metres_between, nearest
from bot.domain.opening import Closed, LocalTime, Open
from knowledge.entry import CONTACT_POINT, OFFER, Entry, OpeningHours, OpenTime, Position
from tests.conftest import BERLIN, NOON
from tests.knowledge.strategies import positions

AT_NOON = LocalTime(NOON, BERLIN, "DE-NW")
HERE = Position(51.5, 7.4)
MORNINGS = OpeningHours((OpenTime(("tue", "wed"), "08:00", "11:00"),))
NOONS = OpeningHours((OpenTime(("tue",), "08:00", "14:00"),))
BY_APPOINTMENT = OpeningHours(by_appointment=True)


def place(name: str, north: float | None, hours: OpeningHours | None = None, kind: str = CONTACT_POINT) -> Entry:
    """A contact point some hundredths of a degree (1.1 km each) north of here."""
    position = None if north is None else Position(HERE.latitude + north / 100, HERE.longitude)
    return Entry(name, kind=kind, position=position, opening_hours=hours)


def names(found: list[Nearby]) -> list[str]:
    return [one.entry.id for one in found]


def test_open_ones_come_first_then_unknown_then_closed_and_near_before_far() -> None:
    places = [
        place("closed near", 1, MORNINGS),
        place("unknown near", 2),
        place("open far", 9, NOONS),
        place("open near", 3, NOONS),
        place("closed far", 9, MORNINGS),
        place("unknown far", 9, BY_APPOINTMENT),
    ]
    order = ["open near", "open far", "unknown near", "unknown far", "closed near", "closed far"]
    assert names(nearest(places, HERE, AT_NOON, most=9)) == order
    assert names(nearest(places, HERE, AT_NOON)) == order[:3]


def test_a_place_says_how_far_it_is_and_when_that_changes() -> None:
    found = nearest([place("open", 1, NOONS), place("shut", 1, MORNINGS), place("unknown", 1)], HERE, AT_NOON)
    assert [one.status for one in found] == [
        Open(datetime(2026, 6, 9, 12, 0, tzinfo=UTC)),
        None,
        Closed(datetime(2026, 6, 10, 6, 0, tzinfo=UTC)),
    ]
    assert [round(one.metres) for one in found] == [1112, 1112, 1112]


def test_what_has_no_position_is_not_near() -> None:
    assert nearest([place("nowhere", None, NOONS)], HERE, AT_NOON) == []
    assert nearest([], HERE, AT_NOON) == []


def test_only_places_to_go_to_count() -> None:
    offer = place("offer", 1, kind=OFFER)
    course = Entry("course", kind=OFFER, address="Am Markt 1", position=HERE)
    assert names(nearest([offer, course], HERE, AT_NOON)) == ["course"]


@pytest.mark.parametrize(("region", "order"), [("DE-NW", ["far", "near"]), ("DE-HH", ["near", "far"])])
def test_the_holidays_of_the_region_count(region: str, order: list[str]) -> None:
    corpus_christi = LocalTime(datetime(2026, 6, 4, 10, 0, tzinfo=UTC), BERLIN, region)
    office = place("near", 1, OpeningHours((OpenTime(("thu",), "08:00", "18:00"),)))
    museum = place("far", 9, OpeningHours((OpenTime(("thu", "holiday"), "08:00", "18:00"),)))
    assert names(nearest([office, museum], HERE, corpus_christi)) == order


@pytest.mark.parametrize(
    ("one", "other", "metres"),
    [
        (Position(0, 0), Position(0, 0), 0),
        (Position(51, 7), Position(52, 7), 111_195),
        (Position(0, 7), Position(0, 8), 111_195),
        (Position(60, 7), Position(60, 8), 55_597),
        (Position(0, 179.5), Position(0, -179.5), 111_195),
        (Position(90, 0), Position(90, 120), 0),
        (Position(90, 0), Position(-90, 0), 20_015_115),
        (Position(0, 0), Position(0, 180), 20_015_115),
        (Position(8, 0), Position(-8, 180), 20_015_115),
    ],
)
def test_distances_on_the_earth(one: Position, other: Position, metres: float) -> None:
    assert metres_between(one, other) == pytest.approx(metres, abs=1)


@given(positions(), positions())
def test_it_is_as_far_there_as_back_and_at_most_half_round_the_earth(one: Position, other: Position) -> None:
    there, back = metres_between(one, other), metres_between(other, one)
    assert there == pytest.approx(back)
    assert 0 <= there <= 20_015_116


PLACES = st.builds(
    Entry,
    id=st.text("abc", min_size=1, max_size=3),
    kind=st.sampled_from((CONTACT_POINT, OFFER)),
    position=st.none() | st.just(HERE) | positions(),
    opening_hours=st.sampled_from((None, MORNINGS, NOONS, BY_APPOINTMENT)),
)


@given(st.lists(PLACES, max_size=6, unique_by=lambda entry: entry.id), positions(), st.data())
def test_the_order_of_entries_changes_nothing(places: list[Entry], here: Position, data: st.DataObject) -> None:
    found = nearest(places, here, AT_NOON)
    assert nearest(data.draw(st.permutations(places)), here, AT_NOON) == found
    assert len(found) == min(3, sum(1 for each in places if each.position and each.kind == CONTACT_POINT))
