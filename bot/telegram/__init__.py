"""The Telegram door, on python-telegram-bot."""

import os

# The library gives waiting times as timedelta, as its next major version will; else it warns at each of them.
os.environ.setdefault("PTB_TIMEDELTA", "1")
