"""The knowledge bases that are measured on: the quarter's own, and invented ones of other towns and fields."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.services.starter import CONTENT, starter_entries
from knowledge import Entry, GoldenQuestion, read_entries, read_questions

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Base:
    """Entries, and questions whose right answers are known."""

    name: str
    entries: list[Entry]
    questions: list[GoldenQuestion]

    @property
    def language(self) -> str:
        """The language of its first question."""
        return self.questions[0].lang or "de"


def bases() -> list[Base]:
    """The quarter's own knowledge first, then the others by name."""
    golden = read_questions((CONTENT / "golden" / "de.jsonl").read_bytes())
    found = [Base("westerfilde-de", starter_entries(), golden)]
    for knowledge in sorted(DATA.glob("*-knowledge.jsonl")):
        name = knowledge.name.removesuffix("-knowledge.jsonl")
        questions = read_questions((DATA / f"{name}-questions.jsonl").read_bytes())
        found.append(Base(name, read_entries(knowledge.name, knowledge.read_bytes()), questions))
    return found
