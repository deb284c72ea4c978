"""The words of offices and everyday life: the files of knowledge/lexicon, one for each language."""

from __future__ import annotations

from importlib import resources
from typing import Any

import yaml

LEXICON = resources.files("knowledge").joinpath("lexicon")


def read_lexicon(*folders: str) -> dict[str, dict[str, Any]]:
    """Language -> what its file in a folder of the lexicon says, in the order of the languages' codes."""
    files = (file for file in LEXICON.joinpath(*folders).iterdir() if file.name.endswith(".yaml"))
    listed = sorted((file.name.removesuffix(".yaml"), file) for file in files)
    # The plain loader reads every word as a word, "yes", "no" and "on" too.
    return {language: yaml.load(file.read_text("utf-8"), yaml.BaseLoader) for language, file in listed}  # noqa: S506
