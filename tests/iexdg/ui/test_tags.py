from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils import timezone

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
