"""What became of a broadcast: numbers, no names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.deliveries import DeliveryState
from knowledge.entry import LocalText

STATES = tuple(state.value for state in DeliveryState)
ALL = "all"
HEADER = ("language", *STATES, "residents", "stops", "stop_rate", "text")


@dataclass(frozen=True, slots=True)
class Report:
    """A broadcast in numbers."""

    id: int
    texts: LocalText
    states: Mapping[str, int]
    """State of delivery -> residents; they sum to the audience."""
    languages: Mapping[str, Mapping[str, int]]
    """The same by the language that residents were written to in."""
    stops: int
    """How many ended all notices with the button below it."""

    @property
    def stop_rate(self) -> float | None:
        """The share of those it reached who stopped; None where it reached nobody."""
        reached = self.states.get(DeliveryState.SENT, 0) + self.states.get(DeliveryState.UNKNOWN, 0)
        return round(self.stops / reached, 4) if reached else None

    def table(self) -> list[list[str | int | float | None]]:
        """Rows for a spreadsheet: one a language, then all of them, as HEADER names their columns."""
        own = [self._row(code, counted) for code, counted in sorted(self.languages.items())]
        total = self._row(ALL, self.states)
        total[HEADER.index("stops")], total[HEADER.index("stop_rate")] = self.stops, self.stop_rate
        return [*own, total]

    def _row(self, language: str, counted: Mapping[str, int]) -> list[str | int | float | None]:
        numbers = [counted.get(state, 0) for state in STATES]
        return [language, *numbers, sum(numbers), None, None, self.texts.get(language)]
