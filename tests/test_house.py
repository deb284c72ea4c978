"""The house is as its plan says: arrows, settings, commands, files."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click import Command

from bot.cli import main
from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
TEXTS = (".py", ".md", ".toml", ".yaml", ".txt", ".html", ".css", ".js", ".po", ".cfg", ".example")


def tracked_files() -> list[Path]:
    """What stands in the repository, or will with the next commit."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_arrows_point_downwards_and_the_core_is_pure() -> None:
    # In a process of its own, because it switches off every logger there is.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def read_settings(**values: str) -> Settings:
    """Settings of these values alone, and not of a file that lies here."""
    given: dict[str, Any] = {"_env_file": None, **values}
    return Settings(**given)


def test_every_setting_is_explained_in_the_example_with_its_default() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = dict(re.findall(r"^(LOTSE_\w+)=(.*)$", example, re.MULTILINE))
    assert set(explained) == {f"LOTSE_{name.upper()}" for name in Settings.model_fields}
    from_example = {name.removeprefix("LOTSE_").lower(): value for name, value in explained.items()}
    assert read_settings(**from_example) == read_settings()
    assert re.search(r"^[^#\n].*\n\n?LOTSE_", example, re.MULTILINE) is None, "each setting has a sentence above it"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_has_help(name: str) -> None:
    command: Command = main.commands[name]
    assert command.help
    assert all(getattr(option, "help", None) for option in command.params if option.param_type_name == "option")


def test_the_readme_names_every_command_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`lotse ([a-z]+)", readme)) == set(main.commands)
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)`", readme)) <= targets


def test_the_readme_points_only_to_files_that_are_there() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", readme) if not link.startswith("http")]
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


LONGEST, LONGEST_LIST = 400, 500
"""Lines. One function after the other for each message, or one test after the other, is read like a list."""


def test_no_file_is_too_long_to_be_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix == ".py" and "versions" not in path.parts
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > (LONGEST_LIST if is_list(path) else LONGEST)
    }
    assert long == {}


def is_list(path: Path) -> bool:
    return path.name == "tables.py" or not {"tests", "texts"}.isdisjoint(path.parts)


def test_nothing_is_left_undone_or_tied_to_one_machine() -> None:
    undone = re.compile(r"\b(TODO|FIXME|XXX)\b|--(extra-)?index-url|--find-links|/(root|home|work)/\w")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked_files()
        if path.suffix in TEXTS and path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if undone.search(line)
    ]
    assert found == []


def test_every_pinned_requirement_has_a_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_help_needs_no_web_server() -> None:
    heavy = "('fastapi', 'telegram', 'sqlalchemy.orm')"
    code = f"import sys, bot.cli; print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
