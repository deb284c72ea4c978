"""The terminal door: one question, its answer, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.messages import Incoming, Reply
from bot.services import considering, dialogue
from bot.services.considering import Considered
from bot.services.dialogue import Policy
from bot.services.indexing import Snapshot
from knowledge.entry import DEFAULT_LANGUAGE
from knowledge.evaluate import outcome
from knowledge.index import Index
from knowledge.match import Match, Reasons, reasons


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what came of it."""

    text: str
    given_language: str | None
    considered: Considered
    milliseconds: float
    replies: Sequence[Reply]

    def record(self) -> dict[str, Any]:
        """A line of `evaluate`, with the replies (contract: `ask --json`)."""
        finding = self.considered.finding
        matches = finding.matches if finding else ()
        return {
            "text": self.text,
            "lang": self.given_language,
            "detected": finding.language if finding else (self.considered.language or DEFAULT_LANGUAGE),
            "expect": None,
            "decision": outcome(self.considered.decision) if self.considered.decision else "decline",
            "answers": [{"id": one.entry_id, "score": round(one.probability, 4)} for one in matches],
            "ms": round(self.milliseconds, 3),
            "replies": [_reply(reply) for reply in self.replies],
        }


def ask(snapshot: Snapshot, text: str, language: str | None, stopwatch: Callable[[], float], now: datetime) -> Asked:
    """Put one question to the knowledge; nothing of it is stored."""
    incoming = Incoming("terminal", "", "", text)
    started = stopwatch()
    considered = considering.consider(incoming, snapshot, language)
    milliseconds = (stopwatch() - started) * 1000
    replies = dialogue.rehearse(considered, snapshot, Policy(), now)
    return Asked(text, language, considered, milliseconds, replies)


def form(reply: Reply) -> str:
    """A reply as it is printed; choices are listed."""
    return "\n".join([reply.plain(), *(f"  - {choice.label}" for choice in reply.choices)])


def explanation(asked: Asked, index: Index) -> str:
    """Why the bot answered, asked back or declined: signals, words, and the probabilities behind it."""
    finding, decision = asked.considered.finding, asked.considered.decision
    if finding is None or decision is None:
        return "this is no question to the knowledge"
    lines = [
        f"language {finding.language}; decision {outcome(decision)}; no entry fits: {finding.none:.0%}",
        f"words that no entry knows: {', '.join(finding.unknown_words) or '-'}",
    ]
    if finding.emergency:
        lines.append(f"emergency: {finding.emergency}")
    best = enumerate(finding.matches[:5], 1)
    return "\n".join([*lines, *(_explain(place, one, reasons(index, asked.text, one)) for place, one in best)])


def _explain(place: int, one: Match, why: Reasons | None) -> str:
    head = f"{place}. {one.probability:.0%} {one.entry_id}"
    if why is None:
        return f"{head}\n   by rule"
    words = ", ".join(f"{word} {weight:.1f}" for word, weight in sorted(why.words.items(), key=lambda item: -item[1]))
    signals = ", ".join(f"{name} {value:.2f}" for name, value in why.signals.items() if name != "match")
    return f"{head}\n   nearest: {why.nearest}\n   words: {words or '-'}\n   signals: {signals}"


def _reply(reply: Reply) -> dict[str, Any]:
    record: dict[str, Any] = {
        "text": reply.plain(),
        "buttons": [{"label": choice.label, "action": choice.action} for choice in reply.choices],
    }
    return record | {name: value for name in ("decision", "entry_id") if (value := getattr(reply, name))}
