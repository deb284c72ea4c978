"""The report for the funders, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_cli import Lotse


@pytest.mark.parametrize("ending", ["pdf", "xlsx", "csv"])
def test_the_report_of_a_quarter_is_written(lotse: Lotse, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"bericht.{ending}"
    told = lotse("report", "2025-Q4", str(file)).stdout
    assert "2025-10-01" in told
    assert "2025-12-31" in told
    first = file.read_bytes()
    assert len(first) > 1000
    lotse("report", "2025-Q4", str(file))
    assert file.read_bytes() == first


def test_the_report_speaks_german_unless_told_otherwise(lotse: Lotse, tmp_path: Path) -> None:
    file = tmp_path / "bericht.csv"
    lotse("report", "2025", str(file))
    assert "Was gefragt wurde" in file.read_text("utf-8-sig")
    lotse("report", "2025", str(file), "--lang", "en")
    assert "What was asked" in file.read_text("utf-8-sig")


def test_what_is_no_period_or_no_file_is_explained(lotse: Lotse, tmp_path: Path) -> None:
    file = tmp_path / "bericht.pdf"
    assert "2026-Q4" in lotse("report", "gestern", str(file), exits=1).stderr
    assert not file.exists()
    assert ".pdf, .xlsx, .csv" in lotse("report", "2025", str(tmp_path / "bericht.doc"), exits=2).stderr
    assert "nowhere" in lotse("report", "2025", str(tmp_path / "nowhere" / "bericht.pdf"), exits=1).stderr
