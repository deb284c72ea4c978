"""The audit trail speaks German: there are words for every deed that is recorded anywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from bot.api.access import Doing
from bot.console.pages.broadcasts import _DEEDS
from bot.console.trail_words import AREAS, DEEDS, DETAILS
from bot.console.words import words
from bot.server import create_app
from tests.conftest import TestTown
from tests.console.browsing import flat

ROOT = Path(__file__).parents[2] / "bot"

DONE_BY = {"pages/question_deeds.py": ("question", 2), "office/sending.py": ("broadcast", 0),
           "office/recurring.py": ("recurring", 0)}  # fmt: skip
"""Where a function `_do` records deeds: their area, and which of its arguments names the deed."""


def _pairs() -> Iterator[tuple[str, str, str]]:
    """The file, area and deed of all that is recorded by code."""
    for path in sorted(ROOT.rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            yield from ((file, *pair) for pair in _recorded(file, node))


def _recorded(file: str, node: ast.AST) -> Iterator[tuple[str, str]]:
    place = next((about for end, about in DONE_BY.items() if file.endswith(end)), None)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_do" and place:
        yield (place[0], _text(node.args[place[1]]))
    is_mark = isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Mark", "mark"}
    args = node.args if isinstance(node, ast.Call) and is_mark else getattr(node, "elts", [])
    args = args[1:] if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Mark" else args
    is_tuple = isinstance(node, ast.Tuple) and len(node.elts) in {3, 4} and "console/pages" in file
    if (is_mark or is_tuple) and len(args) > 1 and _text(args[0]) in AREAS and not isinstance(args[1], ast.Name):
        deeds = [args[1].body, args[1].orelse] if isinstance(args[1], ast.IfExp) else [args[1]]
        yield from ((_text(args[0]), _text(deed)) for deed in deeds)


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def _doings(dependant: Dependant) -> Iterator[tuple[str, str]]:
    """What an address of the API puts into the trail."""
    if isinstance(dependant.call, Doing):
        yield (dependant.call.area, dependant.call.deed)
    for each in dependant.dependencies:
        yield from _doings(each)


def test_every_deed_of_the_console_the_command_and_the_group_has_words() -> None:
    found = list(_pairs())
    assert len({(area, deed) for _, area, deed in found}) > 50
    assert [each for each in found if each[1:] not in DEEDS] == []
    assert {("broadcast", name) for name, _, _ in _DEEDS} <= DEEDS.keys()


async def test_every_deed_of_the_api_has_words(town: TestTown) -> None:
    routes = [route for route in flat(create_app(town.desk, "test").router) if isinstance(route, APIRoute)]
    found = {pair for route in routes for pair in _doings(route.dependant)}
    assert len(found) > 15
    assert found <= DEEDS.keys()


def test_the_words_are_there_in_german() -> None:
    german = words("de")
    texts = [*AREAS.values(), *DEEDS.values(), *(text for text in DETAILS.values() if text != "{value}")]
    assert {area for area, _ in DEEDS} == AREAS.keys()
    assert [text for text in texts if german.gettext(text) == text and text != "version {value}"] == []
