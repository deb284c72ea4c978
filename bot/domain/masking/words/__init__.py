"""The words of the rules, as data: every language is a few lines in the files beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml


def read(name: str) -> str:
    """The text of a file of words."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def parts(name: str) -> Mapping[str, Any]:
    """The parts of a file of words in YAML, by their names; read once."""
    loaded: Mapping[str, Any] = yaml.safe_load(read(f"{name}.yaml"))
    return loaded


def any_of(name: str, part: str) -> str:
    """A regular expression for any word of a part of a file, as a group of its own."""
    return "(?:" + "|".join(parts(name)[part]) + ")"
