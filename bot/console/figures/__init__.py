"""Figures as staff and funders read them: one content, as pages with charts, as PDF and as tables."""

from __future__ import annotations

from bot.console.figures.content import Writer
from bot.console.figures.pdf import pdf_of
from bot.console.figures.sheets import csv_of, excel_of

MEDIA = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
"""Ending of a file -> its media type."""


def file_of(writer: Writer, ending: str) -> bytes:
    """A report as a file with one of the endings of MEDIA. The same numbers make the same bytes."""
    report, last = writer.report(), writer.counts.period.last
    if ending == "pdf":
        return pdf_of(report, last)
    return excel_of(report, writer.tr, last) if ending == "xlsx" else csv_of(report, writer.tr)
