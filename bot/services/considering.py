"""What a message says, as far as that can be told without knowing the conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.domain import actions
from bot.domain.dialogue import Said, Shown, Tapped, Typed
from bot.domain.messages import Incoming
from bot.domain.participation import wish_of
from bot.services.indexing import Snapshot
from bot.texts.catalog import language_named, offered
from knowledge.commands import Command, hear
from knowledge.dates import asks_for_events, languages_asking
from knowledge.decide import MOST_OPTIONS, Decision, Thresholds, decide
from knowledge.emergency import Emergency
from knowledge.entry import CONTACT_POINT
from knowledge.language import detect_language
from knowledge.match import Finding, match

_SLASH = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Considered:
    """A message as far as it is understood without knowing the conversation."""

    said: Said
    language: str | None = None
    """The language it is written in, where that is sure."""
    finding: Finding | None = None
    """What the knowledge said, where it was asked."""
    decision: Decision | None = None
    heard_in: tuple[str, ...] = ()
    """The languages that have the words of a command, or of a question what is on."""


def consider(incoming: Incoming, snapshot: Snapshot, language: str | None = None) -> Considered:
    """What a message says; `language` is the one it is written in, where the caller knows.

    Asking the knowledge takes milliseconds, so this is done before any transaction begins.
    """
    if incoming.action:
        return Considered(Tapped(actions.read_action(incoming.action)))
    if incoming.media and not incoming.text.strip():
        return Considered(Shown(incoming.media, incoming.position))
    text = incoming.text
    spoken = language or detect_language(text)
    slash = _SLASH.fullmatch(text.strip())
    if slash and not _hides_an_emergency(slash, snapshot, spoken):
        return Considered(_slash_command(text, slash[1], slash[2], snapshot.day), spoken)
    finding = match(snapshot.index, text.strip().removeprefix("/") if slash else text, spoken)
    decision = decide(finding)
    heard = hear(text)
    named = language_named(text) if heard.command is Command.LANGUAGE else None
    near = _helpful(finding, snapshot) if finding.emergency in _HELP_AFTERWARDS else ()
    said = Typed(
        text=text,
        command=heard.command,
        argument=named or "",
        word=heard.word,
        attribute=heard.attribute,
        decision=decision,
        nearest=near,
        wish=wish_of(heard.command, "", snapshot.day) if heard.command else None,
        days=asks_for_events(text, snapshot.day, snapshot.places),
    )
    written_in = finding.language if finding.emergency else spoken
    heard_in = heard.languages if heard.command else ()
    if said.days and not heard_in:
        heard_in = languages_asking(text, snapshot.day, snapshot.places)
    return Considered(said, written_in, finding, decision, heard_in)


def _hides_an_emergency(slash: re.Match[str], snapshot: Snapshot, spoken: str | None) -> bool:
    """ "/help my house is on fire" is no question about the bot, and "/fire in the kitchen" no command at all."""
    name, behind = slash.groups()
    said = behind if name.lower() in list(Command) else f"{name} {behind or ''}"
    return bool(said) and match(snapshot.index, said, spoken).emergency is not None


_HELP_AFTERWARDS = (Emergency.VIOLENCE, Emergency.SUICIDE, Emergency.CHILD)
"""Emergencies after which somebody of the quarter can help; in a fire other buttons are only in the way."""


def _helpful(finding: Finding, snapshot: Snapshot) -> tuple[str, ...]:
    """The contact points that a message is as likely about as an option of a question back."""
    near = [one.entry_id for one in finding.matches if one.probability >= Thresholds().clarify]
    helping = [entry_id for entry_id in near if snapshot.entries[entry_id].kind == CONTACT_POINT]
    return tuple(entry_id for entry_id in helping if entry_id != finding.emergency_entry)[:MOST_OPTIONS]


def _slash_command(text: str, name: str, argument: str | None, today: date) -> Typed:
    """A command as Telegram knows them; one that does not exist asks for help."""
    command = Command(name.lower()) if name.lower() in list(Command) else Command.HELP
    wanted = (argument or "").strip()
    if command is Command.LANGUAGE and wanted:
        wanted = wanted.lower() if wanted.lower() in offered() else language_named(wanted) or ""
    return Typed(text, command, wanted, wish=wish_of(command, wanted, today))
