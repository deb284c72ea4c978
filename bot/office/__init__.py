"""The office's work on the command line: topics, events, broadcasts, tokens. The same deeds as over the API."""

from bot.office.broadcasts import broadcast
from bot.office.events import event
from bot.office.tokens import token
from bot.office.topics import topic

__all__ = ["broadcast", "event", "token", "topic"]
