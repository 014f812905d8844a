"""The weekly report: opted into, planned once for a week, sent once, and never twice after a crash."""

import smtplib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from campaigns.models import Campaign, DailyStat
from iexdg.analytics import weekly
from iexdg.analytics.models import RangeReading, WeeklyChoice, WeeklyReport, WeeklyState
from iexdg.analytics.reading import read_wanted
from iexdg.analytics.weekly import choose, plan_reports, send_reports
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import UnknownWorkspaceError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as make_campaign
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
LATER = MONDAY + timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.EMAIL_HOST = "mail.example.com"


@pytest.fixture
def ada(workspace: Workspace, member: Callable[..., Member]) -> Member:
    """A viewer who opted in the week before."""
    ada = member("viewer")
    choose(ada, workspace, wants=True)
    WeeklyChoice.objects.update(chosen_at=MONDAY - timedelta(days=3))
    return ada


@pytest.fixture
def figures(workspace: Workspace) -> Campaign:
    """A campaign that sent last week, with its figures read this Monday."""
    campaign = make_campaign(workspace)
    DailyStat.objects.create(campaign=campaign, date=date(2026, 11, 18), sent=120)
    for first, sent in ((date(2026, 11, 16), 120), (date(2026, 11, 9), 100)):
        RangeReading.objects.create(
            workspace=workspace, campaign=campaign, first=first, last=first + timedelta(days=6), wanted_at=LATER,
            try_at=LATER + timedelta(hours=9), read_at=LATER, sent=sent, contacted=100, replied=9, bounced=2,
        )  # fmt: skip
    return campaign


def test_nobody_gets_it_who_did_not_choose_it(workspace: Workspace, member: Callable[..., Member]) -> None:
    member("viewer")
    assert plan_reports(workspace, LATER) == 0


def test_a_report_is_planned_and_sent_once_however_often_the_task_runs(
    workspace: Workspace, ada: Member, figures: Campaign
) -> None:
    assert [plan_reports(workspace, LATER), plan_reports(workspace, LATER)] == [1, 0]
    assert [send_reports(workspace, LATER), send_reports(workspace, LATER)] == [1, 0]
    (message,) = mail.outbox
    unsubscribe = message.extra_headers["List-Unsubscribe"]
    assert unsubscribe == "<http://127.0.0.1:8000/w/demo/settings/weekly-report/>"
    assert unsubscribe.strip("<>") in message.body
    assert message.to == [ada.email]
    assert message.subject == f"Weekly report: {workspace.name}, 16 Nov – 22 Nov"
    assert "120 e-mails to 100 people" in message.body
    assert "05A Executive-Peer: sent 120" in message.body
    assert "/w/demo/analytics/report/?campaign=" in message.body
    assert "from=2026-11-16&to=2026-11-22" in message.body
    row = WeeklyReport.objects.get()
    assert (row.state, row.week) == (WeeklyState.SENT, date(2026, 11, 16))


@pytest.mark.parametrize(
    "now",
    [MONDAY - timedelta(minutes=1), MONDAY + timedelta(days=2, minutes=1), MONDAY + timedelta(days=5)],
)
def test_nothing_is_planned_before_monday_morning_or_days_later(
    now: datetime, workspace: Workspace, ada: Member
) -> None:
    assert plan_reports(workspace, now) == 0


def test_without_a_mail_server_nothing_is_planned(workspace: Workspace, ada: Member, settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert plan_reports(workspace, LATER) == 0


def test_who_opts_in_later_waits_for_the_next_week(workspace: Workspace, ada: Member) -> None:
    WeeklyChoice.objects.update(chosen_at=MONDAY + timedelta(minutes=1))
    assert plan_reports(workspace, LATER) == 0
    assert plan_reports(workspace, LATER + timedelta(days=7)) == 1


def test_it_waits_for_figures_that_were_read_after_the_week_and_says_unknown_in_the_end(
    workspace: Workspace, ada: Member, figures: Campaign
) -> None:
    RangeReading.objects.filter(sent=120).update(read_at=MONDAY - timedelta(hours=20))
    plan_reports(workspace, LATER)
    assert send_reports(workspace, LATER) == 0
    RangeReading.objects.update(read_at=None, sent=None, contacted=None)
    assert send_reports(workspace, LATER + weekly.WAITS_FOR_FIGURES) == 1
    assert "unknown e-mails to unknown people" in mail.outbox[0].body
    assert "Not known: the figures of 05A Executive-Peer." in mail.outbox[0].body


def test_what_is_missing_is_read_by_the_worker(workspace: Workspace, ada: Member, synced: list[Campaign]) -> None:
    plan_reports(workspace, LATER)
    send_reports(workspace, LATER)
    assert RangeReading.objects.filter(workspace=workspace, first=date(2026, 11, 16)).exists()
    read_wanted(workspace)
    assert send_reports(workspace, LATER + timedelta(minutes=5)) == 1
    assert "unknown" not in mail.outbox[0].body


def test_a_worker_that_crashed_while_sending_leaves_it_unknown_and_it_is_not_sent_again(
    workspace: Workspace, ada: Member, figures: Campaign
) -> None:
    plan_reports(workspace, LATER)
    WeeklyReport.objects.update(state=WeeklyState.SENDING, try_at=LATER)
    assert send_reports(workspace, LATER + timedelta(minutes=6)) == 0
    assert WeeklyReport.objects.get().state == WeeklyState.UNKNOWN
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (smtplib.SMTPDataError(451, b"later"), WeeklyState.DUE),
        (smtplib.SMTPServerDisconnected("gone"), WeeklyState.UNKNOWN),
        (TimeoutError(), WeeklyState.UNKNOWN),
    ],
)
def test_only_what_certainly_did_not_leave_is_tried_again(
    error: Exception, state: str, workspace: Workspace, ada: Member, figures: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Any) -> None:
        raise error

    plan_reports(workspace, LATER)
    monkeypatch.setattr(weekly.EmailMessage, "send", fail)
    send_reports(workspace, LATER)
    assert WeeklyReport.objects.get().state == state
    monkeypatch.undo()
    weekly.settings.EMAIL_HOST = "mail.example.com"
    again = send_reports(workspace, LATER + timedelta(minutes=20))
    assert again == (1 if state == WeeklyState.DUE else 0)


def test_who_left_or_changed_their_mind_gets_nothing(workspace: Workspace, ada: Member, figures: Campaign) -> None:
    plan_reports(workspace, LATER)
    choose(ada, workspace, wants=False)
    send_reports(workspace, LATER)
    assert (WeeklyReport.objects.get().state, mail.outbox) == (WeeklyState.FAILED, [])


@pytest.mark.parametrize("lost", [{"role": ""}, {"is_active": False}])
def test_who_may_no_longer_read_the_workspace_gets_nothing(
    lost: dict[str, Any], workspace: Workspace, ada: Member, figures: Campaign
) -> None:
    plan_reports(workspace, LATER)
    Member.objects.filter(pk=ada.pk).update(**lost)
    send_reports(workspace, LATER)
    assert (WeeklyReport.objects.get().state, mail.outbox) == (WeeklyState.FAILED, [])


def test_a_workspace_without_a_role_cannot_be_chosen(member: Callable[..., Member]) -> None:
    ada = member("viewer")
    Member.objects.filter(pk=ada.pk).update(role="")
    with pytest.raises(UnknownWorkspaceError):
        choose(Member.objects.get(pk=ada.pk), other_workspace(), wants=True)
    assert not WeeklyChoice.objects.exists()


def test_the_settings_turn_it_on_and_off_and_both_are_recorded(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    client = web("viewer")
    assert "Send me the weekly report" in client.get("/w/demo/settings/weekly-report/").content.decode()
    client.post("/w/demo/settings/weekly-report/", {"weekly": "on"})
    assert WeeklyChoice.objects.count() == 1
    page = client.get("/w/demo/settings/weekly-report/").content.decode()
    assert "Turn it off" in page
    client.post("/w/demo/settings/weekly-report/", {})
    assert not WeeklyChoice.objects.exists()
    assert AuditEvent.objects.filter(action="analytics:weekly:chosen").count() == 2


def test_the_report_shows_all_parts_and_says_what_it_came_to(read: list[Campaign], web: Callable[..., Client]) -> None:
    html = web("viewer").get("/w/demo/analytics/report/").content.decode()
    for heading in ("Summary", "Campaigns", "Sent by day", "By mailbox", "By week of the first e-mail", "By import"):
        assert f">{heading}</h2>" in html
    assert "replied" in html
