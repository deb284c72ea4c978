"""The office's work on the command line: topics, events, broadcasts, accounts, tokens; the same deeds as elsewhere."""

from bot.office.accounts import user
from bot.office.events import event
from bot.office.sending import broadcast
from bot.office.tokens import token
from bot.office.topics import topic

__all__ = ["broadcast", "event", "token", "topic", "user"]
