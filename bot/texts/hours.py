"""Opening hours in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.lists import format_list

from bot.domain.languages import choose
from bot.domain.opening import Closed, Open
from bot.texts.catalog import catalog
from knowledge.entry import PUBLIC_HOLIDAY, WEEKDAYS, OpenException, OpeningHours, OpenTime, base_language


def opening_hours(hours: OpeningHours, language: str) -> str:
    """All of it in one paragraph: "Dienstag 10 bis 14 Uhr, Mittwoch 14 bis 18 Uhr. Nach Vereinbarung."."""
    _ = catalog(language).gettext
    sentences: list[str] = []
    if hours.always:
        sentences.append(_("Round the clock"))
    elif hours.weekly:
        sentences.append("; ".join(_span(span, language) for span in hours.weekly))
    if hours.by_appointment:
        sentences.append(_("also by appointment") if hours.weekly else _("by appointment"))
    as_of = _("(as of {year})").format(year=hours.as_of) if hours.as_of else ""
    text = " ".join(filter(None, [", ".join(sentences), as_of]))
    extra = [_exception(day, language) for day in hours.exceptions]
    if note := choose(hours.note, language):
        words = note[0].rstrip(".")
        extra.insert(0, _begin_sentence(words, note[1]) if text else words)
    return ". ".join(filter(None, [text, *extra]))


def open_state(state: Open | Closed, now: datetime, zone: ZoneInfo, language: str) -> str:
    """Whether it is open at `now` and when that changes, on the clock of `zone`.

    "Jetzt geöffnet, bis 18 Uhr", "Jetzt geschlossen. Öffnet morgen um 9 Uhr".
    """
    _ = catalog(language).gettext
    today = now.astimezone(zone).date()
    if isinstance(state, Open):
        return _until(state.until.astimezone(zone), today, language) if state.until else _("Open now")
    sentences = [_("Closed now")]
    if holiday := choose(state.holiday or {}, language):
        sentences.append(_("Today is a public holiday ({name})").format(name=holiday[0]))
    if state.opens:
        sentences.append(_opens(state.opens.astimezone(zone), today, language))
    return ". ".join(sentences)


def _until(closes: datetime, today: date, language: str) -> str:
    """`closes` is on the local clock. Midnight is the end of a day here, not the beginning of the next."""
    _ = catalog(language).gettext
    at_midnight = closes.time() == time()
    day = closes.date() - timedelta(days=at_midnight)
    shown = clock("24:00" if at_midnight else f"{closes:%H:%M}", language)
    if day == today:
        return _("Open now, until {time}").format(time=shown)
    if day == today + timedelta(days=1):
        return _("Open now, until {time} tomorrow").format(time=shown)
    return _("Open now, until {weekday}, {date}, at {time}").format(time=shown, **_day(day, language))


def _opens(opens: datetime, today: date, language: str) -> str:
    """`opens` is on the local clock."""
    _ = catalog(language).gettext
    shown = clock(f"{opens:%H:%M}", language)
    if opens.date() == today:
        return _("Opens today at {time}").format(time=shown)
    if opens.date() == today + timedelta(days=1):
        return _("Opens tomorrow at {time}").format(time=shown)
    return _("Opens on {weekday}, {date}, at {time}").format(time=shown, **_day(opens.date(), language))


def _day(day: date, language: str) -> dict[str, str]:
    """Weekday and date without the year, which is clear within a few weeks."""
    locale = base_language(language)
    return {
        "weekday": format_date(day, "EEEE", locale=locale),
        "date": format_skeleton("MMMMd", day, locale=locale),
    }


def _begin_sentence(text: str, language: str) -> str:
    """The text with a capital letter, but for what is no plain word ("www.example.org", "z.B.")."""
    if not re.match(r"[^\W\d_]+(?![\w:/@]|\.\w)", text):
        return text
    # In Turkish an i keeps its dot. Title case is upper case where a language starts sentences so, and nothing else.
    first = "İ" if text[0] == "i" and base_language(language) in ("tr", "az") else text[0].title()
    return first + text[1:]


def _span(span: OpenTime, language: str) -> str:
    _ = catalog(language).gettext
    times = _("{start} to {end}").format(start=clock(span.start, language), end=clock(span.end, language))
    return f"{_days(span.days, language)} {times}"


def _days(days: Sequence[str], language: str) -> str:
    """Days in a row as a range ("Montag bis Freitag"), others as a list; holidays last."""
    _ = catalog(language).gettext
    names = get_day_names("wide", locale=base_language(language))
    week = sorted(WEEKDAYS.index(day) for day in days if day in WEEKDAYS)
    if len(week) > 2 and week[-1] - week[0] == len(week) - 1:
        listed = [_("{first} to {last}").format(first=names[week[0]], last=names[week[-1]])]
    else:
        listed = [names[day] for day in week]
    if PUBLIC_HOLIDAY in days:
        listed.append(_("public holidays"))
    return format_list(listed, locale=base_language(language))


def _exception(day: OpenException, language: str) -> str:
    _ = catalog(language).gettext
    span = _date(day.first, language)
    if day.last != day.first:
        span = _("{first} to {last}").format(first=span, last=_date(day.last, language))
    if day.start and day.end:
        times = _("{start} to {end}").format(start=clock(day.start, language), end=clock(day.end, language))
        text = f"{span}: {times}"
    else:
        text = _("{days}: closed").format(days=span)
    note = choose(day.note, language)
    return f"{text} ({note[0]})" if note else text


def _date(day: date, language: str) -> str:
    return format_date(day, "full", locale=base_language(language))


def clock(value: str, language: str) -> str:
    """A time of day as people say it: "10", "14:30" in German, where "Uhr" follows the range; "10:00 AM" in English."""
    hour, minute = (int(part) for part in value.split(":"))
    if language.startswith("de"):
        return f"{hour}" if not minute else f"{hour}:{minute:02}"
    return format_time(time(hour % 24, minute), "short", locale=base_language(language))
