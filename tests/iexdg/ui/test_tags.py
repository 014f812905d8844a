from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Shown:
    part: int | None
    whole: int | None
    ratio: float | None
    missing_reason: str = ""
    formula: str = "a ÷ b"

    @property
    def is_untracked(self) -> bool:
        return self.missing_reason == "not tracked"


NOW = datetime(2026, 11, 22, 8, 41, 20, tzinfo=UTC)


@pytest.fixture
def _now() -> Any:
    with time_machine.travel(NOW, tick=False), timezone.override(ZoneInfo("Europe/Berlin")):
        yield


def rendered(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_words_of_a_vendor_are_escaped_in_every_tag() -> None:
    evil = '"><script>alert(1)</script>'
    html = rendered(
        '{% pill evil %}{% sparkline values "c1" evil %}{% stacked_bar parts %}{% chart "c" data %}',
        evil=evil,
        values=[1, 2],
        parts=[(evil, 3, "ok")],
        data={"title": evil, "x": [evil], "series": []},
    )
    assert "<script>" not in html


def test_a_pause_carries_its_own_sign_beside_its_colour() -> None:
    assert '<span class="pill idle paused">' in rendered('{% pill "Paused" "idle" %}')
    assert '<span class="pill idle paused">' in rendered('{% pill "Waiting" "paused" %}')
    assert '<span class="pill ok">' in rendered('{% pill "Sending" "ok" %}')


def test_a_safe_text_does_not_make_an_equal_one_safe() -> None:
    trusted = rendered("{% pill words %}", words=SafeString("<b>Sending</b>"))

    assert "<b>Sending</b>" in trusted
    assert "&lt;b&gt;Sending&lt;/b&gt;" in rendered("{% pill words %}", words="<b>Sending</b>")


def test_an_icon_is_hidden_from_screen_readers() -> None:
    html = rendered('{% icon "pause" %}')
    assert 'aria-hidden="true"' in html
    assert 'width="16"' in html


@pytest.mark.usefixtures("_now")
def test_a_time_carries_its_machine_form_and_its_full_words() -> None:
    assert rendered("{% when at %}", at=NOW) == (
        '<time datetime="2026-11-22T08:41:20+00:00" title="Sun 22 Nov 2026, 09:41:20 CET">09:41</time>'
    )


@pytest.mark.usefixtures("_now")
def test_only_a_time_that_counts_is_marked_for_the_browser() -> None:
    assert " data-ago>" in rendered("{% ago at %}", at=NOW)
    assert "data-ago" not in rendered("{% when at %}{% until at %}{% clock at %}", at=NOW)


@pytest.mark.parametrize("tag", ["when", "ago", "until", "clock", "zoned"])
def test_what_never_happened_reads_never(tag: str) -> None:
    assert rendered(f"{{% {tag} at %}}", at=None) == "never"


def test_unknown_numbers_are_words() -> None:
    assert rendered("{{ a|count }}, {{ a|percent }}, {{ a|credits }}", a=None) == "unknown, –, unknown"


def test_a_chart_s_data_is_json_beside_it_and_the_library_our_own() -> None:
    html = rendered('{% chart "daily" data %}', data={"title": "Every day", "x": ["1 Nov"], "series": []})
    assert '<script id="daily" type="application/json">' in html
    assert 'data-library="/static/vendor/echarts.esm.min.js"' in html
    assert 'role="img" aria-label="Every day"' in html


def test_a_page_names_what_it_follows_and_which_of_its_parts_are_replaced() -> None:
    html = rendered('{% living "history campaigns" "needs kpis" %}')
    assert 'hx-select-oob="#needs,#kpis"' in html
    assert "history-changed from:body delay:50ms, campaigns-changed from:body delay:50ms" in html
    assert 'hx-get=""' in html
    assert " hidden " in html


def test_a_poll_resumes_when_its_tab_is_visible_again() -> None:
    assert rendered("{% poll 2 %}") == "every 2s, page-visible from:body"


@pytest.mark.parametrize(
    ("shown", "is_alarming", "html"),
    [
        (Shown(5, 1204, 0.004153), False, '<span class="nowrap" title="5 of 1,204: a ÷ b">0.4 %</span>'),
        (Shown(100, 200, 0.5), True, '<span class="nowrap bad" title="100 of 200: a ÷ b">50.0 %</span>'),
        (Shown(None, None, None, "not tracked"), False, '<span class="faint nowrap" title="a ÷ b">not tracked</span>'),
        (
            Shown(1, 2, None, "under 50 <b>"),
            False,
            '<span class="faint" title="under 50 &lt;b&gt;"><span aria-hidden="true">–</span>'
            '<span class="sr-only">under 50 &lt;b&gt;</span></span>',
        ),
    ],
)
def test_a_rate_is_shown_with_its_parts_or_with_why_there_is_none(shown: Shown, is_alarming: bool, html: str) -> None:
    assert rendered("{% rate shown is_alarming %}", shown=shown, is_alarming=is_alarming) == html


def test_a_rate_leads_to_the_people_it_counts_where_there_are_any() -> None:
    some, none = Shown(5, 100, 0.05), Shown(0, 100, 0.0)
    assert rendered("{% rate shown url='/a/' %}", shown=some) == (
        '<a class="quiet nowrap" href="/a/" title="5 of 100: a ÷ b">5.0 %</a>'
    )
    assert rendered("{% rate shown url='/a/' in_row=True %}", shown=some) == (
        '<a class="quiet nowrap" tabindex="-1" href="/a/" title="5 of 100: a ÷ b">5.0 %</a>'
    )
    assert "<a" not in rendered("{% rate shown url='/a/' %}", shown=none)
