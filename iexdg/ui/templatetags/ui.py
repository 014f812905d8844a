"""Template tags of the whole dashboard; thin, the words are made in formatting.py and the drawings in svg.py."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from iexdg.ui import formatting, svg
from iexdg.ui.addresses import url_of_route, url_of_row
from iexdg.ui.filters import Choice
from iexdg.ui.widgets import option

register = template.Library()

NEVER = "never"
_PAUSED = "paused"
_VISIBLE = "page-visible from:body"


# Typed: a text that is safe and one that is not are equal, but are not written alike.
@register.simple_tag
@lru_cache(maxsize=512, typed=True)
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
def options(choices: Iterable[Choice]) -> SafeString:
    """Draw the entries of a menu: of hundreds, a loop in a template takes longer than the list below it."""
    return SafeString("".join(option(one.value, one.label, is_chosen=one.is_chosen) for one in choices))


@register.simple_tag
def when(moment: datetime | None) -> str:
    """Show a time in the reader's zone, as short as its distance allows."""
    if moment is None:
        return NEVER
    zone = timezone.get_current_timezone()
    return _time(moment, formatting.moment_words(moment, now=timezone.now(), zone=zone))


@register.simple_tag
def as_of(moment: datetime | None, until_then: str = "due within a minute") -> str:
    """Show since when a number is so: "as of 09:41"; before the first reading "not read yet" and what happens next."""
    return f"not read yet: {until_then}" if moment is None else format_html("as of {}", when(moment))


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
    # Our own words, digits and names of days and zones: a list has a hundred, and `format_html` takes longer.
    full = formatting.full_moment_words(moment, timezone.get_current_timezone())
    mark = " data-ago" if is_counting else ""
    return SafeString(f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{full}"{mark}>{words}</time>')


@register.simple_tag
def row_url(route: str, number: int) -> str:
    """The address of a row's page, as the tag `url` writes it, for lists."""
    return url_of_row(route, number)


@register.simple_tag
def route_url(route: str) -> str:
    """The address of a page without numbers, as the tag `url` writes it, for the navigation."""
    return url_of_route(route)


@register.simple_tag
def poll(seconds: int) -> str:
    """The trigger of a fragment that reads itself again: paused in a hidden tab, at once when it is visible again.

    living.js cancels what a hidden tab would ask, sends `page-visible`, and says so when an answer is missing.
    """
    return f"every {seconds}s, {_VISIBLE}"


@register.simple_tag
def follow(topics: str) -> str:
    """The trigger of a fragment that reads itself again when a topic of workspaces/changes.py has changed."""
    # Several topics that change at once are one request: the delay is counted once for the element.
    return ", ".join(f"{topic}-changed from:body delay:50ms" for topic in topics.split())


@register.simple_tag
def living(topics: str, parts: str, every: int = 0) -> SafeString:
    """Keep parts of a page up to date: when a topic changes, the page is read again and they are replaced.

    What a reader has opened or typed in a part stays as it is.
    Shapes: topics - words of workspaces/changes.py, of the current workspace; parts - ids of elements of this page,
        both separated by spaces; every - seconds after which it is read again in any case, 0 for never.
    """
    return format_html(
        '<div id="living" hidden hx-get="" hx-trigger="{}" hx-swap="none ignoreTitle:true" hx-select-oob="{}"></div>',
        f"{follow(topics)}, campaign-settled from:body, again{f', {poll(every)}' if every else ''}",
        ",".join(f"#{part}" for part in parts.split()),
    )


@register.filter
def count(number: float | None) -> str:
    """Show 1204 as "1,204", None as "unknown"."""
    return formatting.count_words(number)


@register.filter
def amount(number: float | Decimal | None) -> str:
    """Show a count as `count` does, and a sum of money with its cents where it has some."""
    return formatting.amount_words(number)


@register.filter
def plural(number: float | None, nouns: str) -> str:
    """Write a count with its noun: `{{ 1|plural:"lead" }}` is "1 lead"; "person,people" where it takes no s."""
    noun, _, many = nouns.partition(",")
    return f"{formatting.UNKNOWN} {many or f'{noun}s'}" if number is None else formatting.plural(number, noun, many)


@register.filter
def change(number: float, digits: int) -> str:
    """A difference with its sign, rounded to so many decimals."""
    return formatting.change_words(number, digits=digits)


@register.filter
def percent(ratio: float | Decimal | None) -> str:
    """Show the ratio 0.412 as "41.2 %", None as a dash."""
    return formatting.percent_words(ratio)


@register.simple_tag
def rate(shown: Any, is_alarming: bool = False, url: str = "", in_row: bool = False) -> SafeString:
    """Show one rate with its parts; one that is not known says why.

    Shapes: shown - campaigns.pages.figures.Rate; url - of the people it counts, or nothing;
    in_row - in a row of many figures, where the arrow keys lead to it and Tab goes on to the next row.

    No template: a list of campaigns has some hundred of them, and including one takes longer than all of its text;
    so does `format_html`.
    """
    if shown.ratio is None:
        return _no_rate(shown)
    title = escape(f"{count(shown.part)} of {count(shown.whole)}: {shown.formula}")
    classes, words = "nowrap bad" if is_alarming else "nowrap", percent(shown.ratio)
    if url and shown.part:
        tab, href = ' tabindex="-1"' if in_row else "", conditional_escape(url)
        return SafeString(f'<a class="quiet {classes}"{tab} href="{href}" title="{title}">{words}</a>')
    return SafeString(f'<span class="{classes}" title="{title}">{words}</span>')


def _no_rate(shown: Any) -> SafeString:
    if shown.is_untracked:
        return format_html('<span class="faint nowrap" title="{}">{}</span>', shown.formula, shown.missing_reason)
    return format_html(
        '<span class="faint" title="{}"><span aria-hidden="true">–</span><span class="sr-only">{}</span></span>',
        shown.missing_reason,
        shown.missing_reason,
    )


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
def bar_chart(bars: Sequence[svg.LinkedBar], label: str, tone: str = "c1", unit: str = "") -> SafeString:
    """Draw standing bars that lead to what they count; the page has a table with the same links."""
    return svg.bar_chart(bars, label, tone, unit)


@register.simple_tag
def lying_bar(bar: svg.LinkedBar, bars: Sequence[svg.LinkedBar], tone: str = "c1") -> SafeString:
    """Draw one bar as long as its value among the others; nothing where it is not known."""
    return svg.lying_bar(bar, bars, tone)


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
