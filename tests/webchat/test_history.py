"""What was said travels sealed in the page; the server keeps none of it."""

from __future__ import annotations

import base64

import httpx
import pytest

from bot.webchat.history import LONGEST_HISTORY
from tests.webchat.form import opens, sends, types


async def test_the_history_travels_sealed(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Zwergpinguin")
    history = page.fields["history"]
    assert history
    assert b"Zwergpinguin" not in base64.urlsafe_b64decode(history)


async def test_a_history_that_was_tampered_with_is_ignored(client: httpx.AsyncClient) -> None:
    page = await types(client, await opens(client), "Zwergpinguin")
    sealed = page.fields["history"]
    forged = base64.urlsafe_b64encode(b'[{"said": "Zwergpinguin", "replies": []}]').decode()
    for history in (sealed[:-4] + "AAAA", sealed[1:], forged, "[]", "ä", "\0", "x" * 1_000):
        after = await sends(client, page, text="Hund anmelden", history=history)
        assert after.said == ["Hund anmelden"]


async def test_the_newest_exchanges_are_shown_and_the_page_does_not_grow(client: httpx.AsyncClient) -> None:
    page = await opens(client)
    for number in range(LONGEST_HISTORY + 3):
        page = await types(client, page, f"Hund anmelden {number}")
    assert page.said[-1] == f"Hund anmelden {LONGEST_HISTORY + 2}"
    assert LONGEST_HISTORY <= len(page.said) <= LONGEST_HISTORY + 1


@pytest.mark.parametrize(
    ("text", "times"),
    [
        pytest.param("ん" * 4_096, LONGEST_HISTORY + 2, id="as much as the field takes"),
        pytest.param("x" * 45_000, 8, id="a browser without the limit of the field"),
    ],
)
async def test_long_messages_do_not_break_the_page(client: httpx.AsyncClient, text: str, times: int) -> None:
    page = await opens(client)
    for _ in range(times):
        page = await types(client, page, text)
    assert (await types(client, page, "Hund anmelden")).said[-1] == "Hund anmelden"
