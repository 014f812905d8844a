"""Small drawings made on the server: spark lines and bars. Pure; colours come from the stylesheet by tone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH = 96
_HEIGHT = 24
_SPARK_SIZE = SafeString(f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"')
_EDGE = 2  # so that a line at the top or the bottom is not cut in half
_BAR_UNITS = 1000

Segment = tuple[str, float, str]


@dataclass(frozen=True)
class LinkedBar:
    """One bar that leads somewhere: `words` say its value, None is unknown and drawn as a gap; `url` may be ""."""

    label: str
    value: float | None
    words: str
    url: str = ""
    is_on: bool = False


def runs_of(values: Sequence[float | None]) -> list[list[tuple[float, float]]]:
    """Place values on the drawing, one run of points per stretch without gaps. An unknown value is a gap, never 0."""
    known = [value for value in values if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    scale = (_HEIGHT - 2 * _EDGE) / (high - low) if high > low else 0.0
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        height = (value - low) * scale if scale else (_HEIGHT - 2 * _EDGE) / 2
        runs[-1].append((round(_EDGE + place * step, 1), round(_HEIGHT - _EDGE - height, 1)))
    return [run for run in runs if run]


def sparkline(values: Sequence[float | None], tone: str, label: str) -> SafeString:
    """Draw the course of some values; nothing is drawn where none is known."""
    runs = runs_of(values)
    if not runs:
        return SafeString("")
    known = [value for value in values if value is not None]
    name = f"{label}: from {known[0]:g} to {known[-1]:g}, lowest {min(known):g}, highest {max(known):g}"
    # Numbers need no escaping, and a list of mailboxes draws a line in each row.
    drawn = SafeString("".join(_stroke(run) for run in sorted(runs, key=lambda run: len(run) == 1)))
    return format_html('<svg class="spark {}" role="img" aria-label="{}" {}>{}</svg>', tone, name, _SPARK_SIZE, drawn)


def _stroke(run: Sequence[tuple[float, float]]) -> str:
    """A line through the points of a run, or a dot where there is one."""
    if len(run) == 1:
        x, y = run[0]
        return f'<circle cx="{x}" cy="{y}" r="1.5"/>'
    return f'<polyline points="{" ".join([f"{x},{y}" for x, y in run])}"/>'


def stacked_bar(segments: Sequence[Segment]) -> SafeString:
    """Draw one bar of (label, value, tone) parts with its legend; parts of 0 are left out."""
    parts = [segment for segment in segments if segment[1] > 0]
    total = sum(value for _, value, _ in parts)
    name = ", ".join(f"{value:,.0f} {label}" for label, value, _ in parts) or "nothing yet"
    legend = format_html_join(
        "",
        '<span><i class="{}"></i><b>{}</b> {}</span>',
        ((tone, f"{value:,.0f}", label) for label, value, tone in parts),
    )
    return format_html(
        '{}<div class="legend">{}</div>',
        _bar("stacked", name, [(value / total, tone) for _, value, tone in parts]),
        legend,
    )


def meter(value: float | None, total: float | None, tone: str) -> SafeString:
    """Draw how much of a total is used. Without both numbers the bar is empty and labelled unknown."""
    if value is None or not total:
        return _bar("meter", "unknown", [])
    share = min(1.0, max(0.0, value / total))
    return _bar("meter", f"{value:,.0f} of {total:,.0f}", [(share, tone)] if share else [])


def lying_bar(bar: LinkedBar, bars: Sequence[LinkedBar], tone: str) -> SafeString:
    """Draw one bar as long as its value among the others; nothing is drawn where it is not known."""
    highest = max((one.value for one in bars if one.value is not None), default=0.0)
    if bar.value is None:
        return SafeString("")
    share = bar.value / highest if highest else 0.0
    return _bar("meter", bar.words, [(share, tone)] if share > 0 else [])


def _bar(kind: str, name: str, shares: Sequence[tuple[float, str]]) -> SafeString:
    rects, x = [], 0.0
    for share, tone in shares:
        rects.append((tone, round(x, 1), round(share * _BAR_UNITS, 1)))
        x += share * _BAR_UNITS
    return format_html(
        '<svg class="bar {}" role="img" aria-label="{}" viewBox="0 0 {} 10" preserveAspectRatio="none">{}</svg>',
        kind,
        name,
        _BAR_UNITS,
        format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="10"/>', rects),
    )


_CHART_HEIGHT = 120
_SLOT = 24


def bar_chart(bars: Sequence[LinkedBar], label: str, tone: str = "c1", unit: str = "") -> SafeString:
    """Draw standing bars, each a link to what it counts; the page has a table with the same figures and links.

    Only the pointer reaches the bars: the keyboard has the table, so that Tab need not pass dozens of them.
    """
    highest = max((bar.value for bar in bars if bar.value is not None), default=0.0)
    drawn = []
    for place, bar in enumerate(bars):
        value = bar.value or 0.0
        height = round((_CHART_HEIGHT - 2) * value / highest, 1) if highest else 0.0
        title = f"{bar.label}: {bar.words}{f' {unit}' if unit else ''}"
        rects = format_html(
            '<title>{}</title><rect class="slot" x="{}" y="0" width="{}" height="{}"/>'
            '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
            title,
            place * _SLOT,
            _SLOT,
            _CHART_HEIGHT,
            f"{tone} on" if bar.is_on else tone,
            place * _SLOT + 3,
            round(_CHART_HEIGHT - height, 1),
            _SLOT - 6,
            height,
        )
        drawn.append(
            format_html('<a href="{}" tabindex="-1">{}</a>', bar.url, rects)
            if bar.url
            else format_html("<g>{}</g>", rects)
        )
    return format_html(
        '<svg class="bars" aria-hidden="true" viewBox="0 0 {} {}" preserveAspectRatio="none" data-label="{}">{}</svg>',
        max(1, len(bars)) * _SLOT,
        _CHART_HEIGHT,
        label,
        format_html_join("", "{}", ((one,) for one in drawn)),
    )
