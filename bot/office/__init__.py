"""The office's work on the command line: topics, events, broadcasts, figures, accounts; the same deeds as elsewhere."""

from bot.office.accounts import user
from bot.office.events import event
from bot.office.figures import report
from bot.office.recurring import recurring
from bot.office.sending import broadcast
from bot.office.tokens import token
from bot.office.topics import topic

__all__ = ["broadcast", "event", "recurring", "report", "token", "topic", "user"]
