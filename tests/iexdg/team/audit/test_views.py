import csv
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from iexdg.team.audit.models import AuditEvent, Via
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

Web = Callable[..., Client]


@pytest.fixture(autouse=True)
def _history(workspace: Workspace, member: Callable[..., Member]) -> None:
    record("campaign:pause:asked", "Request to pause 05A", subject="campaign:5", by=member("viewer"), campaign_ref=5)
    record(
        "workspace:mode:changed",
        "Put in write mode",
        subject="workspace:1",
        by=member("admin"),
        before={"mode": "observe", "same": 1},
        after={"mode": "write", "same": 1},
        note="Agreed on Friday",
    )
    record("incident:flip:opened", "=HYPERLINK()", subject="incident:3", campaign_ref=7)


def listed(client: Client, url: str) -> list[str]:
    return [line.summary for line in client.get(url).context["lines"]]


def test_the_newest_stands_first(web: Web) -> None:
    assert listed(web("viewer"), "/w/demo/audit/") == ["=HYPERLINK()", "Put in write mode", "Request to pause 05A"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?about=campaign", ["Request to pause 05A"]),
        ("?via=system", ["=HYPERLINK()"]),
        ("?campaign=7", ["=HYPERLINK()"]),
        ("?q=write+mode", ["Put in write mode"]),
        ("?q=friday", ["Put in write mode"]),
        ("?q=viewer", ["Request to pause 05A"]),
        ("?about=campaign&via=system", []),
    ],
)
def test_filters_narrow_the_list(query: str, found: list[str], web: Web) -> None:
    assert listed(web("viewer"), f"/w/demo/audit/{query}") == found


def test_the_filter_by_member_finds_what_they_did(web: Web, member: Callable[..., Member]) -> None:
    assert listed(web("viewer"), f"/w/demo/audit/?member={member('admin').pk}") == ["Put in write mode"]


@pytest.mark.parametrize("query", ["?about=nonsense", "?member=x", "?campaign=99999999999999999999", "?page=x"])
def test_a_filter_that_makes_no_sense_is_ignored(query: str, web: Web) -> None:
    answer = web("viewer").get(f"/w/demo/audit/{query}")
    assert answer.status_code == 200
    assert len(answer.context["lines"]) == 3
    assert answer.context["chips"] == []


def test_a_chip_removes_its_own_filter_and_keeps_the_others(web: Web) -> None:
    chips = web("viewer").get("/w/demo/audit/?about=campaign&q=pause").context["chips"]
    assert [(chip.label, chip.url) for chip in chips] == [
        ("“pause”", "?about=campaign"),
        ("about: campaigns", "?q=pause"),
    ]


def test_only_what_changed_is_shown_with_before_and_after(web: Web) -> None:
    line = web("viewer").get("/w/demo/audit/?about=workspace").context["lines"][0]
    assert [(change.what, change.before, change.after) for change in line.changes] == [("mode", "observe", "write")]


def test_an_event_is_a_sentence_and_its_details_are_folded(web: Web) -> None:
    html = web("viewer").get("/w/demo/audit/").content.decode()
    assert "<b>Admin Person: </b>Put in write mode." in html
    # What was noticed automatically is not said to have been done by anyone.
    assert re.search(r'<div>\s*<a href="/w/demo/incidents/3/">=HYPERLINK\(\)</a>\.', html)
    assert html.count("<details>") == 3
    # Tag and values are inside the fold only.
    assert "workspace:mode:changed" not in re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)


def test_details_are_words_and_times_and_no_raw_data(web: Web) -> None:
    record(
        "incident:drift:opened",
        "05A differs from what was approved",
        subject="incident:9",
        before={"schedule": {"from": "09:00", "days": ["Mon", "Tue"]}},
        after={
            "schedule": {"from": "08:00", "days": ["Mon", "Tue"]},
            "seen_at": "2026-11-22T09:41:20.123456+00:00",
            "seconds_to_pause": 0.412345,
            "sent_meanwhile": 1204,
            "confirmed": True,
            "owner": None,
            "differences": [{"what": "Subject", "before": "Hi", "after": ""}],
            "fingerprint": "abcdef123456",
        },
    )
    html = web("viewer").get("/w/demo/audit/?about=incident").content.decode()
    details = re.findall(r"<details>(.*?)</details>", html, flags=re.DOTALL)[0]
    shown = [
        " ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in re.findall(r"<dd>(.*?)</dd>", details, re.DOTALL)
    ]
    names = re.findall(r"<dt>(.*?)</dt>", details)
    assert 'title="Sun 22 Nov 2026, 09:41:20 UTC"' in details
    assert {name: words for name, words in zip(names, shown, strict=True) if name != "Seen at"} == {
        "Schedule from": "09:00 → to 08:00",
        "Seconds to pause": "0.41 s",
        "Sent meanwhile": "1,204",
        "Confirmed": "yes",
        "Differences": "Subject: Hi → nothing",
        "Who and how": "IEXDG Outreach, automatic",
        "Tag": "incident:drift:opened",
    }
    for raw in ("{", "}", "[", "123456", "412345", "+00:00<"):
        assert raw not in "".join(shown), raw


def test_an_event_leads_to_its_thing(web: Web) -> None:
    urls = [line.url for line in web("viewer").get("/w/demo/audit/").context["lines"]]
    assert urls == ["/w/demo/incidents/3/", "", "/w/demo/campaigns/5/"]


def test_htmx_gets_the_list_without_the_page(web: Web) -> None:
    html = (
        web("viewer").get("/w/demo/audit/", headers={"HX-Request": "true", "HX-Target": "audit-list"}).content.decode()
    )
    assert html.count("<html") == 0
    assert 'id="audit-list"' in html


def test_the_csv_holds_what_fits_and_no_cell_runs_in_a_spreadsheet(web: Web) -> None:
    answer: Any = web("viewer").get("/w/demo/audit.csv?via=system")
    assert answer["Content-Disposition"] == 'attachment; filename="audit.csv"'
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    header, row = csv.reader(body.splitlines())
    assert header == ["at", "who", "through", "action", "subject", "summary", "changes", "note"]
    assert row[1:6] == ["IEXDG Outreach", "automatic", "incident:flip:opened", "incident:3", "'=HYPERLINK()"]


def test_the_number_of_queries_does_not_grow_with_the_list(
    web: Web, member: Callable[..., Member], django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client, by = web("viewer"), member("admin")
    client.get("/w/demo/audit/")
    for number in range(60):
        record("team:member:added", f"No. {number}", subject=f"member:{number}", by=by, via=Via.WEB)
    with django_assert_max_num_queries(10):
        answer = client.get("/w/demo/audit/?page=1")
    assert len(answer.context["lines"]) == 50
    assert AuditEvent.objects.count() == 63


def test_a_note_that_quotes_someone_is_not_quoted_again(web: Web) -> None:
    record("campaign:go_live:asked", "Go-live requested", subject="campaign:5", note="“Copy checked” At most 2 people.")
    page = web("viewer").get("/w/demo/audit/").content.decode()
    assert '<span class="muted">“Copy checked” At most 2 people.</span>' in page
    assert '<span class="muted">“Agreed on Friday”</span>' in page
