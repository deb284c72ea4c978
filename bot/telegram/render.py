"""A reply in the form Telegram takes. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.messages import Reply

LONGEST_TEXT = 4096
"""UTF-16 code units of one message. Source: Bot API, sendMessage (after entities parsing)."""

LONGEST_LABEL = 200
"""Characters of a fact's label; what is longer is no label."""

_ENDS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?:;])(?<!\d\.)\s"), re.compile(r"\s"))
"""Where a long text is best divided: paragraph, line, sentence ("am 3. Mai" is none), word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None


def render(reply: Reply) -> list[Part]:
    """The messages of a reply, at least one; buttons stand under the last."""
    title = [f"<b>{escape(piece, quote=False)}</b>" for piece in divide(reply.title or "")]
    blocks = [(block, "\n\n") for block in [*title, *(escape(piece, quote=False) for piece in divide(reply.text))]]
    for place, fact in enumerate(reply.facts):
        first, *rest = divide(fact.value) or [""]
        line = f"<b>{escape(fact.label[:LONGEST_LABEL], quote=False)}:</b> {escape(first, quote=False)}"
        blocks += [(line, "\n" if place else "\n\n"), *((escape(piece, quote=False), "\n") for piece in rest)]
    texts: list[str] = []
    room = 0
    for block, separator in blocks:
        size = units(unescape(re.sub(r"<[^>]+>", "", block))) + len(separator)
        if texts and size <= room:
            texts[-1] += separator + block
        else:
            texts.append(block)
            room = LONGEST_TEXT
        room -= size
    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton(choice.label, callback_data=choice.action)] for choice in reply.choices]
    )
    last = texts.pop() if texts else "…"
    return [*(Part(text) for text in texts), Part(last, keyboard if reply.choices else None)]


def divide(text: str, longest: int = LONGEST_TEXT - 200) -> list[str]:
    """`text` in pieces of at most `longest` UTF-16 code units, divided where it hurts least; none for an empty text."""
    pieces: list[str] = []
    rest = text.strip()
    while units(rest) > longest:
        end = _best_end(rest, longest)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest] if rest else pieces


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
