"""Answer, ask back, or say honestly that nobody has written this down."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.emergency import Emergency
from knowledge.match import Finding, Match

MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough; all from 0 to 1."""

    answer: float = 0.55
    """Probability from which the best entry is given at once. Being calibrated, it bounds the share of wrong answers
    in any town's knowledge, so it need not be tuned to one."""
    clarify: float = 0.3
    """Probability from which the right entry is likely enough among the options."""
    option: float = 0.06
    """Probability from which an entry is worth being an option."""
    refuse: float = 0.5
    """Probability from which an entry that says what the bot is not for is believed, if no offer comes near it."""
    near: float = 1 / 3
    """What share of that probability counts as near: a wrong "I am not for this" is worse than asking back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry, sure enough."""

    entry_id: str | None
    """None in an emergency, where the knowledge has no entry that tells the numbers."""
    emergency: Emergency | None = None
    """Why it comes before everything else, where it does."""


@dataclass(frozen=True, slots=True)
class Clarify:
    """A few entries to choose from."""

    entry_ids: tuple[str, ...]
    """Best first; one to three."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """No entry fits."""

    decline_id: str | None = None
    """The entry that says why the bot is not for this, where one fits."""


Decision = Answer | Clarify | Unknown


def decide(finding: Finding, thresholds: Thresholds | None = None) -> Decision:
    """What to do with a finding."""
    bar = thresholds or Thresholds()
    if finding.emergency:
        return Answer(finding.emergency_entry, finding.emergency)
    offers = [match for match in finding.matches if not match.is_decline]
    declines = [match for match in finding.matches if match.is_decline]
    if offers and offers[0].probability >= bar.answer:
        return Answer(offers[0].entry_id)
    refusal = _refusal(declines, offers, bar)
    options = [match for match in offers[:MOST_OPTIONS] if match.probability >= bar.option]
    if refusal is None and sum(match.probability for match in options) >= bar.clarify:
        return Clarify(tuple(match.entry_id for match in options))
    return Unknown(refusal)


def _refusal(declines: list[Match], offers: list[Match], bar: Thresholds) -> str | None:
    """The entry that says why the bot is not for this, where it is far likelier than every offer."""
    if not declines or declines[0].probability < bar.refuse:
        return None
    nearest = offers[0].probability if offers else 0.0
    return declines[0].entry_id if nearest < bar.near * declines[0].probability else None
