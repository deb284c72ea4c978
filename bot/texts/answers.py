"""What the team answers to a question that the bot could not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.domain.languages import choose
from bot.domain.messages import Reply
from bot.domain.opening import LocalTime
from bot.texts.buttons import foot
from bot.texts.cards import card, contact_lines, facts_of
from bot.texts.catalog import catalog
from bot.texts.wording import honest
from knowledge.entry import Entry

LONGEST_QUOTE = 300
"""Characters of the question that are repeated."""


def from_entry(question: str, entry: Entry, contacts: Sequence[Entry], language: str, now: LocalTime) -> Reply:
    """An entry that answers a question, which is without personal details; empty where it is gone."""
    title = choose(entry.title, language)
    reply = in_words(question, entry.text, language)
    lines = [*card(entry, language, now), *contact_lines(contacts, language)]
    return replace(reply, title=title[0] if title else reply.title, facts=facts_of(lines), entry_id=entry.id)


def in_words(question: str, texts: Mapping[str, str], language: str) -> Reply:
    """What somebody of the team wrote about a question, in the language that the reader knows best."""
    _ = catalog(language).gettext
    text, spoken = choose(texts, language) or ("", language)
    quote = _("You asked: “{question}”").format(question=_shortened(question)) if question else ""
    return Reply(
        "\n\n".join(part for part in (quote, honest(text, spoken, language)) if part),
        title=_("The team has answered you."),
        choices=foot(language),
        decision="answer",
        language=spoken,
        own_language=language,
    )


def _shortened(question: str) -> str:
    return question if len(question) <= LONGEST_QUOTE else question[: LONGEST_QUOTE - 1].rstrip() + "…"
