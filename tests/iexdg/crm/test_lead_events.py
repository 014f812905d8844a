"""Automations that start with a lead: what has happened since the activation, once, however late it is seen."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.crm.automations import activate, change, create, pause
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.events import last_events, new_events
from iexdg.crm.lead_events import forget_known, known_up_to
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.tasks import sweep_ledger
from iexdg.crm.watch import collect
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.mirror import mirror_campaign_leads
from leads.models import Lead, LeadEvent
from tests.campaigns import factories
from tests.iexdg.crm.automation_fixtures import walk_once
from tests.leads.factories import synced_campaign
from tests.query_plans import whole_tables
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
KINDS = ["finished", "loaded", "bounced", "unsubscribed"]
FILTER = {"campaigns": [], "excludes_automatic": False, "labels": []}


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def make(workspace: Workspace, member: Callable[..., Member]) -> Callable[..., Automation]:
    """make("bounced") is an active automation that suppresses."""

    def made(trigger: str, **filters: Any) -> Automation:
        admin = member("admin")
        facts = {"name": trigger, "trigger": trigger, "filter": FILTER | filters, "actions": [{"kind": "suppress"}]}
        one = create(workspace, by=admin, facts=facts | {"field_map": {}, "tag_template": ""})
        Automation.objects.filter(pk=one.pk).update(tested_at=timezone.now(), tested_version=one.version)
        one.refresh_from_db()
        return activate(one, by=admin)

    return made


@pytest.fixture
def lead(workspace: Workspace) -> Callable[..., Lead]:
    def made(name: str, campaign: Any = None) -> Lead:
        into = campaign or factories.campaign(workspace, name=f"05A {name}")
        return Lead.objects.create(
            workspace=workspace, campaign=into, email=f"{name}@firm.example.com",
            remote_id=f"lead-{name}", first_name=name.title(), status=1, synced_at=timezone.now(),
            variables={"phone": "+12025550111"},
        )  # fmt: skip

    return made


def happened(lead: Lead, kind: str, *, ago: timedelta = timedelta(0)) -> LeadEvent:
    return LeadEvent.objects.create(workspace=lead.workspace, lead=lead, kind=kind, at=timezone.now() - ago)


def events() -> list[str]:
    return list(LedgerEntry.objects.order_by("pk").values_list("event", flat=True))


@pytest.mark.parametrize("kind", KINDS)
def test_each_event_is_found_once_though_it_is_recorded_twice(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], kind: str
) -> None:
    ada = lead("ada")
    happened(ada, kind, ago=timedelta(hours=1))
    # So recent that the walk begins before it.
    happened(lead("bob"), kind, ago=timedelta(seconds=10))
    automation = make(kind)
    assert collect(workspace) == 0
    for other in KINDS:
        happened(ada, other)
    happened(ada, kind)
    assert (collect(workspace), collect(workspace)) == (1, 0)
    assert events() == [f"{kind}:lead-ada"]
    entry = LedgerEntry.objects.get()
    assert (entry.automation, entry.lead, entry.campaign) == (automation, "ada@firm.example.com", ada.campaign)


def test_one_that_is_written_late_under_a_lower_id_is_found(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    automation = make("bounced")
    number = happened(lead("ada"), "bounced").pk + 100
    LeadEvent.objects.create(pk=number, workspace=workspace, lead=lead("bob"), kind="bounced", at=timezone.now())
    assert collect(workspace) == 2
    late = LeadEvent.objects.create(
        pk=number - 50, workspace=workspace, lead=lead("cora"), kind="bounced", at=timezone.now()
    )
    assert collect(workspace) == 1
    assert set(events()) == {f"bounced:lead-{name}" for name in ("ada", "bob", "cora")}
    # Once nothing can come late, the walk begins behind it.
    automation.refresh_from_db()
    assert automation.walked_lead_event == 0
    Automation.objects.update(active_since=timezone.now() - timedelta(hours=2))
    LeadEvent.objects.filter(pk__lte=late.pk).update(at=timezone.now() - timedelta(hours=1))
    assert collect(workspace) == 0
    automation.refresh_from_db()
    assert automation.walked_lead_event == late.pk


@pytest.mark.parametrize("kind", KINDS)
def test_no_query_of_a_walk_reads_a_whole_table(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], kind: str
) -> None:
    ada, bob = lead("ada"), lead("bob")
    automation, narrow = make(kind), make(kind, campaigns=[ada.campaign_id, bob.campaign_id])
    happened(ada, kind)
    assert whole_tables(lambda: walk_once(workspace, automation, narrow), at_least=12) == {}


def test_a_walk_never_passes_what_it_left_for_the_next(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    automation, campaign = make("loaded"), factories.campaign(workspace)
    Automation.objects.update(active_since=timezone.now() - timedelta(hours=2))
    for number in range(5):
        one = lead(f"p{number}", campaign)
        happened(one, "loaded", ago=timedelta(hours=1))
        happened(one, "loaded", ago=timedelta(hours=1))
    monkeypatch.setattr("iexdg.crm.watch._MOST_EVENTS", 2)
    assert [collect(workspace) for _ in range(8)] == [1, 1, 1, 1, 1, 0, 0, 0]
    automation.refresh_from_db()
    assert known_up_to(automation, automation.active_since or timezone.now()) == LeadEvent.objects.latest("pk").pk


def test_a_pause_is_made_up_for_and_another_trigger_begins_anew(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], member: Callable[..., Member]
) -> None:
    automation, ada, admin = make("bounced"), lead("ada"), member("admin")
    pause(automation, by=admin)
    happened(ada, "bounced")
    happened(ada, "unsubscribed")
    assert collect(workspace) == 0
    automation = activate(automation, by=admin)
    assert collect(workspace) == 1
    names = ("name", "filter", "actions", "field_map", "tag_template")
    facts = {name: getattr(automation, name) for name in names} | {"trigger": "unsubscribed"}
    automation = change(automation, by=admin, facts=facts)
    assert (automation.active_since, automation.walked_lead_event) == (None, 0)
    Automation.objects.update(tested_at=timezone.now(), tested_version=automation.version)
    automation.refresh_from_db()
    activate(automation, by=admin)
    assert collect(workspace) == 0


def test_the_filter_lets_only_its_campaigns_through(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada, bob = lead("ada"), lead("bob")
    make("finished", campaigns=[bob.campaign_id])
    happened(ada, "finished")
    happened(bob, "finished")
    assert collect(workspace) == 1
    assert events() == ["finished:lead-bob"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [({"labels": [1]}, "Only a conversation has an interest"), ({"excludes_automatic": True}, "Only a reply can be")],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_filter_that_means_nothing_is_refused_with_a_reason(
    make: Callable[..., Automation], kind: str, filters: dict[str, Any], words: str
) -> None:
    with pytest.raises(CrmRefusedError, match=words):
        make(kind, **filters)
    assert Automation.objects.count() == 0


def test_a_walk_asks_the_database_the_same_number_of_times_for_one_and_for_many(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    make("loaded")
    counted, campaign = [], factories.campaign(workspace)
    for total in (1, 40):
        for number in range(total):
            happened(lead(f"w{total}-{number}", campaign), "loaded")
        with CaptureQueriesContext(connection) as queries:
            assert collect(workspace) == total
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_dry_run_shows_who_is_in_that_state_now(make: Callable[..., Automation], lead: Callable[..., Lead]) -> None:
    ada, bob = lead("ada"), lead("bob")
    Lead.objects.filter(pk=bob.pk).update(status=-1)
    assert [one.lead for one in last_events(make("bounced"), 5)] == [bob.email]
    (event,) = last_events(make("bounced", campaigns=[bob.campaign_id]), 5)
    assert event.variables == {"email": bob.email, "firstName": "Bob", "phone": "+12025550111"}
    assert last_events(make("bounced", campaigns=[ada.campaign_id]), 5) == []


def test_a_dry_run_of_loads_has_the_leads_that_were_loaded_and_no_others(
    make: Callable[..., Automation], lead: Callable[..., Lead], web: Callable[..., Client],
    capsys: pytest.CaptureFixture[str], member: Callable[..., Member],
) -> None:  # fmt: skip
    # Cora was added in Instantly itself.
    ada, bob, cora = lead("ada"), lead("bob"), lead("cora")
    automation = make("loaded")
    for one in (bob, ada, bob):
        happened(one, "loaded")
    happened(cora, "finished")
    Automation.objects.update(walked_lead_event=LeadEvent.objects.order_by("pk").last().pk)  # type: ignore[union-attr]
    automation.refresh_from_db()
    assert [one.lead for one in last_events(automation, 5)] == [bob.email, ada.email]
    assert [one.lead for one in last_events(automation, 1)] == [bob.email]
    Automation.objects.update(walked_lead_event=0)
    automation.refresh_from_db()
    assert {one.key for one in last_events(automation, 5)} == {one.key for one in new_events(automation, 5)}
    (event,) = last_events(make("loaded", campaigns=[ada.campaign_id]), 5)
    assert event.variables == {"email": ada.email, "firstName": "Ada", "phone": "+12025550111"}
    words = "nly what this product loads counts, not the leads that are added in Instantly itself."
    for part in ("", "edit/"):
        assert words in web("admin").get(f"/w/demo/crm/automations/{automation.pk}/{part}").content.decode()
    call_command("automation", "dry_run", str(automation.pk), "--as", member("admin").email)
    assert words in capsys.readouterr().out


def test_a_bounce_at_instantly_is_an_event_without_any_webhook(
    workspace: Workspace, make: Callable[..., Automation], control: SandboxControl
) -> None:
    campaign = synced_campaign(workspace, "05A")
    mirror_campaign_leads(campaign)
    make("bounced")
    assert collect(workspace) == 0
    email = Lead.objects.filter(campaign=campaign).exclude(status=-1).order_by("pk")[0].email
    control.event("bounce", campaign.remote_id, email)
    for _ in range(2):
        mirror_campaign_leads(campaign)
        collect(workspace)
    assert [entry.lead for entry in LedgerEntry.objects.all()] == [email]


MONTH = timedelta(days=31)


def kept() -> list[str]:
    return list(LeadEvent.objects.order_by("pk").values_list("lead__email", flat=True))


def test_old_events_are_deleted_where_no_automation_is_about_them(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada, bob = lead("ada"), lead("bob")
    for kind in KINDS:
        happened(ada, kind, ago=MONTH)
        happened(bob, kind, ago=timedelta(days=29))
    # Active since now: what is a month old is no event of it.
    make("bounced")
    Automation.objects.update(walked_lead_event=0)
    assert (forget_known(workspace), forget_known(workspace)) == (4, 0)
    assert kept() == [bob.email] * 4


@pytest.mark.parametrize("state", ["paused", "draft"])
def test_an_old_event_that_an_automation_has_not_read_is_kept_until_it_was(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], state: str
) -> None:
    automation, ada = make("bounced"), lead("ada")
    happened(ada, "bounced", ago=MONTH)
    Automation.objects.update(active_since=timezone.now() - 2 * MONTH, state=state)
    assert (forget_known(workspace), kept()) == (0, [ada.email])
    Automation.objects.update(state="active")
    assert collect(workspace) == 1
    automation.refresh_from_db()
    assert automation.walked_lead_event > 0
    assert (forget_known(workspace), kept(), collect(workspace)) == (1, [], 0)
    # Ids are not given twice, so the walk finds what comes next.
    happened(lead("bob"), "bounced")
    assert (collect(workspace), events()) == (1, ["bounced:lead-ada", "bounced:lead-bob"])


def test_a_deleted_automation_keeps_no_event(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    make("bounced")
    happened(lead("ada"), "bounced", ago=MONTH)
    Automation.objects.update(active_since=timezone.now() - 2 * MONTH, state="draft", deleted_at=timezone.now())
    assert (forget_known(workspace), kept()) == (1, [])


def test_the_sweep_deletes_old_events_a_thousand_at_once_and_of_its_own_workspace_alone(
    workspace: Workspace, lead: Callable[..., Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.lead_events._AT_ONCE", 2)
    ada = lead("ada")
    for _ in range(3):
        happened(ada, "loaded", ago=MONTH)
    other = LeadEvent.objects.create(workspace=other_workspace(), lead=ada, kind="loaded", at=timezone.now() - MONTH)
    sweep_ledger(workspace.pk)
    assert LeadEvent.objects.count() == 2
    sweep_ledger(workspace.pk)
    assert list(LeadEvent.objects.all()) == [other]
