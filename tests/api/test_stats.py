"""Numbers for the report over the API."""

from __future__ import annotations

import httpx
import pytest

from bot.clock import count_days
from tests.api.conftest import is_problem, says
from tests.api.office import API, gets
from tests.conftest import TestTown


async def test_what_happened_today_is_counted(office: httpx.AsyncClient) -> None:
    await says(office, text="Sofa")
    counted = await gets(office, "stats?from=2026-06-09&to=2026-06-09")
    assert (counted["from"], counted["to"], counted["stand"]) == ("2026-06-09", "2026-06-09", "2026-06-09")
    assert (counted["totals"]["questions"], counted["totals"]["answered"]) == (1, 1)
    assert counted["days"]["2026-06-09"]["questions"] == 1
    assert counted["answer_minutes"] is None


async def test_parts_with_few_people_are_not_told(office: httpx.AsyncClient, town: TestTown) -> None:
    await says(office, text="Sofa")
    town.now.moves(days=30)
    await count_days(town.desk)
    counted = await gets(office, "stats?from=2026-06-01&to=2026-06-30")
    assert counted["totals"]["questions"] == 1
    assert counted["parts"].get("questions", {}) == {}


async def test_days_of_ones_choice_are_not_divided(office: httpx.AsyncClient, town: TestTown) -> None:
    for _ in range(6):
        await says(office, text="Sofa")
    town.now.moves(days=30)
    await count_days(town.desk)
    whole = await gets(office, "stats?from=2026-06-01&to=2026-06-30")
    assert list(whole["parts"]["given"].values()) == [6]
    free = await gets(office, "stats?from=2026-06-01&to=2026-06-29")
    assert (free["totals"]["given"], free["parts"].get("given", {})) == (6, {})


async def test_without_days_it_is_the_last_thirty(office: httpx.AsyncClient, town: TestTown) -> None:
    assert [(await gets(office, "stats"))[name] for name in ("from", "to")] == ["2026-05-11", "2026-06-09"]
    assert (await gets(office, "stats?to=2026-01-30"))["from"] == "2026-01-01"


@pytest.mark.parametrize("query", ["from=2026-06-09&to=2026-06-08", "from=gestern", "to=2026-13-01"])
async def test_days_that_cannot_be_are_named(office: httpx.AsyncClient, query: str) -> None:
    assert is_problem(await office.get(f"{API}/stats?{query}"), 422)


@pytest.mark.parametrize("query", ["from=0001-01-01&to=9999-12-31", "to=0001-01-01", "from=9999-12-31&to=9999-12-31"])
async def test_the_ends_of_the_calendar_are_days_like_others(office: httpx.AsyncClient, query: str) -> None:
    assert (await office.get(f"{API}/stats?{query}")).status_code == 200
