"""The public holidays of a region."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from bot.domain.errors import InvalidInput
from knowledge.entry import LocalText

NORTH_RHINE_WESTPHALIA = "DE-NW"


def public_holiday(day: date, region: str = NORTH_RHINE_WESTPHALIA) -> LocalText | None:
    """The holiday that falls on a day: its name per language, German among them; None on any other day.

    `region` is a code of ISO 3166: "DE-NW", or "DE" for what holds in all of a country. Raises InvalidInput for a
    region that is not known.
    """
    return _year(region, day.year).get(day)


@lru_cache(maxsize=64)
def _year(region: str, year: int) -> Mapping[date, LocalText]:
    country, _, part = region.partition("-")
    names: dict[date, dict[str, str]] = {}
    try:
        spoken = holidays.country_holidays(country).supported_languages
        for language in sorted(spoken):
            days = holidays.country_holidays(country, subdiv=part or None, years=year, language=language)
            for day in days:
                names.setdefault(day, {})[language.partition("_")[0]] = ", ".join(days.get_list(day))
    except NotImplementedError as fault:
        raise InvalidInput(f"no region {region!r} with public holidays is known", field="holidays") from fault
    return names
