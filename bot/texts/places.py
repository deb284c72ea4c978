"""Distances in words."""

from __future__ import annotations

from babel.units import format_unit

from knowledge.entry import base_language


def distance_words(metres: float, language: str) -> str:
    """How far it is, rounded to what a walker feels: "300 Meter", "1,2 Kilometer".

    Tens of metres, fifties from 100 on; tenths of a kilometre, whole ones from 10 on.
    """
    locale = base_language(language)
    near = max(10, round(metres, -1) if metres < 95 else 50 * round(metres / 50))
    if near < 1000:
        return format_unit(int(near), "length-meter", "long", locale=locale)
    kilometres = round(metres / 1000, 1)
    whole = kilometres >= 10 or kilometres.is_integer()
    return format_unit(round(metres / 1000) if whole else kilometres, "length-kilometer", "long", locale=locale)
