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
    clarify: float = 0.35
    """Probability from which the right entry is likely enough among the options."""
    option: float = 0.06
    """Probability from which an entry is worth being an option."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry, sure enough."""

    entry_id: str
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
    if finding.emergency and finding.matches and finding.matches[0].probability == 1.0:
        return Answer(finding.matches[0].entry_id, finding.emergency)
    offers = [match for match in finding.matches if not match.is_decline]
    declines = [match for match in finding.matches if match.is_decline]
    refusal = _likely(declines)
    if offers and offers[0].probability >= bar.answer:
        return Answer(offers[0].entry_id)
    options = [match for match in offers[:MOST_OPTIONS] if match.probability >= bar.option]
    likely = sum(match.probability for match in options)
    if options and likely >= bar.clarify and likely >= sum(match.probability for match in declines):
        return Clarify(tuple(match.entry_id for match in options))
    return Unknown(refusal)


def _likely(declines: list[Match], least: float = 0.2) -> str | None:
    return declines[0].entry_id if declines and declines[0].probability >= least else None
