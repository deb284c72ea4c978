"""Charts as SVG that stands alone: no script, nothing from elsewhere, words for those who cannot see it."""

from __future__ import annotations

import sys
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from babel.numbers import format_decimal
from pygal.style import Style

from bot.console.figures.report import Chart

# The library leaves a finder of plug-ins behind, in a way that Python no longer knows: each import would warn of it.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The picture's own content policy: it brings its style with it, and may nothing else."""

COLOURS = ("#17593c", "#0d5a8f", "#b06f00", "#a3161a", "#5b2a86")
"""Each with a contrast of 4:1 and more on white."""

_STYLE = Style(
    background="#ffffff",
    plot_background="#ffffff",
    foreground="#1d2320",
    foreground_strong="#1d2320",
    foreground_subtle="#ddd7ca",
    opacity="1",
    opacity_hover="1",
    font_family="system-ui, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=14,
    guide_stroke_color="#ddd7ca",
    major_guide_stroke_color="#ddd7ca",
    guide_stroke_dasharray="",
    major_guide_stroke_dasharray="",
    colors=COLOURS,
)

WIDTH, HEIGHT = 800, 400
ROW_HEIGHT = 34
LONGEST_LABEL = 34
"""Characters of a label that stands beside a bar."""

MOST_STEPS = 5
"""Lines across a chart."""


def draw(chart: Chart, language: str) -> bytes:
    """The chart as SVG; empty ones too, so that every address leads somewhere."""
    kind = pygal.HorizontalBar if chart.lies else pygal.StackedBar
    labels = list(reversed(_numbered(chart, language))) if chart.lies else list(chart.labels)
    drawn = kind(
        js=[],
        style=_STYLE,
        width=WIDTH,
        height=height_of(chart),
        margin_bottom=30,
        explicit_size=True,
        show_legend=len(chart.series) > 1,
        legend_at_bottom=True,
        legend_at_bottom_columns=3,
        truncate_label=-1,
        truncate_legend=-1,
        x_label_rotation=0 if chart.lies or len(labels) <= 8 else 60,
        y_labels=_steps(_highest(chart)),
        x_labels=labels,
        value_formatter=lambda value: format_decimal(value, locale=language),
        no_data_text="",
    )
    drawn.uuid = "chart"  # else the same numbers made another picture each time
    for name, numbers in chart.series.items():
        drawn.add(name, list(reversed(numbers)) if chart.lies else list(numbers))
    drawn.add_xml_filter(lambda root: _plain(root, chart.title, describe(chart, language)))
    return bytes(drawn.render())


def height_of(chart: Chart) -> int:
    """How high the picture is, in pixels; it is WIDTH wide."""
    return 100 + ROW_HEIGHT * max(len(chart.labels), 2) if chart.lies else HEIGHT


def describe(chart: Chart, language: str) -> str:
    """What is to be seen, in a sentence."""
    totals = {
        label: sum(numbers[place] for numbers in chart.series.values()) for place, label in enumerate(chart.labels)
    }
    told = ", ".join(f"{label}: {format_decimal(total, locale=language)}" for label, total in totals.items())
    return f"{chart.title}. {told}" if told else chart.title


def _numbered(chart: Chart, language: str) -> list[str]:
    """Labels that stand beside bars, with their numbers."""
    numbers = zip(*chart.series.values(), strict=True)
    return [
        f"{label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + '…'}: "
        f"{format_decimal(sum(number), locale=language)}"
        for label, number in zip(chart.labels, numbers, strict=True)
    ]


def _highest(chart: Chart) -> int:
    return max((sum(numbers) for numbers in zip(*chart.series.values(), strict=True)), default=0)


def _steps(highest: int) -> list[int]:
    """Whole numbers from 0 to above the highest, in steps that people count in."""
    sizes = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    size = next(size for size in sizes if size * MOST_STEPS >= highest)
    return list(range(0, max(highest, 1) + size, size))


def _plain(root: Any, title: str, about: str) -> Element:
    """A picture without script and comments, named and described."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in {"script", "title", "desc"}:
                parent.remove(child)
    root.set("role", "img")
    root.set("aria-labelledby", "chart-title chart-about")
    for place, (tag, text) in enumerate((("title", title), ("desc", about))):
        named = SubElement(root, tag, {"id": f"chart-{'title' if tag == 'title' else 'about'}"})
        named.text = text
        root.remove(named)
        root.insert(place, named)
    found: Element = root
    return found
