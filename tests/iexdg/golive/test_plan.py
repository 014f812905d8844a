"""What an approval means in figures: who it covers, what is loaded first, how many a day."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, GoLiveStage
from iexdg.golive.audience import audience_of, people_facts
from iexdg.golive.plan import Consequences, People, consequences_of, outlook_of
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Import, ImportState, LoadPolicy, Receipt, RowState, Verdict
from tests.campaigns.factories import approval, campaign
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db
MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    """Two people are in it; three more are held here."""
    one = campaign(workspace, leads_count=2, senders=["a@peers.example.com", "b@peers.example.com"])
    hold(checked_import(one, people(3)))
    return one


def hold(imported: Import) -> None:
    """Verify every row and leave the import held."""
    now = timezone.now()
    for row in imported.rows.all():
        row.receipt = Receipt.objects.create(
            workspace=imported.workspace,
            email=row.email,
            verdict=Verdict.VERIFIED,
            catch_all=CatchAll.NO,
            asked_at=now,
            answered_at=now,
        )
        row.state = RowState.VERIFIED
        row.save()
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)


def of(one: Campaign, approved: Approval | None = None, now: datetime = MONDAY_NOON) -> Consequences:
    audience = audience_of(one, people_facts(one))
    return consequences_of(one, audience, outlook_of(one, audience, now), approved, now)


def approved(one: Campaign, member: Callable[..., Member], stage: GoLiveStage) -> Approval:
    asked, decided = member("operator"), member("approver")
    return approval(one, by=asked, state=ApprovalState.APPROVED, decided_by=decided, stage=stage, audience_cap=4)


def test_before_it_is_approved_everyone_counts_and_what_is_held_is_loaded_first(one: Campaign) -> None:
    files = (("leads.csv", 3),)
    assert of(one).people == People(covered=5, held=3, later=0, uncovered=0, fresh=5, files=files)


def test_a_request_that_waits_still_counts_who_is_there(one: Campaign, member: Callable[..., Member]) -> None:
    assert of(one, approval(one, by=member("operator"), audience_cap=4)).people.covered == 5


def test_while_it_is_carried_out_the_approved_number_holds(one: Campaign, member: Callable[..., Member]) -> None:
    found = of(one, approved(one, member, GoLiveStage.LOADING)).people
    assert (found.covered, found.held, found.uncovered, len(found.files)) == (4, 3, 0, 1)


def test_what_is_held_once_it_is_live_is_not_covered(one: Campaign, member: Callable[..., Member]) -> None:
    found = of(one, approved(one, member, GoLiveStage.LIVE)).people
    assert (found.covered, found.held, found.uncovered, found.files) == (4, 0, 3, ())


def test_a_canary_leaves_the_rest_for_later(one: Campaign) -> None:
    Import.objects.update(policy=LoadPolicy.CANARY, canary_rows=1, canary_hours=24, canary_sends=1)
    found = of(one).people
    assert (found.covered, found.held, found.later, found.fresh) == (5, 1, 2, 3)
    assert found.files == (("leads.csv", 1),)


def test_a_day_carries_what_cap_and_senders_allow(one: Campaign) -> None:
    found = of(one)
    assert (found.capacity.per_day, [load.share for load in found.capacity.loads]) == (20, [10, 10])
    assert (found.hours.is_open, found.hours.last, found.plan.days[0].emails) == (True, None, 5)


def test_without_a_cap_nothing_is_known_of_a_day(one: Campaign) -> None:
    one.daily_limit = None
    found = of(one)
    assert (found.capacity.per_day, found.capacity.today, found.plan.days) == (None, None, ())


def test_without_a_window_ahead_there_are_no_hours(one: Campaign) -> None:
    one.schedule = one.schedule | {"end_date": (MONDAY_NOON - timedelta(days=9)).date().isoformat()}
    found = of(one)
    assert (found.hours.first, found.hours.is_open, found.capacity.today) == (None, False, 0)
