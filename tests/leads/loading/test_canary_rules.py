"""Every branch of the canary release: what each count, hour and reading decides, and what releases the rest."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads.loading import canary
from leads.loading.canary import (
    CanaryPlan,
    CanaryVerdict,
    canaries,
    canary_capacity,
    canary_capacity_given,
    canary_status,
    holds_remaining_rows,
    is_canary,
    release_passed,
    sync_canary_incidents,
)
from leads.models import Import, ImportState, Lead, LeadStatus, LoadPolicy, Row, RowState
from tests.campaigns.factories import approval
from tests.leads.factories import people
from tests.leads.loading.ready import verified
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
LOADING, WAITING, WATCHING, BOUNCED, PASSED = CanaryVerdict


@pytest.fixture
def imported(campaign: Campaign) -> Import:
    """Five people: three are out, of whom nobody was written to, and two wait here."""
    return with_canary(campaign, 5, out=3)


def with_canary(campaign: Campaign, count: int, *, out: int, **fields: Any) -> Import:
    """An import whose first three people are a canary; two e-mails and 24 hours release the rest."""
    plan = {"canary_rows": 3, "canary_hours": 24, "canary_sends": 2}
    made = verified(campaign, count, **{"policy": LoadPolicy.CANARY, "state": ImportState.VERIFIED, **plan, **fields})
    emails = people(count)[:out]
    Row.objects.filter(imported=made, email__in=emails).update(state=RowState.LOADED)
    now = timezone.now()
    Lead.objects.bulk_create(
        Lead(
            workspace=campaign.workspace,
            campaign=campaign,
            email=email,
            remote_id=f"id-{email}",
            status=LeadStatus.ACTIVE,
            synced_at=now,
        )
        for email in emails
    )
    return again(made)


def again(imported: Import) -> Import:
    return Import.objects.select_related("campaign__workspace", "workspace").get(pk=imported.pk)


def live(campaign: Campaign, member: MemberOf, *, hours_ago: float = 25, **fields: Any) -> Approval:
    """The campaign went live so long ago; its people were read just now."""
    now = timezone.now()
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=CampaignStatus.ACTIVE, leads_mirrored_at=now)
    made: dict[str, Any] = {
        "state": ApprovalState.APPROVED,
        "stage": GoLiveStage.LIVE,
        "live_at": now - timedelta(hours=hours_ago),
        "decided_by": member("approver"),
    }
    return approval(campaign, by=member("operator"), **{**made, **fields})


def written_to(count: int, **fields: Any) -> None:
    Lead.objects.filter(email__in=people(count)).update(last_contact_at=timezone.now(), **fields)


def verdict(imported: Import) -> CanaryVerdict:
    return canary_status(again(imported)).verdict


def test_the_plan_that_is_offered_is_ten_people_ten_e_mails_and_a_day() -> None:
    assert CanaryPlan() == CanaryPlan(rows=10, hours=24, sends=10, asks=False)


# -- who is held -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "is_one"),
    [
        ({}, True),
        ({"policy": LoadPolicy.NOW}, False),
        ({"policy": LoadPolicy.HOLD}, False),
        ({"canary_released_at": timezone.now()}, False),
    ],
)
def test_a_canary_limits_until_it_is_released(campaign: Campaign, fields: dict[str, Any], is_one: bool) -> None:
    one = with_canary(campaign, 5, out=3, **fields)
    assert is_canary(one) == is_one
    assert canary_capacity(one) == (0 if is_one else None)
    assert canary_capacity_given(one, {RowState.LOADED: 99}) == (0 if is_one else None)
    assert holds_remaining_rows(one) == is_one
    assert list(canaries()) == ([one] if is_one else [])


@pytest.mark.parametrize(
    ("states", "capacity"),
    [
        ([], 3),
        ([RowState.LOADED], 2),
        # Being sent, or unknown: they may be there.
        ([RowState.LOADED, RowState.LOADING], 1),
        ([RowState.LOADED, RowState.LOADING, RowState.UNKNOWN], 0),
        ([RowState.LOADED] * 4, 0),
        ([RowState.LOAD_FAILED, RowState.LOAD_FAILED], 3),
    ],
)
def test_everybody_who_is_out_or_may_be_counts(campaign: Campaign, states: list[RowState], capacity: int) -> None:
    one, other = with_canary(campaign, 5, out=0), with_canary(campaign, 0, out=0)
    for email, state in zip(people(5), states, strict=False):
        Row.objects.filter(imported=one, email=email).update(state=state)
    assert canary_capacity(one) == capacity
    assert canary_capacity_given(one, Counter(states)) == capacity
    assert canary_capacity(other) == 3
    assert holds_remaining_rows(one) == (capacity == 0)


def test_the_rest_is_held_only_where_the_import_is_held(campaign: Campaign) -> None:
    one = with_canary(campaign, 5, out=3, state=ImportState.LOADING)
    assert not holds_remaining_rows(one)
    assert list(canaries()) == []


def test_a_canary_of_a_workspace_that_is_not_connected_is_left_alone(imported: Import) -> None:
    Import.objects.update(workspace=other_workspace())
    assert list(canaries()) == []


# -- the verdict -------------------------------------------------------------------------------------


def test_while_the_first_people_are_loaded_nothing_is_judged(campaign: Campaign, member: MemberOf) -> None:
    live(campaign, member)
    one = with_canary(campaign, 5, out=2, state=ImportState.LOADING)
    status = canary_status(one)
    assert (status.verdict, status.rest, status.read_at) == (LOADING, 3, None)
    assert status.words == "The first 3 people are being loaded."
    # Held with people still to come: a flip stopped it, and what is out can be judged.
    Import.objects.update(state=ImportState.VERIFIED)
    assert verdict(one) == WATCHING
    # All of them are out: judged although the import itself still loads.
    Row.objects.filter(imported=one).update(state=RowState.LOADED)
    Import.objects.update(state=ImportState.LOADING)
    assert verdict(one) != LOADING


def test_before_the_go_live_it_waits(imported: Import) -> None:
    status = canary_status(imported)
    assert (status.verdict, status.rest, status.read_at) == (WAITING, 2, None)
    assert status.words == "The other 2 wait until the campaign is live and the first 3 were written to."


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, PASSED),
        ({"state": ApprovalState.VOID}, WAITING),
        ({"stage": GoLiveStage.ACTIVATING}, WAITING),
        ({"live_at": None}, WAITING),
    ],
)
def test_only_a_live_approval_starts_the_clock(
    imported: Import, campaign: Campaign, member: MemberOf, fields: dict[str, Any], expected: CanaryVerdict
) -> None:
    live(campaign, member, **fields)
    written_to(2)
    assert verdict(imported) == expected


@pytest.mark.parametrize("status", [status for status in CampaignStatus if status not in {1, 4}])
def test_a_campaign_that_does_not_send_keeps_the_rest_waiting(
    imported: Import, campaign: Campaign, member: MemberOf, status: int
) -> None:
    live(campaign, member)
    written_to(2)
    Campaign.objects.update(remote_status=status)
    assert verdict(imported) == WAITING


@pytest.mark.parametrize(
    ("hours_ago", "count", "read_ago", "expected"),
    [
        (25, 2, 0, PASSED),
        (25, 3, 0, PASSED),
        (25, 1, 0, WATCHING),
        (23, 3, 0, WATCHING),
        # The list of people was read before the deadline, or never: it says nothing about the last hours.
        (25, 3, 2, WATCHING),
        (25, 3, 0.5, PASSED),
        (25, 3, None, WATCHING),
    ],
)
def test_hours_e_mails_and_a_reading_after_the_deadline_are_all_needed(
    imported: Import,
    campaign: Campaign,
    member: MemberOf,
    hours_ago: float,
    count: int,
    read_ago: float | None,
    expected: CanaryVerdict,
) -> None:
    live(campaign, member, hours_ago=hours_ago)
    written_to(count)
    read_at = None if read_ago is None else timezone.now() - timedelta(hours=read_ago)
    Campaign.objects.update(leads_mirrored_at=read_at)
    status = canary_status(again(imported))
    assert (status.verdict, status.rest, status.read_at) == (expected, 2, read_at)
    if expected == WATCHING:
        assert status.words == (
            f"{count} of 2 first e-mails without a bounce; the other 2 wait at least 24 h after the go-live."
        )
    else:
        assert status.words == f"{count} first e-mails and 24 h without a bounce."


@pytest.mark.parametrize(("seconds", "expected"), [(-1, WATCHING), (0, PASSED), (1, PASSED)])
def test_it_passes_at_the_very_deadline(
    imported: Import,
    campaign: Campaign,
    member: MemberOf,
    monkeypatch: pytest.MonkeyPatch,
    seconds: int,
    expected: CanaryVerdict,
) -> None:
    approved = live(campaign, member)
    assert approved.live_at is not None
    written_to(2)
    now = approved.live_at + timedelta(hours=24, seconds=seconds)
    Campaign.objects.update(leads_mirrored_at=now)
    monkeypatch.setattr("leads.loading.canary.timezone.now", lambda: now)
    assert verdict(imported) == expected


def test_the_hours_count_by_the_clock_and_not_by_the_reading(
    imported: Import, campaign: Campaign, member: MemberOf
) -> None:
    """Another machine's clock may run ahead: a reading from the future does not end the hours."""
    live(campaign, member, hours_ago=23)
    written_to(2)
    Campaign.objects.update(leads_mirrored_at=timezone.now() + timedelta(hours=2))
    assert verdict(imported) == WATCHING


def test_one_bounce_holds_the_rest(imported: Import, campaign: Campaign, member: MemberOf) -> None:
    live(campaign, member)
    written_to(3)
    written_to(1, status=LeadStatus.BOUNCED)
    status = canary_status(again(imported))
    assert (status.verdict, status.rest) == (BOUNCED, 2)
    assert status.words == "1 of the first 3 bounced, so the other 2 stay here."
    assert status.read_at is not None


def test_only_the_people_of_this_import_in_this_campaign_are_judged(
    imported: Import, campaign: Campaign, member: MemberOf
) -> None:
    live(campaign, member)
    # Somebody else bounced here; a row that is not loaded is nobody's first e-mail.
    now = timezone.now()
    for email in ("stranger@firm.example.com", people(4)[3]):
        Lead.objects.create(
            workspace=campaign.workspace,
            campaign=campaign,
            email=email,
            remote_id=email,
            status=LeadStatus.BOUNCED,
            last_contact_at=now,
            synced_at=now,
        )
    # Somebody whom another import has loaded here bounced.
    other = with_canary(campaign, 4, out=0)
    Row.objects.filter(imported=other, email=people(4)[3]).update(state=RowState.LOADED)
    # One of ours bounced in another campaign.
    elsewhere = Campaign.objects.create(workspace=campaign.workspace, remote_id="r-05b", name="05B")
    Lead.objects.create(
        workspace=campaign.workspace,
        campaign=elsewhere,
        email=people(1)[0],
        remote_id="x",
        status=LeadStatus.BOUNCED,
        last_contact_at=now,
        synced_at=now,
    )
    assert verdict(imported) == WATCHING
    written_to(2)
    assert verdict(imported) == PASSED


def test_the_rest_is_who_is_verified_in_this_import(imported: Import, campaign: Campaign) -> None:
    with_canary(campaign, 4, out=0)
    Row.objects.filter(imported=imported, email=people(5)[4]).update(state=RowState.REJECTED)
    assert canary_status(again(imported)).rest == 1


# -- releasing ---------------------------------------------------------------------------------------


@pytest.fixture
def passed(imported: Import, campaign: Campaign, member: MemberOf) -> Import:
    """Its canary passed, and nobody wants to be asked."""
    live(campaign, member)
    written_to(2)
    return again(imported)


def test_a_canary_that_passed_is_released_once(passed: Import) -> None:
    before = timezone.now()
    assert [release_passed(passed), release_passed(passed)] == [True, False]
    stored = again(passed)
    assert (stored.state, stored.stop_reason) == (ImportState.LOADING, "")
    assert stored.canary_released_at is not None
    assert stored.canary_released_at == stored.due_at
    assert stored.canary_released_at >= before
    event = AuditEvent.objects.get(action="import:canary_released")
    words = "2 first e-mails and 24 h without a bounce."
    assert event.summary == f"The rest of import leads.csv is loaded: {words}"
    assert (event.subject, event.campaign_ref) == (f"import:{passed.pk}", passed.campaign_id)
    assert event.after == {"rows": 2}
    assert [line.text for line in passed.events.all()] == [f"Canary passed: {words} 2 more are loaded"]


def test_another_import_is_not_released_with_it(passed: Import, campaign: Campaign) -> None:
    other = with_canary(campaign, 0, out=0)
    assert release_passed(passed)
    other.refresh_from_db()
    assert (other.state, other.canary_released_at) == (ImportState.VERIFIED, None)


@pytest.mark.parametrize(
    "change",
    [
        {"canary_asks": True},
        {"state": ImportState.STOPPED},
        {"policy": LoadPolicy.NOW},
        {"canary_released_at": timezone.now()},
    ],
)
def test_what_somebody_changed_meanwhile_is_not_released(passed: Import, change: dict[str, Any]) -> None:
    """The row in hand is older than what was decided."""
    Import.objects.update(**change)
    stale = passed if "canary_asks" not in change else again(passed)
    before = {name: getattr(again(passed), name) for name in ("state", "canary_released_at", "policy")}
    assert not release_passed(stale)
    assert {name: getattr(again(passed), name) for name in before} == before
    assert not AuditEvent.objects.filter(action="import:canary_released").exists()


def test_nothing_is_released_in_observe_mode_or_while_the_kill_switch_is_on(passed: Import) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    assert not release_passed(again(passed))
    Workspace.objects.update(mode=Mode.WRITE, kill_switch_at=timezone.now())
    assert not release_passed(again(passed))
    Workspace.objects.update(kill_switch_at=None)
    assert release_passed(again(passed))


def test_nothing_is_released_where_nobody_waits_or_the_canary_has_not_passed(passed: Import) -> None:
    Lead.objects.update(last_contact_at=None)
    assert not release_passed(passed)
    written_to(2)
    Row.objects.filter(imported=passed, state=RowState.VERIFIED).update(state=RowState.LOAD_FAILED)
    assert not release_passed(passed)
    assert again(passed).canary_released_at is None


def test_without_its_audit_event_nothing_is_released(passed: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canary, "record", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release_passed(passed)
    assert again(passed).state == ImportState.VERIFIED


# -- calling a person --------------------------------------------------------------------------------


def waiting() -> list[tuple[Any, ...]]:
    open_ones = Incident.objects.exclude(state="resolved")
    return list(open_ones.values_list("kind", "summary", "detail", "dedupe_key", "url", "campaign_ref"))


def test_a_canary_that_bounced_calls_a_person(passed: Import) -> None:
    written_to(1, status=LeadStatus.BOUNCED)
    sync_canary_incidents(passed.workspace)
    sync_canary_incidents(passed.workspace)
    assert waiting() == [
        (
            "canary_waiting",
            "The canary of leads.csv bounced: 2 people wait",
            "1 of the first 3 bounced, so the other 2 stay here.",
            f"canary_waiting:{passed.pk}:bounced",
            f"/w/demo/imports/{passed.pk}/",
            passed.campaign_id,
        )
    ]
    assert Incident.objects.get().details == {"import": passed.pk, "waiting": 2}
    # Over as soon as nobody waits any more.
    Row.objects.filter(imported=passed, state=RowState.VERIFIED).update(state=RowState.LOADED)
    sync_canary_incidents(passed.workspace)
    assert waiting() == []


@pytest.mark.parametrize("asks", [True, False])
def test_a_canary_that_passed_calls_a_person_only_where_it_asks(passed: Import, asks: bool) -> None:
    Import.objects.update(canary_asks=asks)
    sync_canary_incidents(passed.workspace)
    summaries = [summary for _, summary, *_ in waiting()]
    assert summaries == (["The canary of leads.csv passed and asks: 2 people wait"] if asks else [])


def test_a_canary_that_is_watched_or_waits_for_the_go_live_calls_nobody(
    imported: Import, campaign: Campaign, member: MemberOf
) -> None:
    Import.objects.update(canary_asks=True)
    sync_canary_incidents(imported.workspace)
    live(campaign, member, hours_ago=1)
    sync_canary_incidents(imported.workspace)
    assert waiting() == []


def test_the_canaries_of_another_workspace_are_not_this_ones(passed: Import) -> None:
    written_to(1, status=LeadStatus.BOUNCED)
    sync_canary_incidents(other_workspace())
    assert waiting() == []
