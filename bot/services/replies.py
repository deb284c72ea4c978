"""From a move to the messages that say it: looks up what the town knows and hands it to the wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import moves
from bot.domain.dialogue import hands_back
from bot.domain.messages import Reply
from bot.domain.moves import Move
from bot.domain.nearby import nearest
from bot.domain.opening import LocalTime
from bot.domain.retention import Retention
from bot.services.indexing import Snapshot
from bot.texts import privacy, team, wording
from bot.texts.emergency import emergency
from knowledge.commands import Command
from knowledge.entry import Entry


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a move is worded."""

    snapshot: Snapshot
    language: str
    turn: int
    """The number that buttons refer to."""
    channel: str
    retention: Retention
    moment: datetime
    question: int | None = None
    """The turn whose question can be given to the team."""
    is_with_team: bool = False
    """Whether a person had the conversation before this move."""
    is_answered: bool = True
    """Whether nothing that was said to that person waits for an answer."""

    @property
    def now(self) -> LocalTime:
        """What opening hours depend on."""
        return LocalTime(self.moment, self.snapshot.town.zone, self.snapshot.town.holidays)

    @property
    def office(self) -> Sequence[Entry]:
        """Whom residents are sent to."""
        return self.snapshot.contacts(None)


def word(move: Move, setting: Setting) -> list[Reply]:
    """The messages of a move; none where there is nothing to say."""
    replies = _word(move, setting)
    if setting.is_with_team and hands_back(move) and not isinstance(move, moves.HandBack):
        return [team.with_bot(replies[0], is_answered=setting.is_answered), *replies[1:]]
    return replies


def _word(move: Move, setting: Setting) -> list[Reply]:
    language = setting.language
    match move:
        case moves.StaySilent() | moves.TakeWords():
            return []
        case moves.TooMany() if setting.channel == "web":
            return []  # its doors say so themselves, and the text comes back to whoever typed it
        case moves.Warn(entry_id, kind, nearest_ids, is_for_team):
            helpful = [setting.snapshot.entries[each] for each in nearest_ids if each in setting.snapshot.entries]
            return [emergency(kind, entry_id, helpful, language, is_for_team=is_for_team)]
        case moves.Run(command):
            return [_command(command, setting)]
        case moves.ShowMenu(section, page):
            return [_menu(section, page, setting)]
        case moves.AskTeam():
            return [team.passed_on(setting.office, language, setting.now, is_with_team=setting.is_with_team)]
        case moves.OnlyText(media):
            return [wording.only_text(media, setting.office, language)]
        case moves.ShowNearest(position):
            found = nearest(setting.snapshot.entries.values(), position, setting.now)
            return [wording.nearest(found, language, setting.now)]
        case moves.Give() | moves.Detail() | moves.AskBack() | moves.Decline() | moves.GiveUp():
            return [_about_knowledge(move, setting)]
        case _:
            return [_short(move, setting)]


def _short(move: Move, setting: Setting) -> Reply:
    """What takes one sentence."""
    language = setting.language
    match move:
        case moves.HandBack():
            return team.handed_back(setting.language, is_answered=setting.is_answered)
        case moves.TakeRating(turn, helped, _):
            return team.ask_complaint(turn, language) if helped is False else team.thanks(language)
        case moves.Speak():
            return wording.language_set(language)
        case moves.KeepAll():
            return privacy.kept(language)
        case moves.TooLong():
            return wording.too_long(language)
        case moves.TooMany():
            return wording.too_many(language)
        case _:
            return wording.old_button(language)


def _about_knowledge(move: Move, setting: Setting) -> Reply:
    snapshot, language, turn = setting.snapshot, setting.language, setting.turn
    match move:
        case moves.Give(entry_id, section) if entry_id in snapshot.entries:
            entry = snapshot.entries[entry_id]
            related = [snapshot.entries[other] for other in entry.related if other in snapshot.entries]
            return wording.answer(entry, snapshot.contacts(entry), related, turn, language, setting.now, section)
        case moves.Detail(entry_id, attribute) if entry_id in snapshot.entries:
            entry = snapshot.entries[entry_id]
            return wording.detail(entry, snapshot.contacts(entry), attribute, turn, language, setting.now)
        case moves.AskBack(entry_ids):
            return wording.clarify([snapshot.entries[entry_id] for entry_id in entry_ids], turn, language)
        case moves.Decline(entry_id, is_again):
            reason = snapshot.entries.get(entry_id or "")
            contacts = snapshot.contacts(reason) if reason is None or reason.contact else []
            return wording.decline(reason, contacts, turn, language, is_again=is_again)
        case moves.GiveUp(_, is_again):
            return wording.none_of_these(setting.office, turn, language, is_again=is_again)
        case _:
            return wording.old_button(language)


def _command(command: Command, setting: Setting) -> Reply:
    """What a command says; services.privacy answers /mydata to somebody of whom there are records."""
    town, language = setting.snapshot.town, setting.language
    match command:
        case Command.START:
            return wording.greeting(town, language)
        case Command.MENU:
            return wording.menu(setting.snapshot.menu(language), language)
        case Command.LANGUAGE:
            return wording.ask_language(language)
        case Command.TEAM if setting.is_with_team:
            return team.still_open(setting.office, language, setting.now)
        case Command.TEAM:
            return team.opened(setting.office, setting.question, language, setting.now)
        case Command.PRIVACY:
            return privacy.privacy(town, setting.office, setting.retention, setting.channel, language)
        case Command.FORGET:
            return privacy.ask_forget(setting.turn, language)
        case Command.STOP:
            return wording.stopped(language)
        case Command.MYDATA:
            return privacy.nothing_stored(language)
        case _:
            return wording.instructions(language)


def _menu(section: str | None, page: int | None, setting: Setting) -> Reply:
    """A part of the menu; all of it where the part is gone."""
    menu = setting.snapshot.menu(setting.language)
    found = menu.section(section) if section else None
    if found is None or (page or 0) >= len(found.pages):
        return wording.menu(menu, setting.language)
    return wording.menu_section(found, page, setting.language)
