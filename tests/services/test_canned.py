"""The replies that this program comes with."""

from __future__ import annotations

import pytest

from bot.services import canned, starter
from bot.texts.catalog import languages
from tests.conftest import TestTown


@pytest.mark.parametrize("reply", starter.starter_replies(), ids=lambda reply: reply["name"])
def test_a_reply_is_there_in_every_language(reply: dict[str, dict[str, str]]) -> None:
    assert {*reply["texts"]} == {*languages()}
    assert len({*reply["texts"].values()}) == len(languages())


async def test_a_new_town_has_them(town: TestTown) -> None:
    await town.database.write(starter.load_if_empty, town.now())
    names = [one.name for one in await town.database.read(canned.listed)]
    assert names == sorted(reply["name"] for reply in starter.starter_replies())
