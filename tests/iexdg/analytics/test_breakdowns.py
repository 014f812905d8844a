"""What figures break down into, each as far as it can be known."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, DailyStat
from iexdg.analytics.days import Days
from iexdg.analytics.filters import Filters, filters_of
from iexdg.analytics.models import ProviderCount
from iexdg.analytics.pages.breakdowns import BreakdownsPage, breakdowns_page, day_chart, weeks_page
from iexdg.analytics.pages.compare import Frame, frame_of
from iexdg.analytics.providers import count_providers
from iexdg.inbox.models import Kind, Message, Thread
from iexdg.mailboxes.models import Mailbox, MailboxDay
from iexdg.mailboxes.reading import read_days
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.mirror import mirror_campaign_leads
from leads.models import Import, ImportState, Lead, Receipt, Row, RowState
from tests.campaigns.factories import campaign as make_campaign
from tests.iexdg.analytics.conftest import LATELY, TODAY
from tests.leads.factories import checked_import

pytestmark = pytest.mark.django_db


def frame(workspace: Workspace, query: str = "", **more: Any) -> Frame:
    return frame_of(workspace, filters_of(QueryDict(query), TODAY, ["replied"]), TODAY)


def page(workspace: Workspace, query: str = "") -> BreakdownsPage:
    return breakdowns_page(workspace, frame(workspace, query), UTC)


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    return make_campaign(workspace)


def day(campaign: Campaign, at: date, **counts: int) -> None:
    DailyStat.objects.create(campaign=campaign, date=at, **counts)


def test_every_mailbox_is_what_instantly_answers(synced: list[Campaign], workspace: Workspace) -> None:
    read_days(workspace)
    found = {row.count.email: row for row in page(workspace).mailboxes}
    assert found
    theirs = client_for(workspace).accounts.daily(list(found), start=LATELY.first, end=LATELY.last)
    for email, row in found.items():
        mine = [one for one in theirs if one.email == email]
        assert row.count.sent == sum(one.sent or 0 for one in mine)
        assert row.count.bounced == sum(one.bounced or 0 for one in mine)


def test_days_of_mailboxes_outside_the_range_are_not_counted(one: Campaign, workspace: Workspace) -> None:
    box = Mailbox.objects.create(workspace=workspace, email="exec@peers.example.com")
    day(one, TODAY, sent=1)
    for back, sent in ((0, 100), (29, 20), (30, 7)):
        MailboxDay.objects.create(mailbox=box, day=TODAY - timedelta(days=back), sent=sent, bounced=6)
    (row,) = page(workspace).mailboxes
    assert (row.count.sent, row.bounce.part, row.bounce.whole) == (120, 12, 120)
    assert page(workspace).mailboxes_since is None
    assert page(workspace, f"days=90&campaign={one.pk}").mailboxes_since == TODAY - timedelta(days=30)


def test_people_are_counted_by_the_provider_that_instantly_names(synced: list[Campaign], workspace: Workspace) -> None:
    chosen = synced[0]
    mirror_campaign_leads(chosen)
    assert count_providers(workspace) == 1
    # Nothing has changed since, and a second worker does nothing.
    assert count_providers(workspace) == 0
    theirs: dict[int | None, int] = {}
    for lead in client_for(workspace).leads.list(chosen.remote_id):
        theirs[lead.provider_code] = theirs.get(lead.provider_code, 0) + 1
    assert {row.provider: row.people for row in ProviderCount.objects.filter(campaign=chosen)} == theirs
    assert sum(theirs.values()) > 0
    Lead.objects.filter(campaign=chosen).order_by("pk")[0].delete()
    assert count_providers(workspace) == 1


def test_a_provider_that_becomes_known_is_counted_again(one: Campaign, workspace: Workspace) -> None:
    lead = Lead.objects.create(
        workspace=workspace, campaign=one, remote_id="l1", email="ada@example.com", synced_at=timezone.now()
    )
    count_providers(workspace)
    assert ProviderCount.objects.get().provider is None
    Lead.objects.filter(pk=lead.pk).update(provider_code=1)
    Campaign.objects.filter(pk=one.pk).update(leads_mirrored_at=timezone.now() + timedelta(minutes=1))
    count_providers(workspace)
    assert ProviderCount.objects.get().provider == 1


def test_weekdays_add_up_and_divide_sums_by_sums(one: Campaign, workspace: Workspace) -> None:
    monday = date(2026, 11, 16)
    day(one, monday, sent=50, contacted=40, unique_replies=4)
    day(one, monday - timedelta(days=7), sent=30, contacted=20, unique_replies=5)
    day(one, monday + timedelta(days=1), sent=10, contacted=10, unique_replies=1)
    rows = page(workspace).weekdays
    assert (rows[0].label, rows[0].sent, rows[0].reply.ratio) == ("Monday", 80, 9 / 60)
    assert (rows[1].sent, rows[1].reply.ratio) == (10, None)
    assert rows[6].sent == 0


def reply(campaign: Campaign, at: datetime, *, lead: str, first: datetime | None = None, **fields: Any) -> Thread:
    thread = Thread.objects.create(
        workspace=campaign.workspace, remote_id=lead, campaign=campaign, lead=lead, received_at=at, **fields
    )
    now = timezone.now()
    Message.objects.create(
        thread=thread, remote_id="r", kind=Kind.RECEIVED, at=at, read_at=now, is_automatic=thread.is_automatic
    )
    if first:
        Message.objects.create(thread=thread, remote_id="s", kind=Kind.SENT, at=first, read_at=now)
        Thread.objects.filter(pk=thread.pk).update(complete_at=now)
    return thread


def test_replies_are_counted_by_hour_automatic_ones_apart(one: Campaign, workspace: Workspace) -> None:
    day(one, TODAY, sent=1)
    tuesday = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)
    reply(one, tuesday, lead="a@example.com")
    reply(one, tuesday, lead="b@example.com", is_automatic=True)
    reply(one, tuesday + timedelta(days=1), lead="c@example.com")
    reply(one, tuesday - timedelta(days=90), lead="d@example.com")
    found = page(workspace)
    assert (found.replies, found.hours[14].value, found.hours[15].value) == (2, 2, 0)
    assert page(workspace, "weekday=2").hours[14].value == 1


def test_a_week_of_first_emails_counts_who_replied_whenever(one: Campaign, workspace: Workspace) -> None:
    tuesday = datetime(2026, 11, 3, 12, tzinfo=UTC)
    day(one, tuesday.date(), sent=60, new_leads_contacted=60)
    day(one, TODAY, sent=70, new_leads_contacted=70)
    reply(one, datetime(2026, 11, 20, tzinfo=UTC), lead="a@example.com", first=tuesday, interest=1)
    reply(one, datetime(2026, 11, 20, tzinfo=UTC), lead="b@example.com")
    found = weeks_page(frame(workspace))
    assert [(row.begun, row.reply.part, row.positive.part) for row in found.rows] == [(70, 0, 0), (60, 1, 1)]
    assert found.unplaced == 1
    # Who is in no week yet may belong to the older one only.
    assert [row.is_open for row in found.rows] == [False, True]
    assert "from=2026-11-02&to=2026-11-08" in found.rows[1].url


def test_each_file_shows_who_of_its_people_bounced(
    one: Campaign, workspace: Workspace, member: Callable[..., Member]
) -> None:
    day(one, TODAY, sent=1)
    emails = [f"p{number}@firm.example.com" for number in range(60)]
    first = checked_import(one, emails, by=member("operator"))
    second = checked_import(one, ["q@firm.example.com"], by=member("operator"))
    receipt = Receipt.objects.create(workspace=workspace, email="p0@firm.example.com", asked_at=timezone.now())
    Row.objects.update(receipt=receipt)
    Row.objects.update(state=RowState.LOADED)
    Import.objects.update(state=ImportState.DONE)
    for number, status in ((0, -1), (1, -1), (2, -2), (3, 1)):
        Lead.objects.create(
            workspace=workspace, campaign=one, remote_id=f"l{number}", email=emails[number], status=status,
            synced_at=timezone.now(),
        )  # fmt: skip
    # The same address bounced in another campaign, which is not this file's.
    other = make_campaign(workspace, "05B")
    Lead.objects.create(
        workspace=workspace, campaign=other, remote_id="x", email=emails[4], status=-1, synced_at=timezone.now()
    )
    found = page(workspace, f"campaign={one.pk}&campaign={other.pk}").imports
    assert [(row.count.pk, row.count.loaded, row.count.bounced, row.count.unsubscribed) for row in found] == [
        (second.pk, 1, 0, 0),
        (first.pk, 60, 2, 1),
    ]
    assert found[1].bounce.ratio == 2 / 60


def test_many_days_are_drawn_as_weeks_and_each_bar_leads_to_its_days(one: Campaign, workspace: Workspace) -> None:
    day(one, date(2026, 11, 18), sent=10)
    by_day = day_chart(frame(workspace))
    assert (len(by_day.bars), by_day.is_by_week, [row.sent for row in by_day.rows]) == (30, False, [10])
    assert by_day.rows[0].url == "?from=2026-11-18&to=2026-11-18"
    by_week = day_chart(frame(workspace, "days=90"))
    assert (by_week.is_by_week, [row.days for row in by_week.rows]) == (
        True,
        [Days(date(2026, 11, 16), date(2026, 11, 22))],
    )
    assert sum(bar.value or 0 for bar in by_week.bars) == 10


def test_filters_survive_being_written_into_an_address() -> None:
    query = "campaign=7&campaign=9&days=7&metric=bounced&show=breakdowns&weekday=3"
    filters = filters_of(QueryDict(query), TODAY, ["replied", "bounced"])
    assert filters.query() == f"?{query}"
    assert isinstance(filters, Filters)


@pytest.mark.parametrize("part", ["breakdowns", "weeks"])
def test_the_page_is_shown_to_everyone(part: str, one: Campaign, web: Callable[..., Client]) -> None:
    day(one, TODAY, sent=10, new_leads_contacted=10)
    assert web("viewer").get(f"/w/demo/analytics/?show={part}").status_code == 200


def test_opens_by_weekday_are_of_the_campaigns_that_track_them(one: Campaign, workspace: Workspace) -> None:
    monday = date(2026, 11, 16)
    quiet = make_campaign(workspace, "05B", flags={"open_tracking": False})
    day(one, monday, sent=60, contacted=60, unique_opened=30)
    day(quiet, monday, sent=60, contacted=60)
    found = page(workspace)
    assert (found.weekdays[0].open.part, found.weekdays[0].open.whole, found.untracked) == (30, 60, 1)
    assert page(workspace, f"campaign={quiet.pk}").weekdays[0].open.is_untracked
