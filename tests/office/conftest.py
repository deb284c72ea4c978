"""The command `lotse` on a data folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import Lotse


@pytest.fixture
def lotse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lotse:
    """The command in an empty folder, where no `.env` lies."""
    monkeypatch.chdir(tmp_path)
    return Lotse(tmp_path)
