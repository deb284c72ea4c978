"""What residents are told of events without asking for it now: reminders, changes, offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.actions import OpenEvent, OpenEvents, RunCommand, SignOff, TakeOffer
from bot.domain.events import Event, EventState
from bot.domain.languages import choose, isolate
from bot.domain.messages import Choice, Reply
from bot.domain.registrations import Registration, RegistrationState
from bot.texts.buttons import button, foot
from bot.texts.catalog import catalog
from bot.texts.events import Reader, Standing, facts_of, moment, place_of, span, status, title_of
from bot.texts.wording import honest
from knowledge.commands import Command
from knowledge.entry import LocalText


def reminder(one: Event, registration: Registration | None, reader: Reader, old_start: datetime | None = None) -> Reply:
    """A reminder: date, time and place, and how to say that one is not coming.

    `old_start` is the one they were told, where that or the place has changed since.
    """
    language = reader.language
    _ = catalog(language).gettext
    texts = [_("Do not forget!")]
    if old_start:
        texts.append(_news(one, old_start, reader))
    if registration and registration.state is RegistrationState.CONFIRMED:
        texts.append(status(registration, reader))
    own = [button(_("I am not coming"), SignOff(one.id), beside=True)] if registration else []
    return _notice(one, " ".join(texts), (button(_("To the event"), OpenEvent(one.id)), *own), reader)


def moved(one: Event, old_start: datetime, reader: Reader) -> Reply:
    """Another time or another place."""
    _ = catalog(reader.language).gettext
    ways = (
        button(_("To the event"), OpenEvent(one.id)),
        button(_("I am not coming"), SignOff(one.id), beside=True),
    )
    return _notice(one, _news(one, old_start, reader), ways, reader)


def cancelled(one: Event, reader: Reader) -> Reply:
    """It does not take place."""
    _ = catalog(reader.language).gettext
    text = _("This event is cancelled. It will not take place. We are sorry.")
    return _notice(one, text, (button(_("Other events"), OpenEvents()),), reader)


def series(changed: Sequence[tuple[Event, datetime]], reader: Reader) -> Reply:
    """Several dates of a series that somebody counts on, each with the start they knew; in the order of the dates."""
    one, old_start = changed[0]
    if len(changed) == 1:
        return moved(one, old_start, reader) if one.state is EventState.PUBLISHED else cancelled(one, reader)
    _ = catalog(reader.language).gettext
    off = [_line(old, "", reader) for event, old in changed if event.state is not EventState.PUBLISHED]
    on = [(event, old) for event, old in changed if event.state is EventState.PUBLISHED]
    parts = []
    if off:
        parts.append(_("These dates are cancelled. They do not take place. We are sorry.") + "\n" + "\n".join(off))
    if on:
        parts.append(
            _("These dates have changed.") + "\n" + "\n".join(_changed(event, old, reader) for event, old in on)
        )
    first = on[0][0] if on else None
    ways = button(_("To the event"), OpenEvent(first.id)) if first else button(_("Other events"), OpenEvents())
    return replace(_notice(one, "\n\n".join(parts), (ways,), reader), facts=())


def _changed(one: Event, old_start: datetime, reader: Reader) -> str:
    """A date as it was and as it is now."""
    _ = catalog(reader.language).gettext
    now = _line(one.starts_at, place_of(one, reader.language), reader)
    if old_start == one.starts_at:
        return now
    old = isolate(moment(old_start, reader), reader.language)
    return f"{now} " + _("(before: {old})").format(old=old)


def _line(start: datetime, place: str, reader: Reader) -> str:
    parts = [moment(start, reader), place]
    return "• " + ", ".join(isolate(part, reader.language) for part in parts if part)


def offer(one: Event, registration: Registration, reader: Reader) -> Reply:
    """Seats for somebody on the waiting list."""
    _ = catalog(reader.language).gettext
    text = _("{status} Are you coming? Otherwise it is the next person's turn.").format(
        status=status(registration, reader)
    )
    ways = (
        button("✅ " + _("Yes, I am coming"), TakeOffer(one.id)),
        button(_("No, not any more"), SignOff(one.id), beside=True),
    )
    return _notice(one, text, ways, reader)


def summary(one: Event, texts: LocalText, reader: Reader) -> Reply:
    """What came of a meeting."""
    _ = catalog(reader.language).gettext
    text = choose(texts, reader.language)
    body = honest(text[0], text[1], reader.language) if text else ""
    thanks = _("Thank you for taking part. This is what came of it:")
    card = _notice(one, f"{thanks}\n\n{body}", (button(_("Other events"), OpenEvents()),), reader)
    return replace(card, facts=())


def _news(one: Event, old_start: datetime, reader: Reader) -> str:
    """What has changed: the date, or else the place."""
    _ = catalog(reader.language).gettext
    if old_start == one.starts_at:
        return _("The place has changed. You can see the new one below.")
    old = isolate(moment(old_start, reader), reader.language)
    return _("The date has changed. Before, it was: {old}.").format(old=old)


LONGEST_DESCRIPTION = 3000
"""Characters; with title, time and place it stays a notice that can be sent (`check_texts`)."""


def announcement(one: Event, reader: Reader) -> str:
    """A text for a notice about an event, for the sender to look at."""
    _ = catalog(reader.language).gettext
    description = choose(one.description or {}, reader.language)
    parts = ["{title}", "{when}", "{place}" if place_of(one, reader.language) else ""]
    if description and description[1] == reader.language:
        parts.append(_beginning(description[0]).replace("{", "{{").replace("}", "}}"))
    if one.takes_registrations(reader.now):
        parts.append(_("Please sign up here."))
    return "\n".join(filter(None, parts))


def _beginning(text: str) -> str:
    """As many whole words of a text as there is room for."""
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rpartition(" ")[0] + " …"


def _notice(one: Event, text: str, ways: Sequence[Choice], reader: Reader) -> Reply:
    """A message about an event that nobody asked for now, so it ends with a way to stop."""
    language = reader.language
    return Reply(
        text,
        title=title_of(one, language),
        facts=facts_of(one, Standing(), reader),
        choices=(*ways, stop_button(language), *foot(language)),
        language=language,
    )


def stop_button(language: str, notice: int | None = None) -> Choice:
    """Ends all notices and reminders; `notice` is the broadcast below which it stands, which counts that."""
    return button("🔕 " + catalog(language).gettext("Stop all notices"), RunCommand(Command.STOP, notice))


def filled_in(text: str, one: Event, reader: Reader) -> str:
    """A notice's text with what it leaves to be filled in: {title}, {when}, {place}."""
    values: Mapping[str, str] = {
        "title": title_of(one, reader.language),
        "when": span(one, reader),
        "place": place_of(one, reader.language),
    }
    return text.format_map(values)
