"""Seats of a meeting: who gets one, who waits, and until when an offer holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.events import Event, Help
from bot.domain.quiet import QuietHours

OFFER_LASTS = timedelta(hours=12)
"""How long a seat is kept for somebody from the waiting list who has not answered yet."""

SHORTEST_OFFER = timedelta(hours=2)
"""What quiet hours must leave of an offer, else it is told in the night."""

LAST_OFFER = timedelta(hours=2)
"""Before the start: later nobody is offered a seat, because they could not come any more."""


class RegistrationState(StrEnum):
    """Whether a resident has seats."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    OFFERED = "offered"
    """Seats are kept until the resident says whether they still want them."""


class Refusal(StrEnum):
    """Why something about an event is refused to a resident."""

    OVER = "event_over"
    """It has begun, or is cancelled."""
    NO_SIGN_UP = "no_sign_up"
    """Nobody has to sign up for it."""
    TOO_MANY_SEATS = "too_many_seats"
    REMINDER_TOO_LATE = "reminder_too_late"
    NO_OFFER = "no_offer"
    """The seat went to the next one."""


TAKING_SEATS = (RegistrationState.CONFIRMED, RegistrationState.OFFERED)


@dataclass(frozen=True, slots=True)
class Registration:
    """A resident who is coming, or waits."""

    event_id: int
    state: RegistrationState
    seats: int
    needs: tuple[Help, ...] = ()
    offer_until: datetime | None = None
    place: int | None = None
    """On the waiting list, from 1."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody on the waiting list."""

    id: int
    seats: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How an offer of seats holds."""

    until: datetime
    keeps_quiet: bool
    """Whether it can wait until quiet hours are over; else the start comes too soon."""


def fits(event: Event, taken: int, seats: int) -> bool:
    """Whether there is room for so many seats more."""
    return event.capacity is None or taken + seats <= event.capacity


def next_offers(
    event: Event, taken: int, waiting: Iterable[Asking], quiet: QuietHours | None, now: datetime
) -> tuple[list[int], Terms | None]:
    """Who of the waiting list, in its order, is offered seats now, and how that holds.

    Whoever needs more seats than are free lets the next one go first. Nobody, and None, later than LAST_OFFER.
    """
    terms = terms_of(event, quiet, now)
    if terms is None:
        return [], None
    offered: list[int] = []
    for asking in waiting:
        if fits(event, taken, asking.seats):
            taken += asking.seats
            offered.append(asking.id)
    return offered, terms


def last_answer(event: Event) -> datetime:
    """Until when somebody of the waiting list can say that they are coming."""
    return event.starts_at - LAST_OFFER


def terms_of(event: Event, quiet: QuietHours | None, now: datetime) -> Terms | None:
    """How an offer that is made now holds; None where it is too late for one."""
    latest = last_answer(event)
    if now >= latest:
        return None
    heard_at = quiet.next_allowed(now) if quiet else now  # who sleeps cannot answer
    until = min(heard_at + OFFER_LASTS, latest)
    return Terms(until, keeps_quiet=until - now >= OFFER_LASTS and until - heard_at >= SHORTEST_OFFER)
