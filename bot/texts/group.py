"""What the staff group on Telegram reads: in German, the working language of the office, as everything it is told."""

from __future__ import annotations

from bot.domain.cases import Call
from bot.domain.messages import Reply
from bot.texts.cards import language_name
from knowledge.entry import DEFAULT_LANGUAGE

LONGEST_SHOWN = 3000
"""Characters of a message that are shown, so that it stays one message; the rest stands behind the link."""


def words(case_id: int, text: str, language: str, link: str) -> Reply:
    """What a resident wrote; whoever replies to it answers them."""
    shown = text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + " …"
    spoken = language_name(language, DEFAULT_LANGUAGE)
    below = f"Antworten Sie auf diese Nachricht, dann bekommt die Person Ihre Antwort.\n{link}"
    return Reply(f"{shown}\n\n{below}", title=f"Gespräch {case_id} · {spoken}")


def news(case_id: int, call: Call, language: str, link: str) -> Reply:
    """That somebody waits."""
    spoken = language_name(language, DEFAULT_LANGUAGE)
    told = {
        Call.TELL: "Jemand möchte mit einem Menschen sprechen.",
        Call.REMIND: "Hier wartet noch jemand auf eine Antwort.",
        Call.ESCALATE: "Hier wartet jemand seit mehr als einem Tag. Bitte antworten Sie jetzt.",
    }
    return Reply(f"{told[call]}\n{link}", title=f"Gespräch {case_id} · {spoken}")


def removed() -> Reply:
    """What stands where a message was taken back."""
    return Reply("Diese Nachricht ist gelöscht.")


def delivered() -> str:
    """A reply has reached the resident."""
    return "✔ Zugestellt."


def under_way() -> str:
    """A reply was taken in, and nobody knows yet whether it arrived."""
    return "Ihre Antwort ist unterwegs. Ob sie ankommt, sehen Sie im Gespräch in der Verwaltung."


def not_delivered(link: str) -> str:
    """A reply will not reach the resident."""
    return f"⚠ Das kam nicht an: Die Person ist nicht erreichbar. Mehr dazu im Gespräch: {link}"


def refused(reason: str) -> str:
    """A reply cannot be taken in."""
    return f"⚠ Das wurde nicht gesendet: {reason}"


ONLY_TEXT = "Nur Text kann weitergegeben werden. Bitte schreiben Sie die Antwort."
TOO_LONG = "Der Text ist zu lang. Bitte kürzen Sie ihn oder teilen Sie ihn auf."
"""Why not."""
