import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.views.csrf import csrf_failure
from django.views.defaults import server_error

from iexdg.workspaces.models import Mode, Workspace

Web = Callable[..., Client]
PAGES = [
    "/w/demo/",
    "/w/demo/campaigns/",
    "/w/demo/leads/",
    "/w/demo/imports/",
    "/w/demo/incidents/",
    "/w/demo/audit/",
    "/w/demo/settings/",
]


def text(client: Client, url: str, **kwargs: Any) -> str:
    headers = {"HX-Request": "true"} if url == "/w/demo/workspace-bar/" else {}
    return client.get(url, headers=headers, **kwargs).content.decode()


@pytest.mark.parametrize("url", PAGES)
def test_each_section_marks_itself_in_the_navigation_and_only_itself(url: str, web: Web, workspace: Workspace) -> None:
    html = text(web("viewer"), url)
    navigation = html[html.index('<nav class="side"') : html.index("</nav>")]
    assert navigation.count('aria-current="page"') == 1
    assert re.search(f'<a href="{url}"( data-go="\\w")? aria-current="page">', navigation)


def test_every_section_in_the_navigation_answers(web: Web, workspace: Workspace) -> None:
    admin = web("admin")
    html = text(admin, "/w/demo/settings/")
    navigation = html[html.index('<nav class="side"') : html.index("</nav>")]
    sections = re.findall(r'<a href="([^"]+)"', navigation)
    assert len(sections) > len(PAGES)
    assert {url: admin.get(url).status_code for url in sections} == dict.fromkeys(sections, 200)
    assert "disabled" not in navigation


def test_the_policy_allows_nothing_inline_and_the_page_holds_nothing_inline(web: Web, workspace: Workspace) -> None:
    answer = web("viewer").get("/w/demo/settings/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    html = answer.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert "<script>" not in html


def test_htmx_may_not_evaluate_leave_or_remember(web: Web, workspace: Workspace) -> None:
    html = text(web("viewer"), "/w/demo/settings/")
    for rule in ('"allowEval": false', '"selfRequestsOnly": true', '"includeIndicatorStyles": false'):
        assert rule in html
    # Pages hold people's addresses: none may stay in the browser's storage.
    assert '"historyCacheSize": 0' in html
    assert '{"code": "422", "swap": true}' in html


@pytest.mark.parametrize(("cookie", "wanted"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"')])
def test_the_chosen_theme_is_painted_by_the_server(cookie: str, wanted: str, web: Web, workspace: Workspace) -> None:
    client = web("viewer")
    client.cookies["theme"] = cookie
    assert f'<html lang="en"{wanted}>' in text(client, "/w/demo/settings/")


def test_any_other_theme_is_ignored(web: Web, workspace: Workspace) -> None:
    client = web("viewer")
    client.cookies["theme"] = '"><script>'
    assert '<html lang="en">' in text(client, "/w/demo/settings/")


def test_the_bar_shows_the_facts_with_their_time(web: Web, workspace: Workspace) -> None:
    now = timezone.now()
    Workspace.objects.update(credits_left=Decimal("902.5"), credits_read_at=now, synced_at=now - timedelta(seconds=6))
    html = text(web("viewer"), "/w/demo/workspace-bar/")
    assert "<b>902.50</b>" in html
    assert "write mode" in html
    assert " ago</time>" in html
    # No limiter can be asked in a test: unknown is said, not 0.
    assert "API <b>unknown</b> of 6,000/min" in html


def test_a_failed_read_is_unknown_since_and_never_looks_fine(web: Web, workspace: Workspace) -> None:
    now = timezone.now()
    Workspace.objects.update(
        unknown_since=now, synced_at=now - timedelta(hours=1), sync_error="Instantly did not answer."
    )
    html = text(web("viewer"), "/w/demo/workspace-bar/")
    assert '<span class="bad" role="status" title="Instantly did not answer.">' in html
    assert "unknown since" in html
    assert "Read <b>" not in html


def test_before_the_first_read_the_bar_says_so(web: Web, workspace: Workspace) -> None:
    html = text(web("viewer"), "/w/demo/workspace-bar/")
    assert "not read yet" in html
    assert "Credits <b>unknown</b>" in html


def test_observe_mode_stands_out(web: Web, workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    assert '<b class="warn-text">observe mode</b>' in text(web("viewer"), "/w/demo/workspace-bar/")


@pytest.mark.django_db
def test_without_a_workspace_the_pages_still_stand(web: Web) -> None:
    client = web("admin")
    assert "not connected" in text(client, "/settings/")
    assert client.get("/audit/").status_code == 200


def test_a_fragment_does_not_pay_for_the_bar_and_a_page_does(web: Web, workspace: Workspace) -> None:
    client = web("viewer")
    client.get("/w/demo/audit/")
    with CaptureQueriesContext(connection) as fragment:
        client.get("/w/demo/audit/", headers={"HX-Request": "true", "HX-Target": "audit-list"})
    with CaptureQueriesContext(connection) as page:
        client.get("/w/demo/audit/")
    assert of_the_bar(fragment) == []
    # The stamps of changes come with the row that the bar, the alarms and the count of incidents are about.
    assert len(of_the_bar(page)) == 1


def of_the_bar(queries: CaptureQueriesContext) -> list[str]:
    """The queries that read a workspace with the stamps of changes, which only a page with the bar asks for."""
    texts = [query["sql"] for query in queries.captured_queries]
    return [text for text in texts if f'FROM "{Workspace._meta.db_table}"' in text and '"history_newest"' in text]


def test_who_is_not_signed_in_sees_nothing_of_the_connection(web: Web, workspace: Workspace) -> None:
    html = text(web(), "/nowhere/")
    assert workspace.name not in html.replace("IEXDG Outreach", "")
    assert "write mode" not in html


def test_a_page_that_is_not_there_leads_back(web: Web, workspace: Workspace) -> None:
    answer = web("viewer").get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


def test_a_refusal_says_who_lacks_what(web: Web, workspace: Workspace) -> None:
    answer = web("viewer").get("/w/demo/settings/team/")
    assert answer.status_code == 403
    html = answer.content.decode()
    assert "nothing was changed" in html
    assert "A viewer may not change settings." in html


def test_our_own_failure_needs_no_database() -> None:
    # No database mark here: any query would fail the test.
    answer = server_error(RequestFactory().get("/w/demo/"))
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_a_form_that_was_too_old_says_what_to_do() -> None:
    answer = csrf_failure(RequestFactory().post("/w/demo/"))
    assert answer.status_code == 403
    assert "reload the page, and send it again" in answer.content.decode()


def test_a_form_s_own_errors_do_not_repeat_the_page_s_messages() -> None:
    assert render_to_string("_messages.html", {"form_errors": [], "messages": ["done"]}).strip() == ""
    assert "wrong" in render_to_string("_messages.html", {"form_errors": ["wrong"], "messages": ["done"]})
    assert "done" not in render_to_string("_messages.html", {"form_errors": ["wrong"], "messages": ["done"]})
