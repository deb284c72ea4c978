"""Figures: what the bot does for the quarter, to look at and as reports for the funders."""

from __future__ import annotations

from asyncio import to_thread
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.console.dates import day_of
from bot.console.figures import MEDIA, charts, file_of
from bot.console.figures.content import Writer, is_empty
from bot.console.page import Console, Visit
from bot.domain.errors import InvalidInput, NotFound
from bot.domain.figures import Period, month_of, quarter_of, year_of
from bot.domain.staff import Right
from bot.services import naming, statistics
from bot.services.naming import Names
from bot.services.statistics import Counts

LONGEST = 2 * 366
"""Days of a period that somebody can choose: two years."""

THIS_MONTH, FREE = "month", "free"

SPANS = {"month": month_of, "quarter": quarter_of, "year": year_of}
LAST = "last_"
"""Stands before a span that is over."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen on the page."""

    name: str = THIS_MONTH
    first: str = ""
    last: str = ""

    def period(self, today: date) -> Period:
        """The days that it means; raises InvalidInput where it means none."""
        if self.name != FREE:
            span = SPANS.get(self.name.removeprefix(LAST), month_of)
            this = span(today)
            return span(this.first - timedelta(days=1)) if self.name.startswith(LAST) else this
        return _free(self.first, self.last)


def router(console: Console) -> APIRouter:
    """The page, its pictures and its files; all of them for any days."""
    routes = APIRouter()
    reader = Depends(console.allowed(Right.READ))

    @routes.get("/console/figures")
    async def show(visit: Visit = reader, period: str = THIS_MONTH, first: str = "", last: str = "") -> Response:
        choice, fault = Choice(period, first, last), ""
        today = visit.now.astimezone(visit.zone).date()
        try:
            days = choice.period(today)
            counts, names = await visit.read(_read, days, visit)
        except InvalidInput as wrong:
            days, fault = month_of(today), visit.tr(wrong.reason, **wrong.values)
            counts, names = await visit.read(_read, days, visit)
        report = Writer(counts, names, visit.tr, visit.language).report()
        drawn = {
            one.key: one.chart for one in report.sections if one.chart and any(map(any, one.chart.series.values()))
        }
        pictures = {key: (charts.describe(each, visit.language), charts.height_of(each)) for key, each in drawn.items()}
        return visit.page(
            "figures/show.html",
            422 if fault else 200,
            choice=choice,
            fault=fault,
            days=days,
            query=urlencode({"first": days.first.isoformat(), "last": days.last.isoformat()}),
            report=report,
            pictures=pictures,
            width=charts.WIDTH,
            is_empty=is_empty(counts),
            is_open=days.last >= today,
        )

    @routes.get("/console/figures/{key}.svg")
    async def picture(key: str, visit: Visit = reader, first: str = "", last: str = "") -> Response:
        counts, names = await visit.read(_read, _free(first, last), visit)
        sections = Writer(counts, names, visit.tr, visit.language).report().sections
        chart = next((one.chart for one in sections if one.key == key), None)
        if chart is None:
            raise NotFound("chart", key)
        headers = {"Content-Security-Policy": charts.POLICY, "Cache-Control": "no-store"}
        return Response(charts.draw(chart, visit.language), media_type="image/svg+xml", headers=headers)

    @routes.get("/console/figures/report.{ending}")
    async def file(ending: str, visit: Visit = reader, first: str = "", last: str = "") -> Response:
        if ending not in MEDIA:
            raise NotFound("report", ending)
        days = _free(first, last)
        counts, names = await visit.read(_read, days, visit)
        data = await to_thread(file_of, Writer(counts, names, visit.tr, visit.language), ending)
        name = f"lotse-{days.first.isoformat()}-{days.last.isoformat()}.{ending}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(data, media_type=MEDIA[ending], headers=headers)

    return routes


def _read(db: Session, days: Period, visit: Visit) -> tuple[Counts, Names]:
    counts = statistics.counts(db, days.first, days.last, visit.zone, visit.now)
    return counts, naming.names(db, counts, visit.language, visit.zone)


def _free(first: str, last: str) -> Period:
    try:
        days = Period(day_of(first), day_of(last))
    except ValueError as fault:
        raise InvalidInput("Please write a date such as 2026-12-24.") from fault
    if days.length < 1:
        raise InvalidInput("The last day must not come before the first.")
    if days.length > LONGEST:
        raise InvalidInput("At most two years can be shown at once.")
    return days
