"""The places that are near to somebody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from bot.domain.opening import Closed, LocalTime, Open
from knowledge.entry import CONTACT_POINT, Entry, Position

EARTH_RADIUS_METRES = 6_371_008.8
"""Mean radius. Source: Moritz, Geodetic Reference System 1980, R1."""


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place and how far it is."""

    entry: Entry
    metres: float
    """As the crow flies."""
    status: Open | Closed | None
    """None: its hours are not known."""


def nearest(entries: Iterable[Entry], here: Position, now: LocalTime, most: int = 3) -> list[Nearby]:
    """The places to go to from `here`: open ones first, then those of unknown hours, then closed ones; near before far.

    Of `entries` those count that have a position and are a contact point or have an address; which of them residents
    may see is the caller's business.
    """
    places = [
        Nearby(entry, metres_between(here, entry.position), _status(entry, now))
        for entry in entries
        if entry.position and (entry.kind == CONTACT_POINT or entry.address)
    ]
    return sorted(places, key=lambda place: (_rank(place.status), place.metres, place.entry.id))[:most]


def metres_between(one: Position, other: Position) -> float:
    """How far two positions lie apart on a sphere, in metres; right within one percent.

    Source: haversine formula.
    """
    north, east = radians(other.latitude - one.latitude), radians(other.longitude - one.longitude)
    narrowing = cos(radians(one.latitude)) * cos(radians(other.latitude))
    haversine = sin(north / 2) ** 2 + narrowing * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_METRES * asin(sqrt(min(1.0, haversine)))


def _status(entry: Entry, now: LocalTime) -> Open | Closed | None:
    return now.state_of(entry.opening_hours) if entry.opening_hours else None


def _rank(state: Open | Closed | None) -> int:
    match state:
        case Open():
            return 0
        case None:
            return 1
        case Closed():
            return 2
