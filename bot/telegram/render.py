"""A reply in the form Telegram takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape, unescape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.domain.actions import LONGEST_ACTION
from bot.domain.messages import Attachment, Choice, Fact, File, Reply

LONGEST_TEXT = 4096
"""UTF-16 code units of one message. Source: Bot API, sendMessage (after entities parsing)."""

LONGEST_CAPTION = 1024
"""The same of the words below a picture or document. Source: Bot API, sendPhoto."""

LONGEST_LABEL = 200
"""Characters of a fact's label; what is longer is no label."""

MOST_BESIDE, LONGEST_BESIDE = 8, 18
"""Buttons in one row, and characters of the label of one that shares its row: a phone cuts off what is longer."""

_ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    # Not after "am 3." or "z. B."; closing quotation marks belong to the sentence.
    re.compile(r"(?:[.!?…:;؟。])(?<!\d\.)(?<!\b\w\.)[\"'”“’»)\]]*\s"),
    re.compile(r"\s"),
)
"""Where a long text is best divided: paragraph, line, sentence, word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message: a text or a file."""

    html: str
    keyboard: InlineKeyboardMarkup | None = None
    file: File | None = None
    """Then there is no text."""
    attachment: Attachment | None = None
    """Then the text is its caption."""


def render(reply: Reply) -> list[Part]:
    """The messages of a reply, at least one; the file comes after the text, buttons stand under the last."""
    blocks = _blocks(reply)
    if reply.attachment:
        described = (f"🖼 {escape(reply.attachment.alternative, quote=False)}", "\n\n")
        captions = _join([*blocks, described], LONGEST_CAPTION)
        if len(captions) == 1:
            return [Part(captions[0], keyboard(reply.choices), attachment=reply.attachment)]
        parts = [Part(described[0], attachment=reply.attachment), *map(Part, _join(blocks))]
    else:
        parts = [Part(text) for text in _join(blocks)]
    if reply.file:
        parts.append(Part("", file=reply.file))
    last = parts.pop() if parts else Part("…")
    return [*parts, replace(last, keyboard=keyboard(reply.choices))]


def keyboard(choices: Sequence[Choice]) -> InlineKeyboardMarkup | None:
    """The rows of buttons; a choice whose action no button can carry is left out, because Telegram would refuse all."""
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        if len(choice.action.encode()) > LONGEST_ACTION:
            continue
        button = InlineKeyboardButton(choice.label.strip() or "…", callback_data=choice.action or "?")
        is_beside = choice.beside and bool(rows) and len(rows[-1]) < MOST_BESIDE
        if is_beside and all(len(each.text) <= LONGEST_BESIDE for each in (*rows[-1], button)):
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def _blocks(reply: Reply) -> list[tuple[str, str]]:
    """The pieces of a reply as HTML, each with what stands between it and the one before."""
    title = [f"<b>{escape(piece, quote=False)}</b>" for piece in divide(reply.title or "")]
    text = [escape(piece, quote=False) for piece in divide(reply.text)]
    facts = [block for fact in reply.facts for block in _lines(fact)]
    between = ["\n\n"] * (len(title) + len(text)) + ["\n\n"] * bool(facts) + ["\n"] * len(facts)
    return list(zip([*title, *text, *facts], between, strict=False))


def _lines(fact: Fact) -> list[str]:
    first, *rest = divide(fact.value) or [""]
    line = f"<b>{escape(fact.label[:LONGEST_LABEL], quote=False)}:</b> {escape(first, quote=False)}"
    return [line, *(escape(piece, quote=False) for piece in rest)]


def _join(blocks: Sequence[tuple[str, str]], longest: int = LONGEST_TEXT) -> list[str]:
    """As many blocks in one text as there is room for."""
    texts: list[str] = []
    room = 0
    for block, separator in blocks:
        size = units(unescape(re.sub(r"<[^>]+>", "", block))) + len(separator)
        if texts and size <= room:
            texts[-1] += separator + block
        else:
            texts.append(block)
            room = longest
        room -= size
    return texts


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
