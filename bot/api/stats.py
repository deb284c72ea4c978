"""Numbers for the report, as JSON."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.api.access import Allowed
from bot.api.problems import RESPONSES, STAFF
from bot.desk import Desk
from bot.domain.figures import SMALLEST_GROUP, Figure
from bot.domain.staff import Right
from bot.services import statistics

USUAL = timedelta(days=29)
"""Before the last day, where no first is named."""


class Stats(BaseModel):
    """The numbers of a period."""

    model_config = ConfigDict(serialize_by_alias=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    totals: dict[Figure, int | None] = Field(
        description="of the whole town; null where it tells of few people, as of one notice or event alone"
    )
    parts: dict[Figure, dict[str, int | None]] = Field(
        description="by language, entry, topic, event or notice, of whole months, quarters and years that are over "
        "(of other days two periods could be subtracted); null where it could tell of single people: "
        f"fewer than {SMALLEST_GROUP}, and what they could be reckoned from; empty where nothing else would be left"
    )
    days: dict[date, dict[str, int]] = Field(description="of the whole town by day; empty days are left out")
    answer_minutes: int | None = Field(
        description="the median time that a first answer of a person took, in the office's opening hours"
    )
    stand: date | None = Field(description="the evening whose numbers subscribers, entries, overdue and texts are")


def router(desk: Desk) -> APIRouter:
    """The call for numbers over a desk."""
    routes = APIRouter(prefix="/api/v1/stats", tags=["stats"], responses=STAFF)

    @routes.get("", dependencies=[Depends(Allowed(desk, Right.READ))], responses=RESPONSES)
    async def counted(
        first: Annotated[date | None, Query(alias="from", description="30 days up to the last, if missing")] = None,
        last: Annotated[date | None, Query(alias="to", description="is counted too; today, if missing")] = None,
    ) -> Stats:
        """Count what happened from one day to another, both included."""
        now, zone = desk.now(), desk.clock.zone
        end = last or now.astimezone(zone).date()
        begin = first or max(end, date.min + USUAL) - USUAL
        found = await desk.database.read(statistics.counts, begin, end, zone, now)
        return _shown(found)

    return routes


def _shown(found: statistics.Counts) -> Stats:
    return Stats.model_validate(
        {
            "from": found.period.first,
            "to": found.period.last,
            "totals": found.totals,
            "parts": found.parts,
            "days": found.days,
            "answer_minutes": found.answer_minutes,
            "stand": found.stand,
        }
    )
