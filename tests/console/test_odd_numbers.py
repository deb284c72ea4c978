"""Numbers that nothing has, in addresses and forms: no such page, or a field that is wrong, and never a fault."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.console.addresses import page_of
from tests.conftest import TestTown
from tests.console.test_roles import OPEN, doors

HUGE = "9" * 31
ODD = (HUGE, "9" * 5000, "0", "-1", "²", "٣", "1e9", "")

ASKED = ("page", "before", "first", "last", "period", "in", "number")
"""What pages read from behind the question mark."""

TYPED = ("edition", "version", "mark", "holder", "months", "seats", "attendance", "times", "interval", "whole", "entry")
"""What forms send as numbers."""


@pytest.mark.parametrize("odd", ODD, ids=[f"{each[:8]}x{len(each)}" for each in ODD])
async def test_no_number_in_an_address_breaks_a_page(office: TestTown, admin: httpx.AsyncClient, odd: str) -> None:
    for method, path in doors(office).keys() - OPEN:
        address = re.sub(r"\{(\w+)(:\w+)?\}", lambda place: "buecherei" if place[1] == "entry_id" else odd, path)
        answer = await admin.request(method, address, params=dict.fromkeys(ASKED, odd))
        assert answer.status_code < 500, (method, path)


@pytest.mark.parametrize("odd", (HUGE, "²"))
async def test_no_number_in_a_form_breaks_a_page(office: TestTown, admin: httpx.AsyncClient, odd: str) -> None:
    form = dict.fromkeys(TYPED, odd) | {"checked": "on", f"phone.{odd}.number": "1", f"hours.mo.{odd}.from": "9",
                                        f"exception.{odd}.first": "2026-12-24", "title.de": "Bücherei"}  # fmt: skip
    for method, path in doors(office).keys() - OPEN:
        if method == "POST":
            address = re.sub(r"\{(\w+)(:\w+)?\}", lambda place: "buecherei" if place[1] == "entry_id" else "1", path)
            assert (await admin.post(address, data=form)).status_code < 500, path


async def test_the_last_days_of_the_calendar_filter_nothing(admin: httpx.AsyncClient) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert (await admin.get("/console/trail", params={"first": day, "last": day})).status_code == 200


def test_a_page_is_a_number_or_the_first() -> None:
    assert [page_of(text) for text in ("3", "0", "", "-1", "²", "٣", HUGE)] == [3, 1, 1, 1, 1, 1, 1]
