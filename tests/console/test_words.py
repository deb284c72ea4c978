"""The console speaks German wherever it can speak."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from bot.console.app import MENU
from bot.console.words import words

ROOT = Path(__file__).parents[2]

METHODS = [("console/**.html", "jinja2.ext:babel_extract"), ("console/**.py", "python")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "tr": None}

REASONS = {"Refused", "InvalidInput", "Overtaken", "Outdated"}
"""What a service says is wrong stands on a page; `reason` is its first argument (bot/domain/errors.py)."""

Text = str | tuple[str, ...]


def texts() -> dict[Text, str]:
    """Every text of the console -> where it stands."""
    options = {"console/**.html": {"newstyle_gettext": "true", "extensions": "jinja2.ext.do", "silent": "false"}}
    found: dict[Text, str] = {item.label: "menu" for item in MENU}
    for file, line, text, _, _ in extract_from_dir(ROOT / "bot", METHODS, options, KEYWORDS):
        found.setdefault(text if isinstance(text, str) else tuple(text), f"{file}:{line}")
    for folder in ("services", "domain", "console"):
        for path in sorted((ROOT / "bot" / folder).rglob("*.py")):
            for line, text in _reasons(path):
                found.setdefault(text, f"{path.relative_to(ROOT)}:{line}")
    return found


def _reasons(path: Path) -> list[tuple[int, str]]:
    """The sentences with which a file's code refuses something."""
    names = REASONS | ({"ValueError"} if "console" in path.parts else set())
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in names and call.args]
    return [
        (call.lineno, call.args[0].value)
        for call in named
        if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
    ]


def _german(text: Text) -> str:
    german = words("de")
    return german.gettext(text) if isinstance(text, str) else german.ngettext(text[0], text[1], 2)


def test_every_text_is_there_in_german() -> None:
    found = texts()
    assert len(found) > 50
    assert [f"{place}: {text}" for text, place in found.items() if _german(text) in {text, text[-1]} - SAME] == []


SAME = {"Start", "Name", "Link", "Filter"}
"""Words that are the same in both languages."""


@pytest.mark.parametrize("text", texts(), ids=str)
def test_a_translation_fills_in_what_its_source_does(text: Text) -> None:
    source = text if isinstance(text, str) else text[1]
    assert _placeholders(_german(text)) == _placeholders(source)


def _placeholders(text: str) -> set[str]:
    """What is filled in, in the way of the code ("{name}") and of the templates ("%(name)s")."""
    return set(re.findall(r"\{(\w+)[^{}]*\}|%\((\w+)\)s", text))
