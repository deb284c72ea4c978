"""A reply in the form Telegram takes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.messages import Reply

LONGEST_TEXT = 4096
"""UTF-16 code units of one message. Source: Bot API, sendMessage (after entities parsing)."""

_ENDS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?:;])(?<!\d\.)\s"), re.compile(r"\s"))
"""Where a long text is best divided: paragraph, line, sentence ("am 3. Mai" is none), word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


def render(reply: Reply) -> list[Part]:
    """The messages of a reply, at least one; buttons stand under the last."""
    pieces = [(reply.title, True), *[(piece, False) for piece in divide(reply.text)]]
    blocks = [f"<b>{escape(text)}</b>" if bold else escape(text, quote=False) for text, bold in pieces if text]
    lines = [f"<b>{escape(fact.label, quote=False)}:</b> {escape(fact.value, quote=False)}" for fact in reply.facts]
    texts: list[str] = []
    room = 0
    for block, separator in [*((block, "\n\n") for block in blocks), *_separated(lines)]:
        size = units(re.sub(r"<[^>]+>", "", block)) + len(separator)
        if texts and size <= room:
            texts[-1] += separator + block
        else:
            texts.append(block)
            room = LONGEST_TEXT
        room -= size
    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton(choice.label, callback_data=choice.action)] for choice in reply.choices]
    )
    return [*(Part(text) for text in texts[:-1]), Part(texts[-1], keyboard if reply.choices else None)]


def _separated(lines: list[str]) -> list[tuple[str, str]]:
    return [(line, "\n" if place else "\n\n") for place, line in enumerate(lines)]


def divide(text: str, longest: int = LONGEST_TEXT - 200) -> list[str]:
    """`text` in pieces of at most `longest` UTF-16 code units, divided where it hurts least."""
    pieces: list[str] = []
    rest = text.strip()
    while units(rest) > longest:
        end = _best_end(rest, longest)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest]


def _best_end(text: str, longest: int) -> int:
    window = text[:longest]
    while units(window) > longest:
        window = window[:-1]
    for end in _ENDS:
        found = [match.end() for match in end.finditer(window)]
        if found and found[-1] > len(window) // 3:
            return found[-1]
    return len(window)


def units(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
