"""What was said so far, for a page without script: it travels sealed in the page, the server keeps none of it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from bot.domain.messages import Reply
from bot.storage.keys import KeyFault, Keys

LONGEST_HISTORY, LONGEST_SAID, LARGEST_HISTORY = 20, 500, 100_000
"""Exchanges that travel along, characters of what was said in each, and bytes of them all."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A message and the replies to it."""

    said: str
    """The text typed, or the label of the button tapped; empty where the replies came unasked."""
    replies: tuple[Reply, ...]


_HISTORY = TypeAdapter(list[Exchange])


def seal_history(keys: Keys, exchanges: list[Exchange]) -> str:
    """The newest exchanges as a text that only this server can read; empty for none."""
    if not exchanges:
        return ""
    newest = [Exchange(exchange.said[:LONGEST_SAID], exchange.replies) for exchange in exchanges[-LONGEST_HISTORY:]]
    while len(content := _HISTORY.dump_json(newest)) > LARGEST_HISTORY:
        newest = newest[1:]
    return keys.seal(content.decode()).decode("ascii")


def open_history(keys: Keys, sealed: str) -> list[Exchange]:
    """The exchanges of a page; none where the text is not one of ours (an old page, a new key, a game)."""
    if not sealed:
        return []
    try:
        return _HISTORY.validate_json(keys.open(sealed.encode()))
    except (KeyFault, ValidationError, ValueError):
        return []
