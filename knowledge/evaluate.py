"""Golden questions put to an index: what was right, wrong, asked back or declined, and how long it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from knowledge.decide import Answer, Clarify, Decision, Thresholds, decide
from knowledge.entry import GoldenQuestion
from knowledge.index import Index
from knowledge.match import Finding, match
from knowledge.shelf import FEATURES

PRECISION_WANTED = 0.95
"""Of `coverage_at_95`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One golden question, asked."""

    question: GoldenQuestion
    finding: Finding
    decision: Decision
    milliseconds: float

    @property
    def outcome(self) -> str:
        """answer, clarify or decline."""
        return outcome(self.decision)

    @property
    def rank(self) -> int | None:
        """Place of the best accepted entry among the matches, from 1; None where it is not among them."""
        accepted = self.question.accepted
        places = [place for place, one in enumerate(self.finding.matches, 1) if one.entry_id in accepted]
        return places[0] if places else None

    @property
    def is_right(self) -> bool:
        """Whether an entry that was answered at once is an accepted one."""
        return isinstance(self.decision, Answer) and self.decision.entry_id in self.question.accepted

    @property
    def confidence(self) -> float:
        """Probability of the best entry that is not a decline, 0 to 1."""
        return max((one.probability for one in self.finding.matches if not one.is_decline), default=0.0)

    def record(self) -> dict[str, Any]:
        """One line of `evaluate --output` (contract: knowledge and question files)."""
        return {
            "text": self.question.text,
            "lang": self.question.lang,
            "detected": self.finding.language,
            "expect": self.question.expect,
            "decision": self.outcome,
            "answers": [{"id": one.entry_id, "score": round(one.probability, 4)} for one in self.finding.matches],
            "ms": round(self.milliseconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All verdicts and what follows from them."""

    verdicts: Sequence[Verdict]
    build_seconds: float
    calibration: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """Per language: the fitted weight of each signal, and on how many phrasings."""

    def summary(self) -> dict[str, float | int]:
        """The figures of `evaluate --json` (contract); shares from 0 to 1, times in milliseconds and seconds."""
        scoped = [verdict for verdict in self.verdicts if verdict.question.accepted]
        answered = [verdict for verdict in self.verdicts if verdict.outcome == "answer"]
        times = [verdict.milliseconds for verdict in self.verdicts] or [0.0]
        return {
            "questions": len(self.verdicts),
            "top1": _share(scoped, lambda verdict: verdict.rank == 1),
            "top3": _share(scoped, lambda verdict: verdict.rank is not None and verdict.rank <= 3),
            "mrr": round(sum(1 / verdict.rank for verdict in scoped if verdict.rank) / max(1, len(scoped)), 4),
            "answered": round(len(answered) / max(1, len(self.verdicts)), 4),
            "precision": _share(answered, lambda verdict: verdict.is_right),
            "coverage_at_95": coverage_at(PRECISION_WANTED, self.verdicts),
            "decline_auroc": decline_auroc(self.verdicts),
            "ms_p50": round(float(np.percentile(times, 50)), 3),
            "ms_p99": round(float(np.percentile(times, 99)), 3),
            "build_s": round(self.build_seconds, 3),
        }

    def wrong_share(self) -> float:
        """Which share of all questions was answered at once and wrong, questions out of scope included."""
        wrong = [verdict for verdict in self.verdicts if verdict.outcome == "answer" and not verdict.is_right]
        return round(len(wrong) / max(1, len(self.verdicts)), 4)

    def confusions(self) -> list[tuple[str, str, int]]:
        """Expected entry ("-" where none), entry answered or ranked first instead, how often; most frequent first."""
        pairs: Counter[tuple[str, str]] = Counter()
        for verdict in self.verdicts:
            first = verdict.finding.matches[0].entry_id if verdict.finding.matches else "-"
            missed = verdict.rank != 1 if verdict.question.accepted else verdict.outcome == "answer"
            if missed:
                pairs[verdict.question.expect or "-", first] += 1
        return [(expected, got, count) for (expected, got), count in pairs.most_common()]

    def by(self, key: Callable[[Verdict], str]) -> dict[str, Report]:
        """The report split by a property of its questions, such as language or kind."""
        groups: dict[str, list[Verdict]] = {}
        for verdict in self.verdicts:
            groups.setdefault(key(verdict), []).append(verdict)
        return {name: Report(verdicts, self.build_seconds) for name, verdicts in sorted(groups.items())}


def outcome(decision: Decision) -> str:
    """The word of the contract for a decision."""
    match decision:
        case Answer():
            return "answer"
        case Clarify():
            return "clarify"
        case _:
            return "decline"


def evaluate(
    index: Index,
    questions: Iterable[GoldenQuestion],
    stopwatch: Callable[[], float],
    *,
    build_seconds: float = 0.0,
    thresholds: Thresholds | None = None,
) -> Report:
    """Ask every question; `stopwatch` tells elapsed seconds, as time.perf_counter does."""
    match(index, "?")  # loads rules and word lists, which belongs to no question
    verdicts = []
    for question in questions:
        started = stopwatch()
        finding = match(index, question.text, question.lang)
        decision = decide(finding, thresholds)
        verdicts.append(Verdict(question, finding, decision, (stopwatch() - started) * 1000))
    return Report(verdicts, build_seconds, calibration(index))


def calibration(index: Index) -> dict[str, dict[str, float]]:
    """What the matcher learned about its own certainty, per language."""
    return {
        language: {"asked": shelf.calibration.asked}
        | dict(zip(FEATURES, shelf.calibration.weights.astype(float).round(3).tolist(), strict=True))
        for language, shelf in index.shelves.items()
    }


def coverage_at(precision: float, verdicts: Sequence[Verdict]) -> float:
    """The largest share of the questions that can be answered, surest first, with at least this precision."""
    ranked = sorted(verdicts, key=lambda verdict: -verdict.confidence)
    right = np.cumsum([_best_offer(verdict) in verdict.question.accepted for verdict in ranked])
    enough = np.flatnonzero(right / np.arange(1, len(ranked) + 1) >= precision) if ranked else np.zeros(0)
    return round(float(enough[-1] + 1) / len(ranked), 4) if len(enough) else 0.0


def decline_auroc(verdicts: Sequence[Verdict]) -> float:
    """How well confidence tells answerable questions from others: 1 perfectly, 0.5 not at all.

    Source: the Mann-Whitney statistic, ties counting half. 0.5 where one of the two kinds is missing.
    """
    inside = np.array([verdict.confidence for verdict in verdicts if verdict.question.accepted])
    outside = np.array([verdict.confidence for verdict in verdicts if not verdict.question.accepted])
    if not len(inside) or not len(outside):
        return 0.5
    higher = (inside[:, None] > outside[None, :]).mean()
    equal = (inside[:, None] == outside[None, :]).mean()
    return round(float(higher + equal / 2), 4)


def _best_offer(verdict: Verdict) -> str | None:
    return next((one.entry_id for one in verdict.finding.matches if not one.is_decline), None)


def _share(verdicts: Sequence[Verdict], test: Callable[[Verdict], bool]) -> float:
    return round(sum(map(test, verdicts)) / len(verdicts), 4) if verdicts else 0.0
