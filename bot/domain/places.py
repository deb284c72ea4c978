"""Where a place is on a map."""

from __future__ import annotations

import re
from urllib.parse import quote

from knowledge.entry import Position

MAP = "https://www.openstreetmap.org"
ZOOM = 18
"""Close enough to read the numbers of houses."""

_IN_BRACKETS = re.compile(r"\([^()]*\)")
_LABEL = re.compile(r"^[^:]*:\s*")
_POSTAL_CODE = re.compile(r"\d{5}\b")
_NO_STREET = r"(?!(?:Ebene|Eingang|Etage|Gebäude|Halle|Haus|Postfach|Raum|Stock|Zimmer)\b)"
_STREET = re.compile(
    # "Straße des 17. Juni 135" has a number in its name; of "2–4", "15 und 17" and "12a–d" the first is taken.
    rf"{_NO_STREET}(?P<first>[^\W\d](?:\D|\d+\.\s)*\s\d{{1,4}}(?:\s?[a-z])?)"
    r"(?:\s*(?:[-–/+]|und)\s*(?:\d{1,4}(?:\s?[a-z])?|[a-z]))*",
    re.IGNORECASE,
)


def map_link(address: str | None, position: Position | None) -> str | None:
    """A link to the place on OpenStreetMap: a mark at its position, or else a search for its street and number.

    None where there is no position and the address does not name one house: no street, no number, or two streets.
    """
    if position:
        latitude, longitude = f"{position.latitude:.5f}", f"{position.longitude:.5f}"
        return f"{MAP}/?mlat={latitude}&mlon={longitude}#map={ZOOM}/{latitude}/{longitude}"
    house = _house(address or "")
    return f"{MAP}/search?query={quote(house, safe='')}" if house else None


def _house(address: str) -> str | None:
    """Street, number and town, without what a map does not know: "Amtshaus", "(Beratung)"."""
    parts = [_LABEL.sub("", part.strip()) for part in _IN_BRACKETS.sub("", address).split(",")]
    streets = [(place, found["first"]) for place, part in enumerate(parts) if (found := _STREET.fullmatch(part))]
    if len(streets) != 1:
        return None
    place, street = streets[0]
    town = [part for part in parts if _POSTAL_CODE.match(part)] or parts[place + 1 :][-1:]
    return ", ".join(filter(None, [street, *town]))
