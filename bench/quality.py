"""How often the right entry is found, beside other methods; clean, and with two random slips of the keyboard."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import replace

from bench.bases import Base, bases
from bench.rivals import RIVALS
from knowledge import GoldenQuestion, build_index, evaluate


def measure() -> None:
    """Print one line per knowledge base and method."""
    print(f"{'base':<16} {'method':<18} {'top1':>6} {'top3':>6} {'top1 with 2 slips':>18}  at the fixed thresholds")
    gains = []
    for base in bases():
        slipped = [replace(question, text=_slip(question.text, question.line)) for question in base.questions]
        scores = {}
        for name, build in RIVALS.items():
            rival = build(base.entries, base.language)
            scores[name] = [_shares(rival, base, questions) for questions in (base.questions, slipped)]
            _print(base.name, name, scores[name])
        index = build_index(base.entries)
        reports = [evaluate(index, questions, time.perf_counter) for questions in (base.questions, slipped)]
        figures = [(report.summary()["top1"], report.summary()["top3"]) for report in reports]
        summary = reports[0].summary()
        wrong = reports[0].wrong_share()
        note = (
            f"answered {summary['answered']:.0%}, of those right {summary['precision']:.1%}, wrong {wrong:.1%} of all"
        )
        _print(base.name, "this engine", figures, note)
        best = max(scores[name][0][0] for name in ("stemmed BM25", "character TF-IDF"))
        gains.append(figures[0][0] - best)
    print(
        "\nmean gain at rank 1 over the better of stemmed BM25 and character TF-IDF: "
        f"{100 * sum(gains) / len(gains):.1f} points"
    )


def _shares(rank: object, base: Base, questions: Sequence[GoldenQuestion]) -> tuple[float, float]:
    ids = [entry.id for entry in base.entries]
    scoped = [question for question in questions if question.accepted]
    found = [[ids[row] for row in rank(question.text)] for question in scoped]  # type: ignore[operator]
    first = sum(
        names[:1] != [] and names[0] in question.accepted for names, question in zip(found, scoped, strict=True)
    )
    three = sum(bool(question.accepted & set(names[:3])) for names, question in zip(found, scoped, strict=True))
    return first / len(scoped), three / len(scoped)


def _print(base: str, method: str, figures: Sequence[tuple[float, float]], note: str = "") -> None:
    (top1, top3), (slipped, _) = figures
    print(f"{base:<16} {method:<18} {top1:>6.1%} {top3:>6.1%} {slipped:>18.1%}  {note}")


def _slip(text: str, seed: int) -> str:
    """`text` with two letters left out, doubled or swapped, the same ones each time."""
    chance = random.Random(seed)
    for _ in range(2):
        places = [place for place, letter in enumerate(text[:-1]) if letter.isalpha()]
        if not places:
            return text
        place, kind = chance.choice(places), chance.randrange(3)
        letters = (text[place + 1], text[place]) if kind == 0 else (text[place],) * 2 if kind == 1 else ("",)
        text = text[:place] + "".join(letters) + text[place + (2 if kind == 0 else 1) :]
    return text
