"""When the reminders of a meeting fall due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.leads import Lead
from bot.domain.quiet import QuietHours

MORNING = time(8)
"""When "in the morning" is, where there are no quiet hours that end then."""

TOO_SHORT = timedelta(hours=1)
"""A reminder that quiet hours would hold back until less than this before the start goes out before them."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a reminder is sent."""

    at: datetime
    """In UTC."""
    is_early: bool = False
    """Whether it was drawn forward to before quiet hours; then it is sent to the last, also when these have begun."""


def due_at(starts_at: datetime, lead: Lead, zone: ZoneInfo) -> datetime:
    """The moment `lead` before an aware start, in UTC, whatever hour that is.

    Days count on the wall clock of `zone`: one day before 18:00 is 18:00 the day before, also when the clocks change.
    Hours are elapsed time. A wall-clock time that the change to summer time leaves out is an hour later; of one that
    comes twice in autumn it is the first.
    """
    local = starts_at.astimezone(zone)
    if lead.in_the_morning:
        return datetime.combine(local.date(), MORNING, zone).astimezone(UTC)
    # Adding days to a local time keeps what the wall clock shows; the fold would keep its side of the change.
    return (local - timedelta(days=lead.days)).replace(fold=0 if lead.days else local.fold).astimezone(
        UTC
    ) - lead.elapsed


def plan(
    starts_at: datetime, leads: Iterable[Lead], zone: ZoneInfo, quiet: QuietHours | None, now: datetime
) -> dict[Lead, Due]:
    """When the reminder of each lead is sent. Left out are those that fell due up to `now`, and those that quiet hours
    leave no moment for before the start."""
    moments = {lead: due_at(starts_at, lead, zone) for lead in leads}
    planned = {lead: settle(moment, starts_at, quiet, now) for lead, moment in moments.items() if moment > now}
    return {lead: due for lead, due in planned.items() if due}


def settle(due: datetime, starts_at: datetime, quiet: QuietHours | None, now: datetime) -> Due | None:
    """The moment for what falls due at `due`, outside quiet hours and not before `now`; None where none is left before
    the start.

    What quiet hours would hold back until shortly before the start goes out before them, if that is still possible.
    """
    wanted = max(due, now)
    allowed = quiet.next_allowed(wanted) if quiet else wanted
    if quiet and allowed > starts_at - TOO_SHORT:
        earlier = max(quiet.last_allowed(wanted), now)  # now, where the last allowed minute has begun
        if earlier < min(wanted, starts_at) and not quiet.contain(earlier):
            return Due(earlier, is_early=True)
    return Due(allowed) if allowed < starts_at else None
