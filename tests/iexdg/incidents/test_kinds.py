"""Each app declares its own kinds of incidents; a row of a kind that is no longer declared is still shown."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from campaigns.incident_kinds import FLIP
from iexdg.golive.incident_kinds import BREAK_GLASS
from iexdg.incidents import kinds
from iexdg.incidents.kinds import IncidentKind, NextStep, declare, declared_kinds, kind_of
from iexdg.incidents.models import Incident, Notification, NotificationPreference
from iexdg.incidents.notifications import choices_of
from iexdg.incidents.record import open_incident, reopen_incident, resolve_incident
from iexdg.incidents.wording import email_text, slack_text
from iexdg.team.models import Member
from iexdg.team.roles import Role
from iexdg.ui.addresses import page_url
from iexdg.workspaces.models import Workspace

Web = Callable[..., Client]
INVENTED = IncidentKind(
    "invented",
    label="something was invented",
    tone="warn",
    next_step=NextStep("Look at the invention."),
    runbook="Somebody invented something.",
    needs_note="Say what it was.",
    notified=frozenset({Role.VIEWER}),
    always_email="nobody else knows",
)


@pytest.fixture
def invented(monkeypatch: pytest.MonkeyPatch) -> Iterator[IncidentKind]:
    """A kind that some app has just declared, in one place."""
    monkeypatch.setattr(kinds, "_declared", dict(kinds._declared))
    return declare(INVENTED)


@pytest.fixture
def old(workspace: Workspace) -> Incident:
    """A row of a kind that was declared once."""
    return Incident.objects.create(
        workspace=workspace, kind="left_behind", dedupe_key="x", summary="It was left", opened_at=timezone.now()
    )


def test_every_process_knows_the_kinds_of_every_app_from_its_start() -> None:
    # In a process of its own: here the tests have imported the declarations already.
    code = "import django; django.setup(); from iexdg.incidents.kinds import declared_kinds as k; print(*k())"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [kind.code for kind in declared_kinds()]
    assert {"flip", "unreconciled", "go_live_failed"} <= set(run.stdout.split())


@pytest.mark.parametrize("kind", declared_kinds(), ids=str)
def test_every_declaration_is_complete(kind: IncidentKind) -> None:
    assert 0 < len(kind.code) <= 32
    assert kind.code.isidentifier()
    assert kind.label == kind.label.strip(" .")
    assert kind.next_step.text.endswith(".")
    assert kind.runbook.endswith(".")
    assert "\n" not in kind.runbook
    assert kind.notified


@pytest.mark.parametrize("kind", [kind for kind in declared_kinds() if kind.next_step.page], ids=str)
def test_every_page_that_a_declaration_names_is_offered_by_an_app(kind: IncidentKind) -> None:
    page = kind.next_step.page
    assert page_url(page, *([] if page in {"kill_switch", "readiness", "webhooks", "crm", "crm-ledger"} else [7])) != ""


def test_what_no_note_closes_asks_for_none_and_leads_somewhere() -> None:
    assert [kind.code for kind in declared_kinds() if kind.closes_itself and kind.needs_note] == []
    assert [kind.code for kind in declared_kinds() if kind.next_step.link and not kind.closes_itself] == []


def test_a_code_is_declared_once(invented: IncidentKind) -> None:
    assert declare(invented) is invented
    with pytest.raises(ValueError, match="'invented' is declared twice"):
        declare(IncidentKind("invented", "other words", "bad", NextStep("Look."), "Other."))
    assert kind_of("invented") is invented


def test_a_query_that_is_handed_a_kind_finds_its_rows(workspace: Workspace) -> None:
    incident, _ = open_incident(workspace, FLIP, dedupe_key="x", summary="It flipped")
    assert list(Incident.objects.filter(kind=FLIP)) == [incident]
    assert list(Incident.objects.filter(kind__in=[FLIP])) == [incident]


def test_one_declaration_is_enough_for_every_screen_and_message(
    invented: IncidentKind,
    workspace: Workspace,
    web: Web,
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "EMAIL_HOST", "mail.example.com")
    viewer = member("viewer")
    incident, _ = open_incident(workspace, invented, dedupe_key="x", summary="It was made up")
    assert [row.member for row in Notification.objects.all()] == [viewer]
    page = web("operator").get(f"/w/demo/incidents/{incident.pk}/").content.decode()
    assert "Something was invented" in page
    assert "Look at the invention." in page
    assert '<option value="invented"' in web("viewer").get("/w/demo/incidents/").content.decode()
    assert (
        "(always by e-mail: nobody else knows)" in web("viewer").get("/w/demo/settings/notifications/").content.decode()
    )
    assert "What to do: Look at the invention." in email_text([incident], "https://example.com")


def test_a_kind_that_needs_a_note_is_not_resolved_without_one(workspace: Workspace, web: Web) -> None:
    incident, _ = open_incident(workspace, BREAK_GLASS, dedupe_key="x", summary="Approved alone")
    refused = web("operator").post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": " "})
    assert refused.status_code == 422
    assert BREAK_GLASS.needs_note in refused.content.decode()
    web("operator").post(f"/w/demo/incidents/{incident.pk}/resolve/", {"note": "It was right."})
    incident.refresh_from_db()
    assert incident.state == "resolved"


def test_a_row_of_an_undeclared_kind_is_shown_by_its_code(old: Incident, web: Web) -> None:
    viewer = web("viewer")
    for address in ("/w/demo/incidents/", f"/w/demo/incidents/{old.pk}/", "/w/demo/incidents/?kind=left_behind"):
        html = viewer.get(address).content.decode()
        assert "It was left" in html
        assert "eft_behind" in html
    assert "Review incident" in viewer.get("/w/demo/").content.decode()
    assert b"left_behind" in b"".join(viewer.get("/w/demo/incidents.csv").streaming_content)  # type: ignore[attr-defined]
    out = io.StringIO()
    call_command("incidents", "--json", stdout=out)
    assert '"kind": "left_behind"' in out.getvalue()


def test_a_row_of_an_undeclared_kind_is_notified_and_resolved_like_any_other(
    old: Incident, member: Callable[..., Member]
) -> None:
    assert "left_behind" in email_text([old], "https://example.com")
    assert "close the incident with a note" in slack_text([old], "https://example.com")
    assert resolve_incident(old, by=member("operator"), note="ApprovalScope at")
    assert reopen_incident(old, by=member("operator"))


def test_a_choice_about_an_undeclared_kind_is_left_alone(member: Callable[..., Member]) -> None:
    viewer = member("viewer")
    NotificationPreference.objects.create(member=viewer, kind="left_behind", email=True, webhook=True)
    assert [choice.kind for choice in choices_of(viewer)] == list(declared_kinds())
