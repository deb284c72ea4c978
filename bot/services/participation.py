"""What residents do about events and notices: look, sign up, be reminded, subscribe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.domain.actions import (
    NONE,
    Need,
    OpenEvent,
    OpenEvents,
    OpenTopics,
    Pause,
    Remind,
    SaveEvent,
    SignOff,
    SignUp,
    Subscribe,
    TakeOffer,
)
from bot.domain.errors import InvalidInput, Refused
from bot.domain.events import Event, EventState, Help, bounds
from bot.domain.leads import read_lead
from bot.domain.messages import Reply
from bot.domain.participation import AskPause, OpenDays, OpenOwn, OpenTopic, SubscribeToAll, Wish, wish_of
from bot.domain.quiet import Clock
from bot.domain.registrations import Refusal
from bot.domain.town import Town
from bot.services import events, registrations, reminders, subscriptions, tallies, topics
from bot.services.event_rows import event_of
from bot.storage.tables import ConversationRow, EventRow
from bot.texts import events as texts
from bot.texts import notices, signing_up
from bot.texts.events import Reader, Standing
from bot.texts.ics import calendar
from knowledge.commands import Command
from knowledge.dates import Span, read_period
from knowledge.entry import LocalText


@dataclass(frozen=True, slots=True)
class Participant:
    """A resident of whom a wish is fulfilled."""

    db: Session
    conversation: ConversationRow
    language: str
    town: Town
    clock: Clock
    address: str
    """Where a browser finds the bot."""
    now: datetime

    @property
    def reader(self) -> Reader:
        """For whom it is worded."""
        return Reader(self.language, self.clock.zone, self.now)


def fulfil(wish: Wish, who: Participant) -> Reply:
    """Do what a resident wants with events or notices, and say what came of it."""
    match wish:
        case OpenEvents(period):
            return _events(read_period(period, who.town.today(who.now)) if period else None, who)
        case OpenDays(days):
            return _events(days, who)
        case OpenOwn():
            return _own(who)
        case OpenTopics() | OpenTopic() | Subscribe() | SubscribeToAll() | AskPause() | Pause():
            return _about_notices(wish, who)
        case _:
            # Locked, so that what is said of it is as true as what is done.
            is_deed = not isinstance(wish, OpenEvent | SaveEvent)
            event = events.published(who.db, wish.event, is_locked=is_deed)
            return _about_event(wish, event, who) if event else texts.no_event(who.language)


def leads_anywhere(db: Session, wish: Wish) -> bool:
    """Whether what a link opens is there."""
    match wish:
        case OpenEvent(event):
            return events.published(db, event) is not None
        case OpenTopic(topic):
            return any(each.id == topic for each in topics.all_topics(db))
        case _:
            return True


def stop(who: Participant, notice: int | None = None) -> Reply:
    """End all notices and reminders; what the resident stays signed up for is named.

    `notice` is the broadcast below which they tapped the button.
    """
    if notice is not None and who.conversation.stopped_at is None:
        tallies.count_stop(who.db, notice, who.conversation.id)
    subscriptions.stop(who.db, who.conversation, who.now)
    return notices.stopped([texts.title_of(event, who.language) for event in _signed_up_for(who)], who.language)


def follow_link(db: Session, start: str, language: str, town: Town, clock: Clock, now: datetime) -> Reply | None:
    """What a link opens for somebody of whom nothing is stored; None where it leads nowhere."""
    wish = wish_of(Command.START, start, town.today(now))
    event = events.published(db, wish.event) if isinstance(wish, OpenEvent) else None
    if event is None:
        return None
    events.count_opening(db, event.id)
    return texts.event(event, Standing(seats_left=_seats_left(db, event)), Reader(language, clock.zone, now))


def dates_of(db: Session, entry_id: str, now: datetime) -> list[Event]:
    """The next events that an entry describes, earliest first."""
    rows = select(EventRow).where(
        EventRow.entry_id == entry_id, EventRow.state == EventState.PUBLISHED.value, EventRow.ends_at > now
    )
    return [event_of(row) for row in db.scalars(rows.order_by(EventRow.starts_at).limit(_MOST_DATES))]


_MOST_DATES = 3


def _events(days: Span | None, who: Participant) -> Reply:
    begin, end = None, None
    if days:
        begin, end = bounds(days.first, days.first if days.is_open else days.last, who.clock.zone)
    found = events.upcoming(who.db, who.now, begin, None if days is None or days.is_open else end)
    return texts.events(found, texts.heading(days, who.reader), who.reader)


def _own(who: Participant) -> Reply:
    return texts.events(_signed_up_for(who), texts.own_heading(who.language), who.reader)


def _signed_up_for(who: Participant) -> list[Event]:
    mine = registrations.of_resident(who.db, who.conversation.id, who.now)
    return [events.find(who.db, one.event_id) for one in mine]


def _about_event(wish: Wish, event: Event, who: Participant) -> Reply:
    try:
        match wish:
            case SignUp(_, None) if event.takes_registrations(who.now):
                return signing_up.ask_seats(event, who.reader)
            case SignUp(_, seats):
                wanted = 1 if seats is None else seats
                registrations.register(who.db, event, who.conversation.id, wanted, who.clock.quiet, who.now)
                _is_back(who)
                return signing_up.signed_up(event, _standing(event, who), who.reader)
            case TakeOffer():
                registrations.accept(who.db, event, who.conversation.id, who.now)
                _is_back(who)
                return signing_up.signed_up(event, _standing(event, who), who.reader)
            case SignOff():
                return _sign_off(event, who)
            case Need(_, kind):
                registrations.need(who.db, event, who.conversation.id, Help(kind))
                return texts.event(event, _standing(event, who), who.reader)
            case Remind(_, lead):
                return _remind(event, lead, who)
            case SaveEvent():
                return signing_up.calendar_file(event, _file(event, who), who.language)
            case _:
                return texts.event(event, _standing(event, who), who.reader)
    except Refused as refused:
        return signing_up.refused(event, Refusal(refused.reason), who.reader)
    except (InvalidInput, ValueError):
        return texts.event(event, _standing(event, who), who.reader)  # a forged button


def _sign_off(event: Event, who: Participant) -> Reply:
    had_wishes = bool(reminders.wishes(who.db, event.id, who.conversation.id))
    was_there = registrations.unregister(who.db, event, who.conversation.id, who.clock.quiet, who.now)
    if had_wishes and not was_there:
        return signing_up.no_reminder(event, who.reader)
    return signing_up.signed_off(event, was_there, who.reader)


def _remind(event: Event, lead: str | None, who: Participant) -> Reply:
    if lead is None:
        return signing_up.ask_lead(event, _standing(event, who), who.reader)
    if lead == NONE:
        reminders.forget_wishes(who.db, event.id, who.conversation.id)
        return signing_up.no_reminder(event, who.reader)
    wanted = read_lead(lead)
    reminders.wish(who.db, event, who.conversation.id, wanted, who.clock, who.now)
    _is_back(who)
    return signing_up.will_remind(event, wanted, who.reader)


def _is_back(who: Participant) -> None:
    """Whoever signs up, or wants to be reminded, wants to hear of it, also after a stop."""
    who.conversation.stopped_at = None


def _standing(event: Event, who: Participant) -> Standing:
    mine = registrations.of(who.db, event.id, who.conversation.id)
    return Standing(mine, reminders.wishes(who.db, event.id, who.conversation.id), _seats_left(who.db, event))


def _seats_left(db: Session, event: Event) -> int | None:
    """None: any number."""
    if event.capacity is None:
        return None
    return max(0, event.capacity - registrations.attendance(db, event.id).seats)


def _file(event: Event, who: Participant) -> bytes:
    host = urlsplit(who.address).hostname or DEFAULT_HOST
    return calendar([event], texts.title_of(event, who.language), host, who.clock.zone, who.language, who.now)


DEFAULT_HOST = "quartierslotse.local"
"""Ends the UIDs of events where no public address is set."""


def _about_notices(wish: Wish, who: Participant) -> Reply:
    known = topics.all_topics(who.db)
    names = {topic.id: topic.name for topic in known}
    match wish:
        case Subscribe(topic, is_wanted) if topic in names:
            return _subscribe([topic], [names[topic]], is_wanted, who)
        case SubscribeToAll(is_wanted):
            return _subscribe(list(names), list(names.values()), is_wanted, who)
        case OpenTopic(topic) if topic in names:
            mine = subscriptions.of(who.db, who.conversation)
            return notices.topics([(topic, names[topic])], mine, who.language)
        case AskPause():
            return notices.ask_pause(who.language)
        case Pause(0):
            subscriptions.go_on(who.conversation)
            return notices.pause_ended(who.language)
        case Pause(days):
            until = subscriptions.pause(who.db, who.conversation, days, who.now)
            return notices.paused(until, who.clock.zone, who.language)
        case _:
            mine = subscriptions.of(who.db, who.conversation)
            shown = notices.unknown_topic if isinstance(wish, Subscribe) else notices.topics
            return shown([(topic.id, topic.name) for topic in known], mine, who.language)


def _subscribe(ids: Sequence[str], names: Sequence[LocalText], is_wanted: bool, who: Participant) -> Reply:
    if is_wanted:
        subscriptions.subscribe(who.db, who.conversation, ids, who.now)
        return notices.subscribed(names, who.language)
    subscriptions.unsubscribe(who.db, who.conversation, ids)
    return notices.unsubscribed(names, who.language)
