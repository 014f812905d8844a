import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import DRIFT, FLIP
from iexdg.incidents.models import Incident, IncidentState, Notification, NotificationPreference
from iexdg.incidents.record import acknowledge_incident, open_incident, resolve_incident
from iexdg.incidents.subject import Subject
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace

Web = Callable[..., Client]
People = Callable[..., Member]


@pytest.fixture
def three(workspace: Workspace, member: People) -> list[Incident]:
    """A resolved flip, an acknowledged drift of 05B and an open flip of 05A."""
    made = [
        open_incident(workspace, kind, dedupe_key=name, summary=f"{name} {kind}", about=Subject(ref, name, ""))
        for ref, (name, kind) in enumerate([("05C", FLIP), ("05B", DRIFT), ("05A", FLIP)], start=1)
    ]
    first, second, third = (incident for incident, _ in made)
    resolve_incident(first, by=member("operator"))
    acknowledge_incident(second, by=member("operator"))
    return [first, second, third]


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def command(*args: str) -> str:
    out = io.StringIO()
    call_command("incidents", *args, stdout=out)
    return out.getvalue()


def test_what_is_not_resolved_stands_first(three: list[Incident], web: Web) -> None:
    html = text(web("viewer"), "/w/demo/incidents/")
    places = [html.index(f">{words}</a>") for words in ("05A flip", "05B drift", "05C flip")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=open", {"05A flip"}),
        ("?kind=flip", {"05A flip", "05C flip"}),
        ("?campaign=2", {"05B drift"}),
        ("?state=resolved&kind=drift", set()),
        ("?state=nonsense&campaign=x", {"05A flip", "05B drift", "05C flip"}),
    ],
)
def test_filters_are_in_the_address(query: str, shown: set[str], three: list[Incident], web: Web) -> None:
    html = text(web("viewer"), f"/w/demo/incidents/{query}")
    assert {words for words in ("05A flip", "05B drift", "05C flip") if f">{words}</a>" in html} == shown


def test_a_filter_is_a_chip_that_removes_itself(three: list[Incident], web: Web) -> None:
    html = text(web("viewer"), "/w/demo/incidents/?state=open&campaign=3")
    assert 'class="chip" href="/w/demo/incidents/?campaign=3">open' in html
    assert 'class="chip" href="/w/demo/incidents/?state=open">05A' in html


def test_the_csv_holds_what_fits(three: list[Incident], web: Web) -> None:
    answer = web("viewer").get("/w/demo/incidents.csv?kind=flip")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["campaign"], row["state"]) for row in rows] == [("05A", "open"), ("05C", "resolved")]


def test_the_navigation_counts_what_is_not_resolved(three: list[Incident], web: Web) -> None:
    html = text(web("viewer"), "/w/demo/audit/")
    assert '<span class="count" title="not resolved">2<span' in html


def test_an_incident_shows_what_happened_what_to_do_and_who_was_notified(
    workspace: Workspace, web: Web, member: People, settings: Any
) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    member("approver")
    details = {"seconds_to_pause": 4.5, "sent_meanwhile": None}
    incident, _ = open_incident(workspace, FLIP, dedupe_key="x", summary="05A flipped", details=details)
    html = text(web("operator"), f"/w/demo/incidents/{incident.pk}/")
    for words in (
        "4.5 s",
        "unknown",
        "Press Resume to load the rows that are held, then request the go-live",
        "/w/demo/runbook/#flip",
        "Approver Person",
        "on its way",
    ):
        assert words in html, words
    for button in ("Take", "Acknowledge", "Resolve", "Hand over"):
        assert f"{button}</button>" in html, button


def test_who_may_not_close_sees_no_buttons(three: list[Incident], web: Web) -> None:
    html = text(web("viewer"), f"/w/demo/incidents/{three[2].pk}/")
    for button in ("Take", "Acknowledge", "Resolve", "Hand over"):
        assert f"{button}</button>" not in html, button


def test_an_incident_without_notifications_says_why(three: list[Incident], web: Web) -> None:
    assert "e-mail and webhook are off" in text(web("viewer"), f"/w/demo/incidents/{three[2].pk}/")


def test_taking_and_handing_over_on_the_page(three: list[Incident], web: Web, member: People) -> None:
    here = f"/w/demo/incidents/{three[2].pk}/"
    taken = web("operator").post(f"{here}take/", follow=True).content.decode()
    assert "Taken: 05A flip" in taken
    assert "owned by Operator Person" in taken
    web("operator").post(f"{here}assign/", {"owner": member("approver").pk})
    assert Incident.objects.get(pk=three[2].pk).owner == member("approver")


def test_a_viewer_cannot_become_the_owner(three: list[Incident], web: Web, member: People) -> None:
    answer = web("operator").post(f"/w/demo/incidents/{three[2].pk}/assign/", {"owner": member("viewer").pk})
    assert answer.status_code == 403
    assert Incident.objects.get(pk=three[2].pk).owner is None


def test_resolving_on_the_page_stays_there(three: list[Incident], web: Web) -> None:
    here = f"/w/demo/incidents/{three[2].pk}/"
    answer = web("operator").post(f"{here}resolve/", {"note": "Done", "next": "incident"})
    assert answer["Location"] == here
    assert Incident.objects.get(pk=three[2].pk).state == IncidentState.RESOLVED


def test_a_note_that_is_too_long_is_refused_and_kept(three: list[Incident], web: Web) -> None:
    answer = web("operator").post(f"/w/demo/incidents/{three[2].pk}/resolve/", {"note": "x" * 2001})
    assert answer.status_code == 422
    assert "x" * 2001 in answer.content.decode()
    assert Incident.objects.get(pk=three[2].pk).state == IncidentState.OPEN


def test_everybody_chooses_for_themselves(web: Web, workspace: Workspace, member: People) -> None:
    client = web("operator")
    client.post("/w/demo/settings/notifications/", {"email-drift": "on", "webhook-flip": "on"})
    chosen = NotificationPreference.objects.filter(member=member("operator"))
    assert {row.kind for row in chosen if row.email} == {"drift"}
    assert {row.kind for row in chosen if row.webhook} == {"flip"}
    html = text(client, "/w/demo/settings/notifications/")
    assert 'name="email-drift" checked' in html
    assert 'name="email-flip" checked' not in html


def test_the_page_says_that_a_channel_is_off_and_shows_no_address(
    web: Web, workspace: Workspace, settings: Any
) -> None:
    html = text(web("viewer"), "/w/demo/settings/notifications/")
    assert "E-mail is off" in html
    assert "The webhook is off" in html
    settings.NOTIFY_WEBHOOK_URL = "https://hooks.example.com/not-for-eyes"
    html = text(web("admin"), "/w/demo/settings/notifications/")
    assert "The webhook is off" not in html
    assert "not-for-eyes" not in html


def test_a_test_is_put_on_its_way_and_shown(web: Web, workspace: Workspace, settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"
    client = web("viewer")
    html = client.post("/w/demo/settings/notifications/test/", follow=True).content.decode()
    assert "A test is on its way" in html
    assert 'hx-trigger="every 2s, page-visible from:body"' in html
    sent = Notification.objects.get()
    assert sent.member == Member.objects.get(role="viewer")

    poll = f"/w/demo/settings/notifications/?seen={sent.pk}-due-0"
    assert poll in html
    assert client.get(poll, headers={"HX-Request": "true"}).status_code == 204
    Notification.objects.update(state="sent", attempts=1)
    assert client.get(poll, headers={"HX-Request": "true"}).status_code == 200


def test_a_test_without_any_channel_says_what_to_set(web: Web, workspace: Workspace) -> None:
    html = web("viewer").post("/w/demo/settings/notifications/test/", follow=True).content.decode()
    assert "EMAIL_HOST or NOTIFY_WEBHOOK_URL" in html
    assert not Notification.objects.exists()


def test_the_command_lists_what_is_not_resolved(three: list[Incident]) -> None:
    found = json.loads(command("--json"))["incidents"]
    assert [one["campaign"] for one in found] == ["05B", "05A"]
    assert found[1] == {
        "id": three[2].pk,
        "kind": "flip",
        "campaign": "05A",
        "state": "open",
        "opened_at": three[2].opened_at.isoformat(),
        "resolved_at": None,
        "summary": "05A flip",
        "details": {},
    }


def test_the_command_lists_everything_on_demand(three: list[Incident]) -> None:
    found = json.loads(command("--all", "--json"))["incidents"]
    assert [(one["campaign"], one["resolved_at"] is None) for one in found] == [
        ("05A", True),
        ("05B", True),
        ("05C", False),
    ]


def test_the_command_says_when_there_is_nothing(workspace: Workspace) -> None:
    assert command() == "Nothing needs attention.\n"


def test_messages_that_cannot_be_delivered_are_shown_in_red(three: list[Incident], web: Web, member: People) -> None:
    now = timezone.now()
    row = Notification.objects.create(
        incident=three[2],
        member=member("admin"),
        channel="email",
        created_at=now,
        next_try_at=now,
        attempts=1,
        error="No",
    )
    assert "Messages cannot be delivered" not in text(web("viewer"), "/w/demo/incidents/")
    Notification.objects.filter(pk=row.pk).update(attempts=2)
    assert "Messages cannot be delivered by e-mail: No" in text(web("viewer"), "/w/demo/incidents/")
    Notification.objects.filter(pk=row.pk).update(state="sent")
    assert "Messages cannot be delivered" not in text(web("viewer"), "/w/demo/incidents/")


def test_the_number_of_queries_does_not_grow_with_the_list(
    workspace: Workspace, web: Web, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        open_incident(workspace, FLIP, dedupe_key=f"{number}", summary=f"No. {number}", about=Subject(number, "", ""))
    client = web("viewer")
    client.get("/w/demo/")
    with django_assert_max_num_queries(10):
        client.get("/w/demo/incidents/")
