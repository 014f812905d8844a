"""Template tags of the whole dashboard; thin, the words are made in formatting.py and the drawings in svg.py."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from iexdg.ui import formatting, svg

register = template.Library()

NEVER = "never"
_PAUSED = "paused"


@register.simple_tag
def pill(label: str, tone: str = "idle") -> SafeString:
    """Show a state in words with a mark in front; a pause carries the pause sign, so that colour is never alone."""
    is_paused = tone == _PAUSED or label.casefold().startswith(_PAUSED)
    classes = f"{'idle' if tone == _PAUSED else tone}{' paused' if is_paused else ''}"
    return format_html('<span class="pill {}"><i aria-hidden="true"></i>{}</span>', classes, label)


@register.simple_tag
@lru_cache(maxsize=128)
def icon(name: str) -> str:
    """Draw a lucide icon of 16 px, hidden from screen readers: the adjacent text says the same."""
    return lucide(name, size=16, aria_hidden="true", **{"class": "icon"})


@register.simple_tag
def when(moment: datetime | None) -> str:
    """Show a time in the reader's zone, as short as its distance allows."""
    if moment is None:
        return NEVER
    zone = timezone.get_current_timezone()
    return _time(moment, formatting.moment_words(moment, now=timezone.now(), zone=zone))


@register.simple_tag
def clock(moment: datetime | None) -> str:
    """Show a time to the second, for what was read a moment ago."""
    if moment is None:
        return NEVER
    zone = timezone.get_current_timezone()
    return _time(moment, formatting.clock_words(moment, now=timezone.now(), zone=zone))


@register.simple_tag
def zoned(moment: datetime | None) -> str:
    """Show a time in the zone that it carries itself, with the zone's name."""
    return NEVER if moment is None else _time(moment, formatting.zoned_words(moment, now=timezone.now()))


@register.filter
def day(moment: date) -> str:
    """Show a date as "Mon 23 Nov", with the year where it is not this one."""
    return formatting.day_words(moment, today=timezone.localdate())


@register.filter
def day_and_time(moment: datetime) -> str:
    """Show a time in its own zone as "Mon 23 Nov, 09:00", with the year where it is not this one."""
    return formatting.day_and_time_words(moment, now=timezone.now())


@register.simple_tag
def ago(moment: datetime | None) -> str:
    """Show how long ago something was; the browser keeps it up to date."""
    if moment is None:
        return NEVER
    return _time(moment, formatting.ago_words(moment, now=timezone.now()), is_counting=True)


@register.simple_tag
def until(moment: datetime | None) -> str:
    """Show how long it is until something happens."""
    return NEVER if moment is None else _time(moment, formatting.until_words(moment, now=timezone.now()))


def _time(moment: datetime, words: str, *, is_counting: bool = False) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}>{}</time>',
        moment.isoformat(timespec="seconds"),
        formatting.full_moment_words(moment, timezone.get_current_timezone()),
        SafeString(" data-ago") if is_counting else "",
        words,
    )


@register.filter
def count(number: float | None) -> str:
    """Show 1204 as "1,204", None as "unknown"."""
    return formatting.count_words(number)


@register.filter
def percent(ratio: float | Decimal | None) -> str:
    """Show the ratio 0.412 as "41.2 %", None as a dash."""
    return formatting.percent_words(ratio)


@register.filter(name="credits")
def credits_left(number: Decimal | float | None) -> str:
    """Show credits with two decimals, None as "unknown"."""
    return formatting.credit_words(number)


@register.simple_tag
def sparkline(values: Sequence[float | None], tone: str = "c1", label: str = "course") -> SafeString:
    """Draw the course of some values."""
    return svg.sparkline(values, tone, label)


@register.simple_tag
def stacked_bar(segments: Sequence[svg.Segment]) -> SafeString:
    """Draw one bar of (label, value, tone) parts with its legend."""
    return svg.stacked_bar(segments)


@register.simple_tag
def meter(value: float | None, total: float | None, tone: str = "busy") -> SafeString:
    """Draw how much of a total is used."""
    return svg.meter(value, total, tone)


@register.simple_tag
def chart(chart_id: str, data: Mapping[str, Any]) -> SafeString:
    """Place a chart that charts.js draws; the page has a table with the same figures."""
    return format_html(
        '{}<div class="chart" data-chart="{}" data-library="{}" role="img" aria-label="{}"></div>',
        json_script(dict(data), chart_id),
        chart_id,
        static("vendor/echarts.esm.min.js"),
        data.get("title", "Chart"),
    )
