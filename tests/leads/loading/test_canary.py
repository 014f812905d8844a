"""The canary release: a few people first, the rest only after hours and e-mails without a bounce."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from campaigns.mirror.sync import sync_campaign
from campaigns.models import Approval, Campaign, GoLiveStage
from campaigns.sending.lifecycle import carry_out, request_pause
from iexdg.golive.audience import audience_of, people_facts
from iexdg.golive.execute import carry_out_go_live
from iexdg.golive.verbs import approve_go_live, request_go_live
from iexdg.incidents.models import Incident
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from leads.errors import ImportStateError
from leads.imports import drive, verbs
from leads.loading.canary import CanaryPlan, CanaryVerdict, canaries, canary_status, release_passed
from leads.models import Import, ImportState, Lead, LeadStatus, Row, RowState
from leads.tasks import release_canaries
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]
PLAN = CanaryPlan(rows=3, hours=24, sends=2)


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def begun(campaign: Campaign, by: Member, plan: CanaryPlan = PLAN, count: int = 8) -> Import:
    """An import whose first people are loaded."""
    imported = checked_import(campaign, people(count))
    verbs.start(imported, by=by, canary=plan)
    return drive.run_until_settled(imported.pk)


def live(campaign: Campaign, member: MemberOf, *, hours_ago: int = 25) -> None:
    approval = request_go_live(campaign, by=member("operator"))
    approve_go_live(approval, by=member("approver"))
    assert carry_out_go_live(approval.pk).stage == GoLiveStage.LIVE
    Approval.objects.filter(pk=approval.pk).update(live_at=timezone.now() - timedelta(hours=hours_ago))


def written_to(imported: Import, count: int, **fields: Any) -> None:
    """Set what the next read of the list would return for the first people."""
    emails = Row.objects.filter(imported=imported, state=RowState.LOADED).values_list("email", flat=True)[:count]
    Lead.objects.filter(email__in=list(emails)).update(last_contact_at=timezone.now(), **fields)
    Campaign.objects.filter(pk=imported.campaign_id).update(leads_mirrored_at=timezone.now())


def verdict(imported: Import) -> CanaryVerdict:
    return canary_status(Import.objects.select_related("campaign", "workspace").get(pk=imported.pk)).verdict


def swept(imported: Import) -> bool:
    return any(release_passed(one) for one in canaries())


def loaded(imported: Import) -> int:
    return Row.objects.filter(imported=imported, state=RowState.LOADED).count()


def test_only_the_first_people_are_loaded_and_the_rest_is_covered_by_the_approval(
    campaign: Campaign, control: SandboxControl, member: MemberOf
) -> None:
    before = len(control.leads_in(campaign.remote_id))
    imported = begun(campaign, member("operator"))

    assert (imported.state, loaded(imported)) == (ImportState.VERIFIED, 3)
    assert len(control.leads_in(campaign.remote_id)) == before + 3
    sync_campaign(campaign)
    again = Campaign.objects.get(pk=campaign.pk)
    audience = audience_of(again, people_facts(again))
    assert (audience.held, audience.later) == (5, 5)
    assert audience.cap == before + 8
    assert verdict(imported) == CanaryVerdict.WAITING


def test_the_go_live_does_not_load_the_rest(campaign: Campaign, member: MemberOf) -> None:
    imported = begun(campaign, member("operator"))
    live(campaign, member)
    drive.run_until_settled(imported.pk)
    assert loaded(imported) == 3
    assert verdict(imported) == CanaryVerdict.WATCHING


def test_hours_and_e_mails_without_a_bounce_load_the_rest_once(
    campaign: Campaign, member: MemberOf, workspace: Workspace
) -> None:
    imported = begun(campaign, member("operator"))
    live(campaign, member)
    written_to(imported, 2)
    assert verdict(imported) == CanaryVerdict.PASSED

    release_canaries()
    assert not swept(imported)
    done = drive.run_until_settled(imported.pk)

    assert (loaded(imported), done.state) == (8, ImportState.DONE)
    assert AuditEvent.objects.filter(action="import:canary_released").count() == 1


@pytest.mark.parametrize(
    ("hours_ago", "count", "expected"),
    [(23, 3, CanaryVerdict.WATCHING), (25, 1, CanaryVerdict.WATCHING), (25, 2, CanaryVerdict.PASSED)],
)
def test_both_the_hours_and_the_e_mails_are_needed(
    campaign: Campaign, member: MemberOf, hours_ago: int, count: int, expected: CanaryVerdict
) -> None:
    imported = begun(campaign, member("operator"))
    live(campaign, member, hours_ago=hours_ago)
    written_to(imported, count)
    assert verdict(imported) == expected
    assert swept(imported) == (expected == CanaryVerdict.PASSED)


def test_a_list_that_was_not_read_since_the_deadline_does_not_pass(campaign: Campaign, member: MemberOf) -> None:
    imported = begun(campaign, member("operator"))
    live(campaign, member)
    written_to(imported, 3)
    for read_at in (None, timezone.now() - timedelta(hours=2)):
        Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=read_at)
        assert not swept(imported)


def test_one_bounce_holds_the_rest_until_an_approver_releases_it(
    campaign: Campaign, member: MemberOf, web: Callable[..., Client]
) -> None:
    imported = begun(campaign, member("operator"))
    live(campaign, member)
    written_to(imported, 3)
    written_to(imported, 1, status=LeadStatus.BOUNCED)
    assert not swept(imported)
    html = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "1 of the first 3 bounced, so the other 5 stay here." in html
    release_canaries()
    incident = Incident.objects.get(kind="canary_waiting")
    assert (incident.summary, incident.state) == ("The canary of leads.csv bounced: 5 people wait", "open")

    assert "only an approver loads the rest, with a reason" in html
    imported.refresh_from_db()
    with pytest.raises(ImportStateError, match="1 of the first 3 bounced"):
        verbs.resume(imported, by=member("operator"))
    with pytest.raises(NotAllowedError):
        verbs.release_canary(imported, by=member("operator"), reason="the address was mistyped")
    with pytest.raises(ImportStateError, match="Give a reason"):
        verbs.release_canary(imported, by=member("approver"), reason=" ")
    assert loaded(imported) == 3

    approver = web("approver")
    assert "Load 5 now" in approver.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    approver.post(f"/w/demo/imports/{imported.pk}/release/", {"reason": "The address was mistyped."})
    drive.run_until_settled(imported.pk)
    assert loaded(imported) == 8
    event = AuditEvent.objects.get(action="import:canary_released")
    assert (event.note, event.after["rows"]) == ("The address was mistyped.", 5)
    release_canaries()
    incident.refresh_from_db()
    assert incident.state == "resolved"


@pytest.mark.parametrize("forbids", ["asks", "observe", "stopped", "paused"])
def test_nothing_is_released_automatically_where_it_is_forbidden(
    campaign: Campaign, member: MemberOf, workspace: Workspace, forbids: str
) -> None:
    imported = begun(campaign, member("operator"), CanaryPlan(rows=3, hours=24, sends=2, asks=forbids == "asks"))
    live(campaign, member)
    written_to(imported, 3)
    if forbids == "observe":
        Workspace.objects.filter(pk=workspace.pk).update(mode=Mode.OBSERVE)
    if forbids == "stopped":
        Workspace.objects.filter(pk=workspace.pk).update(kill_switch_at=timezone.now())
    if forbids == "paused":
        carry_out(request_pause(campaign, by=member("viewer")).pk)
    assert not swept(imported)
    assert loaded(imported) == 3
    release_canaries()
    # Only the canary that is set to ask opens an incident; the others wait until the restriction ends.
    assert Incident.objects.filter(kind="canary_waiting").count() == (forbids == "asks")


def test_a_flip_during_the_first_people_lets_the_go_live_load_them_and_no_more(
    control: SandboxControl, workspace: Workspace, member: MemberOf
) -> None:
    finished = synced_campaign(workspace, "04")
    imported = begun(finished, member("operator"))
    assert (imported.flips, loaded(imported)) == (1, 1)

    verbs.resume(imported, by=member("operator"))
    imported = drive.run_until_settled(imported.pk)

    assert loaded(imported) == 3
    assert (imported.state, imported.policy) == (ImportState.VERIFIED, "canary")


def test_before_the_first_e_mail_resume_does_not_load_the_rest(campaign: Campaign, member: MemberOf) -> None:
    imported = begun(campaign, member("operator"))
    for who in ("operator", "approver", "admin"):
        with pytest.raises(ImportStateError, match="wait until the campaign is live"):
            verbs.resume(imported, by=member(who))
    assert loaded(imported) == 3


def test_a_canary_that_passed_and_asks_is_loaded_by_an_operator(campaign: Campaign, member: MemberOf) -> None:
    imported = begun(campaign, member("operator"), CanaryPlan(rows=3, hours=24, sends=2, asks=True))
    live(campaign, member)
    written_to(imported, 3)
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    assert loaded(imported) == 8


def test_a_file_no_longer_than_the_canary_is_loaded_completely(campaign: Campaign, member: MemberOf) -> None:
    imported = begun(campaign, member("operator"), count=3)
    assert (imported.state, loaded(imported)) == (ImportState.DONE, 3)


def test_a_plan_that_cannot_pass_is_refused_and_the_database_requires_a_size(
    campaign: Campaign, member: MemberOf
) -> None:
    imported = checked_import(campaign, people(3))
    for plan in (CanaryPlan(rows=2, sends=3), CanaryPlan(rows=0, sends=0), CanaryPlan(hours=-1)):
        with pytest.raises(ImportStateError):
            verbs.start(imported, by=member("operator"), canary=plan)
    with pytest.raises(ImportStateError, match="not both"):
        verbs.start(imported, by=member("operator"), hold=True, canary=PLAN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=imported.pk).update(policy="canary")


def test_it_is_chosen_on_the_page_and_its_state_is_shown_there(campaign: Campaign, web: Callable[..., Client]) -> None:
    imported = checked_import(campaign, people(6))
    client = web("operator")
    page = f"/w/demo/imports/{imported.pk}/"
    assert "Load a few first, the rest if no one bounced" in client.get(page).content.decode()
    chosen = {"policy": "canary", "canary_rows": "2", "canary_hours": "0", "canary_sends": "", "canary_asks": "on"}
    assert client.post(f"/w/demo/imports/{imported.pk}/start/", chosen).status_code == 302
    imported.refresh_from_db()
    stored = (imported.policy, imported.canary_rows, imported.canary_hours, imported.canary_sends, imported.canary_asks)
    assert stored == ("canary", 2, 0, 2, True)

    drive.run_until_settled(imported.pk)
    html = client.get(page).content.decode()
    assert "Canary release: 4 verified rows are held." in html
    assert "wait until the campaign is live and the first 2 were written to." in html
