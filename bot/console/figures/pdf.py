"""A report as PDF, for those who paid: made only of what the library brings, and the same for the same numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from babel.numbers import format_decimal
from fpdf import FPDF, FontFace, ViewerPreferences
from fpdf.enums import TableCellFillMode

from bot.console.figures.report import Cell, Report, Section, Table

FONT = "Helvetica"
"""A core font, which every reader brings: it has all letters of German and of most western languages."""

ENCODING = "cp1252"
"""What core fonts can show. Source: PDF 32000-1, D.2, WinAnsiEncoding."""

INK, SOFT, LINE = (29, 35, 32), (227, 239, 232), (115, 122, 118)
_MARGIN = 20
_ROOM_FOR_NOTES = 3
"""Empty lines below a sentence that ends with a colon, for what staff write."""


class _Paper(FPDF):
    """Pages with a number at their foot."""

    def footer(self) -> None:
        """The number of the page."""
        self.set_y(-15)
        self.set_font(FONT, size=9)
        self.cell(0, 10, f"{self.page_no()} / {{nb}}", align="C")


def pdf_of(report: Report, last: date) -> bytes:
    """The report; `last` is the last day of the period, which also stands for when it was made."""
    paper = _Paper(format="A4")
    paper.core_fonts_encoding = ENCODING
    paper.set_margin(_MARGIN)
    paper.set_auto_page_break(True, _MARGIN)
    paper.set_creation_date(datetime.combine(last, time(), UTC))
    paper.set_title(f"{report.title}, {report.period}")
    paper.set_lang(report.language)
    paper.set_author("Quartierslotse")
    paper.set_creator("Quartierslotse")
    paper.viewer_preferences = ViewerPreferences(display_doc_title=True)
    paper.set_text_color(*INK)
    paper.set_draw_color(*LINE)
    paper.add_page()
    _text(paper, report.title, 20, "B")
    _text(paper, report.period, 13)
    for number, section in enumerate(report.sections, 1):
        _section(paper, section, number, report)
    _heading(paper, report.notes_heading)
    for note in report.notes:
        _text(paper, note, 10)
    return bytes(paper.output())


def _section(paper: FPDF, section: Section, number: int, report: Report) -> None:
    _heading(paper, f"{number}. {section.heading}")
    for sentence in section.about:
        _text(paper, sentence, 11)
        if sentence.endswith(":"):
            paper.ln(8 * _ROOM_FOR_NOTES)
    for table in section.tables:
        if table.rows:
            _table(paper, table, report)


def _heading(paper: FPDF, text: str) -> None:
    paper.ln(6)
    if paper.will_page_break(40):
        paper.add_page()
    paper.start_section(_shown(text))
    _text(paper, text, 15, "B")


def _table(paper: FPDF, table: Table, report: Report) -> None:
    if paper.will_page_break(30):
        paper.add_page()
    _text(paper, table.caption, 11, "B")
    paper.set_font(FONT, size=9 if len(table.header) > 4 else 10)
    widths = (3 if len(table.header) <= 4 else 2, *([1] * (len(table.header) - 1)))
    style = FontFace(emphasis="BOLD", fill_color=SOFT, color=INK)
    with paper.table(
        col_widths=widths,
        text_align=("LEFT", *(["RIGHT"] * (len(table.header) - 1))),
        headings_style=style,
        cell_fill_mode=TableCellFillMode.NONE,
        borders_layout="HORIZONTAL_LINES",
        line_height=6,
        repeat_headings=1,
    ) as drawn:
        for row in (table.header, *table.rows):
            drawn.row([_told(cell, report) for cell in row])
    paper.ln(4)


def _text(paper: FPDF, text: str, size: int, style: str = "") -> None:
    paper.set_font(FONT, style, size)
    paper.multi_cell(0, size * 0.55, _shown(text), new_x="LMARGIN", new_y="NEXT", align="L")
    paper.ln(1)


def _told(cell: Cell, report: Report) -> str:
    if cell is None:
        return _shown(report.hidden)
    return _shown(cell) if isinstance(cell, str) else _shown(format_decimal(cell, locale=report.language))


def _shown(text: str) -> str:
    """A text with the letters of core fonts: others lose their marks, and what has no such letter becomes "?"."""
    return "".join(_letters(text))


def _letters(text: str) -> Iterator[str]:
    for sign in unicodedata.normalize("NFC", text):
        if sign.isspace():
            yield " "
        elif _is_there(sign):
            yield sign
        elif sign.isprintable():
            yield "".join(filter(_is_there, unicodedata.normalize("NFKD", sign))) or "?"


def _is_there(sign: str) -> bool:
    return sign.encode(ENCODING, "ignore") != b""
