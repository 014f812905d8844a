"""Credits are spent once, by a confirmed price; whatever dies, the call is not repeated; people become an import."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.supersearch.carry_out import carry_out
from iexdg.supersearch.errors import EnrichmentRefusedError
from iexdg.supersearch.models import Enrichment, Search
from iexdg.supersearch.orders import abandon, enrichments_to_continue, look_again, order
from iexdg.supersearch.reading import read_search
from iexdg.supersearch.tasks import sweep_supersearch
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from leads.models import Batch, Import, LeadList, Receipt, Row
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
GoOn = Callable[..., Enrichment]
Team = Callable[..., Member]
ENRICH = "/supersearch-enrichment/enrich-leads-from-supersearch"


def spends(control: SandboxControl) -> int:
    return len(control.log(path=ENRICH))


def test_counting_and_previewing_spend_nothing(search: Search, control: SandboxControl) -> None:
    credits_then = control.state()["credits"]
    read_search(search)
    search.refresh_from_db()
    assert (search.count, search.error, len(search.people)) == (search.count, "", min(search.count or 0, 20))
    assert search.count
    assert "@" not in str(search.people)
    assert (control.state()["credits"], spends(control)) == (credits_then, 0)


def test_a_failed_count_keeps_the_last_one_and_says_since_when(search: Search, control: SandboxControl) -> None:
    count = search.count
    control.faults(
        {
            "match": {"path": "/supersearch-enrichment/count-leads-from-supersearch"},
            "do": "status",
            "value": 500,
            "times": 20,
        }
    )
    assert read_search(search) is False
    search.refresh_from_db()
    assert (search.count, search.unknown_since is not None, search.error != "") == (count, True, True)


def test_people_who_are_bought_become_an_import_that_waits_for_its_start(
    bought: Enrichment, campaign: Campaign, go_on: GoOn, control: SandboxControl
) -> None:
    in_campaign = control.leads_in(campaign.remote_id)
    go_on(bought)
    assert (bought.state, bought.job_remote_id != "", bought.credits_before is not None) == ("running", True, True)
    go_on(bought)
    assert bought.state == "listing"
    go_on(bought)
    imported = Import.objects.get()
    assert (bought.state, bought.imported, bought.found, bought.with_address) == ("imported", imported, 5, 5)
    assert (imported.campaign, imported.source_list, imported.is_move) == (campaign, bought.lead_list, True)
    assert bought.spent == Decimal(5)
    assert imported.state in {"uploaded", "checking"}
    assert not Receipt.objects.exists()
    assert not Batch.objects.exists()
    assert not Row.objects.filter(state="loaded").exists()
    assert control.leads_in(campaign.remote_id) == in_campaign


def test_it_is_sent_once_however_often_it_is_taken(bought: Enrichment, go_on: GoOn, control: SandboxControl) -> None:
    go_on(bought, 6)
    assert (spends(control), Import.objects.count()) == (1, 1)


def test_a_lost_answer_is_found_by_its_list_and_never_sent_again(
    bought: Enrichment, go_on: GoOn, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": ENRICH}, "do": "drop_after_commit", "times": 1})
    assert go_on(bought).state == "unknown"
    go_on(bought, 4)
    assert (bought.state, bought.job_remote_id, spends(control)) == ("imported", "", 1)


def test_a_worker_that_died_in_the_call_leaves_it_to_be_looked_for(
    bought: Enrichment, go_on: GoOn, control: SandboxControl
) -> None:
    now = timezone.now()
    Enrichment.objects.filter(pk=bought.pk).update(state="sent", sent_at=now, lease_until=now - timedelta(seconds=1))
    assert go_on(bought).state == "unknown"
    assert spends(control) == 0
    Enrichment.objects.filter(pk=bought.pk).update(sent_at=now - timedelta(minutes=31))
    assert (go_on(bought).state, spends(control)) == ("unknown", 0)


def test_a_refusal_is_closed_with_instantlys_words(bought: Enrichment, go_on: GoOn, control: SandboxControl) -> None:
    control.faults({"match": {"method": "POST", "path": ENRICH}, "do": "status", "value": 403, "times": 1})
    assert go_on(bought).state == "refused"
    assert bought.error


def test_a_balance_that_became_too_low_spends_nothing(bought: Enrichment, go_on: GoOn, control: SandboxControl) -> None:
    control.settings(credits=4)
    assert (go_on(bought).state, spends(control)) == ("refused", 0)
    assert "4.00" in bought.error


def test_a_balance_that_cannot_be_read_spends_nothing_and_is_tried_again(
    bought: Enrichment, go_on: GoOn, control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/workspace-billing/plan-details"}, "do": "status", "value": 500, "times": 8})
    assert (go_on(bought).state, spends(control), bought.error != "") == ("asked", 0, True)


def test_what_was_not_sent_in_time_is_closed_unsent(bought: Enrichment, go_on: GoOn, control: SandboxControl) -> None:
    Enrichment.objects.filter(pk=bought.pk).update(asked_at=timezone.now() - timedelta(minutes=16))
    assert (go_on(bought).state, spends(control)) == ("refused", 0)


def test_observe_mode_between_request_and_call_spends_nothing(
    bought: Enrichment, go_on: GoOn, control: SandboxControl
) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    assert (go_on(bought).state, spends(control)) == ("refused", 0)


@pytest.mark.parametrize(("status", "state"), [("failed", "failed"), ("cancelled", "failed"), ("odd", "running")])
def test_an_end_is_what_instantly_calls_one(
    status: str, state: str, bought: Enrichment, go_on: GoOn, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on(bought)
    job = client_for(bought.workspace).background_jobs.get(bought.job_remote_id)
    ended = job.model_copy(update={"status": status})
    monkeypatch.setattr("iexdg.clients.instantly.background_jobs.BackgroundJobs.get", lambda *a, **k: ended)
    assert go_on(bought).state == state


def test_no_end_within_the_limit_is_overdue_until_someone_looks_again(
    bought: Enrichment, go_on: GoOn, member: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on(bought)
    job = client_for(bought.workspace).background_jobs.get(bought.job_remote_id)
    running = job.model_copy(update={"status": "pending"})
    with monkeypatch.context() as patched:
        patched.setattr("iexdg.clients.instantly.background_jobs.BackgroundJobs.get", lambda *a, **k: running)
        assert go_on(bought).state == "running"
        Enrichment.objects.filter(pk=bought.pk).update(watch_until=timezone.now() - timedelta(seconds=1))
        assert go_on(bought).state == "overdue"
    assert carry_out(bought.pk) is None
    with pytest.raises(NotAllowedError):
        look_again(bought, by=member("viewer"))
    assert look_again(bought, by=member())
    assert go_on(bought, 3).state == "imported"


def test_a_worker_that_died_after_making_the_import_makes_no_second_one(bought: Enrichment, go_on: GoOn) -> None:
    go_on(bought, 3)
    imported = bought.imported
    Enrichment.objects.filter(pk=bought.pk).update(state="listing", imported=None, closed_at=None)
    go_on(bought)
    assert (bought.imported, Import.objects.count()) == (imported, 1)


def test_people_that_cannot_be_imported_stay_in_their_list(bought: Enrichment, campaign: Campaign, go_on: GoOn) -> None:
    Member.objects.filter(pk=bought.by_id).update(role="viewer")
    go_on(bought, 3)
    assert (bought.state, bought.imported, bought.lead_list) == (
        "listed",
        None,
        LeadList.objects.get(name=bought.list_name),
    )
    assert bought.error


def test_the_request_is_refused_with_its_reason_and_nothing_is_recorded(
    search: Search, campaign: Campaign, member: Team, control: SandboxControl
) -> None:
    by, count = member(), search.count or 0
    for most, price, words in ((0, 0, "between 1 and"), (count + 1, count + 1, "between 1 and"), (5, 4, "price")):
        with pytest.raises(EnrichmentRefusedError, match=words):
            order(search, into=campaign, most=most, price=Decimal(price), by=by)
    Workspace.objects.update(credits_left=3)
    with pytest.raises(EnrichmentRefusedError, match=r"3\.00 are left"):
        order(search, into=campaign, most=5, price=Decimal(5), by=by)
    Search.objects.update(read_at=timezone.now() - timedelta(hours=2))
    search.refresh_from_db()
    with pytest.raises(EnrichmentRefusedError, match="older than an hour"):
        order(search, into=campaign, most=1, price=Decimal(1), by=by)
    assert not Enrichment.objects.exists()


def test_who_may_not_and_observe_mode_spend_nothing(search: Search, campaign: Campaign, member: Team) -> None:
    with pytest.raises(NotAllowedError):
        order(search, into=campaign, most=1, price=Decimal(1), by=member("viewer"))
    Workspace.objects.update(mode=Mode.OBSERVE)
    search.workspace.refresh_from_db()
    with pytest.raises(ObserveModeError):
        order(search, into=campaign, most=1, price=Decimal(1), by=member())
    assert not Enrichment.objects.exists()


def test_one_enrichment_of_a_search_at_a_time(bought: Enrichment, campaign: Campaign, member: Team) -> None:
    with pytest.raises(EnrichmentRefusedError, match="in progress"):
        order(bought.search, into=campaign, most=5, price=Decimal(5), by=member())
    assert Enrichment.objects.count() == 1


def test_the_sweep_takes_what_is_due_and_free(bought: Enrichment) -> None:
    workspace, now = bought.workspace, timezone.now()
    Enrichment.objects.filter(pk=bought.pk).update(due_at=now - timedelta(seconds=1))
    assert list(enrichments_to_continue(workspace)) == [bought]
    Enrichment.objects.filter(pk=bought.pk).update(lease_until=now + timedelta(seconds=60))
    assert list(enrichments_to_continue(workspace)) == []
    Enrichment.objects.filter(pk=bought.pk).update(lease_until=None, due_at=now + timedelta(seconds=60))
    assert list(enrichments_to_continue(workspace)) == []
    sweep_supersearch(workspace.pk)


def test_the_history_has_the_price_and_no_address(bought: Enrichment, go_on: GoOn) -> None:
    go_on(bought, 3)
    events = AuditEvent.objects.filter(subject__startswith="supersearch:")
    asked = events.get(action="supersearch:asked")
    assert (asked.after["credits"], asked.after["leads"]) == ("5", 5)
    assert "@" not in str(list(events.values_list("summary", "after", "note")))


@pytest.fixture
def lost(bought: Enrichment, go_on: GoOn, control: SandboxControl) -> Enrichment:
    """An enrichment whose call got no answer 31 minutes ago, and whose list never appeared."""
    control.faults({"match": {"method": "POST", "path": ENRICH}, "do": "drop_before", "times": 1})
    assert go_on(bought).state == "unknown"
    Enrichment.objects.filter(pk=bought.pk).update(sent_at=timezone.now() - timedelta(minutes=31))
    bought.refresh_from_db()
    return bought


def test_what_never_answered_stays_unknown_until_a_person_abandons_it(
    lost: Enrichment, campaign: Campaign, go_on: GoOn, member: Team
) -> None:
    assert (go_on(lost, 3).state, lost.is_open, "not known" in lost.error) == ("unknown", True, True)
    assert lost.due_at > timezone.now() + timedelta(minutes=4)
    with pytest.raises(EnrichmentRefusedError, match="in progress"):
        order(lost.search, into=campaign, most=5, price=Decimal(5), by=member())
    with pytest.raises(NotAllowedError):
        abandon(lost, by=member("viewer"))
    assert abandon(lost, by=member())
    assert (go_on(lost).state, lost.closed_at is not None) == ("abandoned", True)
    assert order(lost.search, into=campaign, most=5, price=Decimal(5), by=member()).state == "asked"


def test_what_was_sent_a_moment_ago_is_not_abandoned(lost: Enrichment, member: Team) -> None:
    Enrichment.objects.filter(pk=lost.pk).update(sent_at=timezone.now() - timedelta(minutes=29))
    lost.refresh_from_db()
    assert not abandon(lost, by=member())
    lost.refresh_from_db()
    assert lost.state == "unknown"


def test_what_was_abandoned_is_looked_for_again_unless_another_is_open(
    lost: Enrichment, campaign: Campaign, go_on: GoOn, member: Team
) -> None:
    abandon(lost, by=member())
    other = order(lost.search, into=campaign, most=5, price=Decimal(5), by=member())
    with pytest.raises(EnrichmentRefusedError, match="in progress"):
        look_again(lost, by=member())
    go_on(other, 5)
    assert other.state == "imported"
    assert look_again(lost, by=member())
    assert go_on(lost).state == "unknown"
