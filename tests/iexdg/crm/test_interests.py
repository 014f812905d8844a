"""Automations that start with an interest: each change since the activation, once, however it comes to be known."""

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.crm.automations import activate, change, create, pause
from iexdg.crm.events import last_events, new_events
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.watch import collect
from iexdg.inbox.models import InboxReading, Thread
from iexdg.inbox.verbs import set_interest
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.lead_events import interest_detail
from leads.mirror import mirror_addresses
from leads.models import Lead, LeadEvent
from leads.models.lead import NO_TIME
from tests.campaigns import factories
from tests.iexdg.crm.automation_fixtures import walk_once
from tests.iexdg.inbox.conftest import read_all
from tests.leads.factories import synced_campaign
from tests.query_plans import whole_tables
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
FILTER = {"campaigns": [], "excludes_automatic": True, "labels": []}


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def make(workspace: Workspace, member: Callable[..., Member]) -> Callable[..., Automation]:
    """make(labels=[1]) is an active automation that suppresses whom it finds."""

    def made(**filters: Any) -> Automation:
        admin = member("admin")
        facts = {"name": "Interest", "trigger": "interest", "filter": FILTER | filters, "tag_template": ""}
        one = create(workspace, by=admin, facts=facts | {"actions": [{"kind": "suppress"}], "field_map": {}})
        return activated(one, admin)

    return made


def activated(one: Automation, admin: Member) -> Automation:
    Automation.objects.filter(pk=one.pk).update(tested_at=timezone.now(), tested_version=one.version)
    one.refresh_from_db()
    return activate(one, by=admin)


@pytest.fixture
def lead(workspace: Workspace) -> Callable[..., Lead]:
    def made(name: str, campaign: Any = None) -> Lead:
        return Lead.objects.create(
            workspace=workspace, campaign=campaign or factories.campaign(workspace, name=f"05A {name}"),
            email=f"{name}@firm.example.com", remote_id=f"lead-{name}", first_name=name.title(), status=1,
            synced_at=timezone.now(),
        )  # fmt: skip

    return made


def became(lead: Lead, interest: int, *, at: datetime | None = None, is_timed: bool = True) -> LeadEvent:
    """The mirror saw that the interest of a lead changed, by default a moment ago."""
    happened_at = (at or timezone.now()) if is_timed else None
    Lead.objects.filter(pk=lead.pk).update(interest=interest, interest_changed_at=happened_at or NO_TIME)
    lead.refresh_from_db()
    return LeadEvent.objects.create(
        workspace=lead.workspace, lead=lead, kind="interest", at=timezone.now(), interest=interest,
        happened_at=happened_at, detail=interest_detail(lead),
    )  # fmt: skip


def inbox_is_read(workspace: Workspace) -> None:
    InboxReading.objects.update_or_create(workspace=workspace, defaults={"read_at": timezone.now()})


def conversation(lead: Lead, *, is_automatic: bool = False, preview: str = "Yes, please.") -> Thread:
    return Thread.objects.create(
        workspace=lead.workspace, campaign=lead.campaign, lead=lead.email, is_automatic=is_automatic, preview=preview,
        remote_id=f"t-{Thread.objects.count()}", listed_at=timezone.now(),
    )  # fmt: skip


def found() -> list[tuple[str, int | None]]:
    """The events in the ledger: address and conversation."""
    return list(LedgerEntry.objects.order_by("pk").values_list("lead", "thread"))


def test_an_interest_that_is_set_back_is_an_event_again_and_one_that_is_read_again_is_none(
    workspace: Workspace, make: Callable[..., Automation], control: SandboxControl
) -> None:
    campaign = synced_campaign(workspace, "05A")
    email = control.leads_in(campaign.remote_id)[0]
    mirror_addresses(campaign, [email])
    make()
    Automation.objects.update(active_since=control_time(workspace, campaign.remote_id, email))
    counted = []
    for interest in (1, -1, 1):
        control.advance(60)
        client_for(workspace).leads.set_interest(email, interest, campaign_remote_id=campaign.remote_id)
        for _ in range(2):
            mirror_addresses(campaign, [email])
        inbox_is_read(workspace)
        counted += [collect(workspace), collect(workspace)]
    assert counted == [1, 0, 1, 0, 1, 0]
    events = list(LedgerEntry.objects.order_by("pk").values_list("event", flat=True))
    assert len(set(events)) == 3
    assert [event.split(":")[2] for event in events] == ["1", "-1", "1"]


def control_time(workspace: Workspace, campaign: str, email: str) -> datetime:
    """The time of the sandbox, which has a clock of its own; half a minute before its next change."""
    client_for(workspace).leads.set_interest(email, 0, campaign_remote_id=campaign)
    (one,) = client_for(workspace).leads.list(campaign, contacts=[email])
    assert one.interest_changed_at is not None
    return one.interest_changed_at + timedelta(seconds=30)


def test_what_changed_before_the_activation_is_no_event_however_late_it_is_mirrored(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], member: Callable[..., Member]
) -> None:
    ada, bob, admin = lead("ada"), lead("bob"), member("admin")
    became(ada, 1, at=timezone.now() - timedelta(minutes=1))
    automation = make(labels=[2])
    since = automation.active_since
    assert since is not None
    became(ada, 2, at=since - timedelta(seconds=1))
    became(bob, 1, at=since + timedelta(seconds=1))
    inbox_is_read(workspace)
    assert collect(workspace) == 0
    # A wider filter finds what came since the activation, and nothing from before it.
    names = ("name", "trigger", "actions", "field_map", "tag_template")
    facts = {name: getattr(automation, name) for name in names} | {"filter": FILTER}
    activated(change(automation, by=admin, facts=facts), admin)
    assert (collect(workspace), [email for email, _ in found()]) == (1, [bob.email])


def test_without_a_time_of_instantly_an_interest_counts_once(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada = lead("ada")
    became(ada, 2, is_timed=False)
    LeadEvent.objects.update(at=timezone.now() - timedelta(seconds=1))
    make()
    for interest in (1, 2, 1):
        became(ada, interest, is_timed=False)
    inbox_is_read(workspace)
    assert collect(workspace) == 2
    assert list(LedgerEntry.objects.order_by("pk").values_list("event", flat=True)) == [
        "interest:lead-ada:1", "interest:lead-ada:2",
    ]  # fmt: skip


def test_an_event_waits_until_the_inbox_was_read_and_has_its_conversation(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    automation, ada, bob = make(), lead("ada"), lead("bob")
    became(ada, 1)
    assert collect(workspace) == 0
    inbox_is_read(workspace)
    became(bob, 1)
    older, newer = conversation(ada), conversation(ada)
    conversation(ada, is_automatic=True)
    assert older.pk < newer.pk
    assert (collect(workspace), found()) == (1, [(ada.email, newer.pk)])
    # What waits is not passed by, however old it is meanwhile.
    Automation.objects.update(active_since=timezone.now() - timedelta(hours=2))
    LeadEvent.objects.update(at=timezone.now() - timedelta(hours=1))
    InboxReading.objects.update(read_at=timezone.now() - timedelta(hours=2))
    assert collect(workspace) == 0
    automation.refresh_from_db()
    assert automation.walked_lead_event < LeadEvent.objects.get(lead=bob).pk
    inbox_is_read(workspace)
    assert (collect(workspace), found()[1:]) == (1, [(bob.email, None)])


@pytest.mark.parametrize(("excludes", "expected"), [(True, "bob cora dan"), (False, "ada bob cora dan")])
def test_who_sent_automatic_replies_alone_is_left_out_where_the_filter_says_so(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], excludes: bool, expected: str
) -> None:
    automation = make(excludes_automatic=excludes)
    ada, bob, cora, dan = (lead(name) for name in ("ada", "bob", "cora", "dan"))
    conversation(ada, is_automatic=True)
    conversation(bob, is_automatic=True)
    conversation(bob)
    # Another campaign has nothing to do with it; and who never wrote sent no automatic reply.
    Thread.objects.filter(pk=conversation(cora, is_automatic=True).pk).update(campaign=ada.campaign)
    for one in (ada, bob, cora, dan):
        became(one, 0)
    inbox_is_read(workspace)
    collect(workspace)
    for emails in ([email for email, _ in found()], [event.lead for event in last_events(automation, 9)]):
        assert " ".join(sorted(email.split("@")[0] for email in emails)) == expected


def test_the_filter_lets_its_campaigns_and_interests_through(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada, bob, cora = lead("ada"), lead("bob"), lead("cora")
    make(labels=[1, 4], campaigns=[ada.campaign_id, cora.campaign_id])
    for one, interest in ((ada, 4), (bob, 1), (cora, 2)):
        became(one, interest)
    inbox_is_read(workspace)
    assert (collect(workspace), [email for email, _ in found()]) == (1, [ada.email])


def test_a_pause_is_made_up_for(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead], member: Callable[..., Member]
) -> None:
    automation, ada, admin = make(), lead("ada"), member("admin")
    pause(automation, by=admin)
    became(ada, 1)
    inbox_is_read(workspace)
    assert collect(workspace) == 0
    activate(automation, by=admin)
    assert collect(workspace) == 1


def test_an_interest_that_is_set_in_our_inbox_is_one_event(
    workspace: Workspace, make: Callable[..., Automation], control: SandboxControl, member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    campaign = synced_campaign(workspace, "05A")
    read_all(workspace)
    thread = Thread.objects.filter(campaign=campaign).exclude(lead="").order_by("pk")[0]
    mirror_addresses(campaign, [thread.lead])
    make()
    Automation.objects.update(active_since=control_time(workspace, campaign.remote_id, thread.lead))
    control.advance(60)
    monkeypatch.setattr("iexdg.inbox.verbs.enqueue", lambda task, pk: task.run(pk))
    set_interest(thread, 4, by=member("admin"))
    read_all(workspace)
    inbox_is_read(workspace)
    assert collect(workspace) == 1
    control.advance(60)
    mirror_addresses(campaign, [thread.lead])
    read_all(workspace)
    inbox_is_read(workspace)
    assert (collect(workspace), found()) == (0, [(thread.lead, thread.pk)])


def test_a_dry_run_has_the_last_changes_the_newest_first_also_from_before_the_activation(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada, bob, cora = lead("ada"), lead("bob"), lead("cora")
    lead("dan")
    thread, now = conversation(bob, preview="Call me."), timezone.now()
    became(ada, 1, at=now - timedelta(days=1))
    became(bob, 1, at=now - timedelta(hours=1))
    became(cora, -1, at=now - timedelta(days=2))
    automation = make()
    events = last_events(automation, 5)
    assert [one.lead for one in events] == [bob.email, ada.email, cora.email]
    assert (events[0].thread, events[0].text, events[0].variables["firstName"]) == (thread, "Call me.", "Bob")
    assert events[1].text == "The interest of this lead in the campaign 05A ada changed."
    assert [one.lead for one in last_events(make(labels=[-1]), 5)] == [cora.email]
    # It is the event that a walk would find.
    Automation.objects.update(active_since=now - timedelta(days=3), walked_lead_event=0)
    automation.refresh_from_db()
    inbox_is_read(workspace)
    assert {one.key for one in new_events(automation, 9)} == {one.key for one in events}


def test_no_query_of_a_walk_reads_a_whole_table(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    ada, bob = lead("ada"), lead("bob")
    conversation(ada)
    automation = make()
    narrow = make(campaigns=[ada.campaign_id, bob.campaign_id], labels=[1, 2])
    became(ada, 1)
    inbox_is_read(workspace)
    assert whole_tables(lambda: walk_once(workspace, automation, narrow), at_least=12) == {}


def test_a_walk_asks_the_database_the_same_number_of_times_for_one_and_for_many(
    workspace: Workspace, make: Callable[..., Automation], lead: Callable[..., Lead]
) -> None:
    make()
    counted, campaign = [], factories.campaign(workspace)
    for total in (1, 40):
        for number in range(total):
            one = lead(f"w{total}-{number}", campaign)
            conversation(one)
            became(one, 1)
        inbox_is_read(workspace)
        with CaptureQueriesContext(connection) as queries:
            assert collect(workspace) == total
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_migration_makes_no_event_again_of_what_was_found_by_the_last_walk(make: Callable[..., Automation]) -> None:
    module = importlib.import_module("iexdg.crm.migrations.0007_interests_by_time")
    now = timezone.now()
    walked, fresh, late = make(), make(), make()
    Automation.objects.update(active_since=now - timedelta(days=3))
    Automation.objects.filter(pk=walked.pk).update(walked_to=now - timedelta(hours=1))
    Automation.objects.filter(pk=late.pk).update(walked_to=now - timedelta(days=4))
    never = Automation.objects.create(
        workspace=walked.workspace, name="Never", trigger="interest", changed_at=now, changed_by=walked.changed_by
    )
    replied = Automation.objects.create(
        workspace=walked.workspace, name="Replies", active_since=now - timedelta(days=3), changed_at=now
    )
    module.count_from_the_last_walk_on(apps, None)
    since = dict(Automation.objects.values_list("pk", "active_since"))
    assert (since[walked.pk], since[late.pk]) == (now - timedelta(hours=1), now - timedelta(days=3))
    assert since[fresh.pk] is not None
    assert since[fresh.pk] >= now
    assert (since[never.pk], since[replied.pk]) == (None, now - timedelta(days=3))
