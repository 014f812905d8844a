"""Unmatched replies: what belongs to no campaign or lead waits in a queue until someone decides on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db.models import F
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.crm import unmatched as unmatched_replies
from iexdg.crm.before_active import people_in_crm
from iexdg.crm.carry_out import drain
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.ledger import replay
from iexdg.crm.models import Automation, LedgerEntry, UnmatchedReply
from iexdg.crm.queries import waiting_unmatched
from iexdg.crm.tasks import look_for_lead, sweep_ledger
from iexdg.crm.unmatched import assign, find_unmatched, leads_to_look_for, put_back, send_anyway, set_aside
from iexdg.crm.watch import collect
from iexdg.inbox.models import InboxReading, Message, Thread
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from leads.person import erase_elsewhere
from tests.campaigns import factories
from tests.iexdg.crm.automation_fixtures import Stage, known
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
STRAY = "stranger@else.example.com"
DONE = [("contact", "done"), ("tags", "done"), ("note", "done")]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def stage(stage: Stage) -> Stage:
    Campaign.objects.update(leads_mirrored_at=timezone.now())
    # What the demo had before has a lead each.
    find_unmatched(stage.workspace)
    assert waiting_unmatched(stage.workspace).count() == 0
    return stage


def stranger(workspace: Workspace, **facts: Any) -> Thread:
    """A conversation in which a stranger replied."""
    now = timezone.now()
    defaults = {"received_at": now, "subject": "Hello", "mailbox": "a@peers.example.com"}
    number = Thread.objects.count()
    thread = Thread.objects.create(
        workspace=workspace, remote_id=f"t-{number}", newest_at=now, listed_at=now, **defaults | facts
    )
    Message.objects.create(
        thread=thread, remote_id=f"m-{thread.pk}", kind=2, at=now, sender=STRAY, text="Call me.", read_at=now
    )
    InboxReading.objects.filter(workspace=workspace).update(changed_at=now)
    return thread


def stray(stage: Stage, **facts: Any) -> UnmatchedReply:
    """One that the sweep has found."""
    thread = stranger(stage.workspace, **facts)
    find_unmatched(stage.workspace)
    return UnmatchedReply.objects.get(thread=thread)


def test_a_reply_of_no_campaign_waits_and_one_of_a_lead_does_not(stage: Stage) -> None:
    stage.reply()
    row = stray(stage)
    assert (row.state, row.reason, row.address) == ("waiting", "no_campaign", STRAY)
    assert waiting_unmatched(stage.workspace).count() == 1
    stage.work()
    assert not LedgerEntry.objects.filter(thread=row.thread).exists()
    assert find_unmatched(stage.workspace) == 0


def test_an_automatic_reply_of_no_campaign_does_not_wait(stage: Stage) -> None:
    with pytest.raises(UnmatchedReply.DoesNotExist):
        stray(stage, is_automatic=True)


def test_assigned_it_reaches_the_crm_as_any_reply_of_that_campaign(stage: Stage) -> None:
    row, campaign = stray(stage), Campaign.objects.get(remote_id=stage.campaign)
    lead = Lead.objects.filter(campaign=campaign).order_by("pk").first()
    assert lead is not None
    assign(row, campaign, lead.email.upper(), by=stage.admin)
    stage.work()
    assert stage.states(lead.email) == DONE
    made = stage.contact(lead.email)
    assert (made["firstName"], made["tags"]) == (lead.first_name, ["instantly-05a"])
    row.refresh_from_db()
    assert (row.state, row.campaign, row.decided_by) == ("assigned", campaign, stage.admin)
    # It counts for no campaign in the mirror, so it does not here.
    assert people_in_crm(stage.workspace) == {}
    event = AuditEvent.objects.get(action="crm:unmatched:assigned")
    assert (event.subject, event.actor_id) == (f"crm:{stage.workspace.pk}", stage.admin.pk)
    stage.work()
    assert LedgerEntry.objects.filter(thread=row.thread).count() == 3


def test_what_follows_in_an_assigned_conversation_is_taken_too(stage: Stage) -> None:
    row, now = stray(stage), timezone.now()
    assign(row, Campaign.objects.get(remote_id=stage.campaign), "", by=stage.admin)
    stage.work()
    Message.objects.create(thread=row.thread, remote_id="m-2", kind=2, at=now, sender=STRAY, text="So?", read_at=now)
    InboxReading.objects.update(changed_at=timezone.now())
    stage.work()
    events = LedgerEntry.objects.filter(thread=row.thread, kind="note").values_list("event", flat=True)
    assert set(events) == {f"m-{row.thread.pk}", "m-2"}


def test_sent_anyway_the_contact_has_the_address_alone_and_no_tag_of_a_campaign(stage: Stage) -> None:
    row = stray(stage)
    send_anyway(row, by=stage.admin)
    stage.work()
    assert stage.states(STRAY) == [("contact", "done"), ("tags", "skipped"), ("note", "done")]
    made = stage.contact(STRAY)
    assert (made["email"], made.get("firstName"), made["tags"]) == (STRAY, None, [])


def test_a_reply_from_before_the_activation_is_taken_once_it_is_decided_on(stage: Stage) -> None:
    row, old = stray(stage), timezone.now() - timedelta(days=30)
    Message.objects.filter(thread=row.thread).update(at=old)
    Thread.objects.filter(pk=row.thread.pk).update(listed_at=old, newest_at=old, received_at=old)
    stage.work()
    assert stage.states(STRAY) == []
    send_anyway(row, by=stage.admin)
    # Decided while it was a draft: it is taken after the activation, and by one that has it already no more.
    UnmatchedReply.objects.update(decided_at=timezone.now() - timedelta(days=9))
    Automation.objects.update(active_since=timezone.now())
    stage.work()
    assert [kind for kind, _ in stage.states(STRAY)] == ["contact", "tags", "note"]


def test_a_lead_that_is_mirrored_later_frees_its_reply_by_itself(stage: Stage) -> None:
    email = stage.reply()
    Lead.objects.filter(email=email).delete()
    InboxReading.objects.update(changed_at=timezone.now())
    find_unmatched(stage.workspace)
    row = UnmatchedReply.objects.get()
    assert (row.reason, row.address) == ("no_lead", email)
    assert collect(stage.workspace) == 0
    # Instantly is asked for the lead, once an hour.
    look_for_lead(row.pk)
    assert Lead.objects.filter(email=email).exists()
    sweep_ledger()
    drain(stage.workspace)
    row.refresh_from_db()
    assert (row.state, stage.states(email), waiting_unmatched(stage.workspace).count()) == ("matched", DONE, 0)


def test_leads_that_were_never_read_are_not_unknown_yet(stage: Stage) -> None:
    email = stage.reply()
    Lead.objects.filter(email=email).delete()
    Campaign.objects.update(leads_mirrored_at=None)
    InboxReading.objects.update(changed_at=timezone.now())
    assert (find_unmatched(stage.workspace), collect(stage.workspace)) == (0, 0)
    # The mirror has it now, and nothing in the inbox has changed: within a minute it is found.
    known(Thread.objects.get(lead=email))
    assert collect(stage.workspace) == 0
    caches["process"].clear()
    assert collect(stage.workspace) == 1


def test_leads_that_cannot_be_read_for_half_an_hour_are_unknown(stage: Stage) -> None:
    email = stage.reply()
    Lead.objects.filter(email=email).delete()
    Campaign.objects.update(leads_mirrored_at=None)
    Workspace.objects.update(created_at=timezone.now() - timedelta(hours=1))
    InboxReading.objects.update(changed_at=timezone.now())
    stage.workspace.refresh_from_db()
    assert find_unmatched(stage.workspace) == 1


def test_the_sweep_asks_instantly_for_an_unknown_lead_once_an_hour(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead=STRAY)
    asked: list[int] = []

    def noted(task: Any, *ids: int, **_: Any) -> None:
        asked.extend(ids if task is look_for_lead else ())

    monkeypatch.setattr("iexdg.crm.tasks.enqueue", noted)
    sweep_ledger()
    sweep_ledger()
    assert asked == [row.pk]
    UnmatchedReply.objects.update(looked_at=timezone.now() - timedelta(hours=2))
    sweep_ledger()
    assert asked == [row.pk, row.pk]


def test_set_aside_it_waits_no_more_until_another_reply_comes(stage: Stage) -> None:
    row = stray(stage)
    with pytest.raises(CrmRefusedError, match="Say why"):
        set_aside([row], "  ", by=stage.admin)
    assert set_aside([row], "A newsletter", by=stage.admin) == 1
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, row.note) == ("set_aside", "A newsletter")
    assert AuditEvent.objects.get(action="crm:unmatched:set_aside").note == "A newsletter"
    assert put_back(row, by=stage.admin)
    assert not put_back(row, by=stage.admin)
    row.refresh_from_db()
    assert (row.state, row.note, row.decided_at, row.decided_by) == ("waiting", "", None, None)
    set_aside([row], "A newsletter", by=stage.admin)
    Thread.objects.filter(pk=row.thread.pk).update(received_at=timezone.now())
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, row.note, row.decided_at, row.decided_by) == ("waiting", "", None, None)
    stage.work()
    assert stage.states(STRAY) == []


def test_a_refused_contact_waits_in_the_queue_until_its_entry_was_replayed(stage: Stage) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status", "value": 400})
    stage.work()
    find_unmatched(stage.workspace)
    row = UnmatchedReply.objects.get()
    assert (row.state, row.reason, row.address) == ("waiting", "contact", email)
    for decide in (lambda: send_anyway(row, by=stage.admin), lambda: set_aside([row], "No", by=stage.admin)):
        with pytest.raises(CrmRefusedError, match="replay the entry"):
            decide()
    replay([LedgerEntry.objects.get(lead=email, kind="contact")], by=stage.admin)
    drain(stage.workspace)
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, stage.states(email)) == ("matched", DONE)


def test_a_refused_note_is_no_unmatched_reply(stage: Stage) -> None:
    email = stage.reply()
    stage.control.faults({"match": {"method": "POST", "path": "/contacts/*/notes"}, "do": "status", "value": 400})
    stage.work()
    assert stage.states(email) == [("contact", "done"), ("tags", "done"), ("note", "refused")]
    assert find_unmatched(stage.workspace) == 0


def test_what_was_set_aside_is_matched_once_its_refused_contact_is_saved(stage: Stage) -> None:
    row = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead=STRAY)
    set_aside([row], "A newsletter", by=stage.admin)
    known(row.thread)
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status", "value": 400})
    stage.work()
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, row.reason, row.note, row.decided_by) == ("waiting", "contact", "", None)
    replay([LedgerEntry.objects.get(lead=STRAY, kind="contact")], by=stage.admin)
    drain(stage.workspace)
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, stage.states(STRAY)) == ("matched", DONE)


@pytest.mark.parametrize("decision", ["assigned", "address_only"])
def test_a_decision_whose_contact_was_refused_stays_decided_afterwards(stage: Stage, decision: str) -> None:
    row = stray(stage)
    if decision == "assigned":
        assign(row, Campaign.objects.get(remote_id=stage.campaign), "", by=stage.admin)
    else:
        send_anyway(row, by=stage.admin)
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status", "value": 400})
    stage.work()
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("waiting", "contact")
    replay([LedgerEntry.objects.get(lead=STRAY, kind="contact")], by=stage.admin)
    drain(stage.workspace)
    find_unmatched(stage.workspace)
    row.refresh_from_db()
    tags = "done" if decision == "assigned" else "skipped"
    states = [("contact", "done"), ("tags", tags), ("note", "done")]
    assert (row.state, row.decided_by, stage.states(STRAY)) == (decision, stage.admin, states)


def test_what_cannot_be_decided_is_refused(stage: Stage, member: Callable[..., Member]) -> None:
    row, campaign = stray(stage), Campaign.objects.get(remote_id=stage.campaign)
    with pytest.raises(NotAllowedError):
        assign(row, campaign, "", by=member("viewer"))
    with pytest.raises(CrmRefusedError, match="No lead"):
        assign(row, campaign, "nobody@else.example.com", by=stage.admin)
    Automation.objects.update(filter={"campaigns": [campaign.pk]})
    with pytest.raises(CrmRefusedError, match="No automation"):
        send_anyway(row, by=stage.admin)
    assign(row, campaign, "", by=stage.admin)
    with pytest.raises(CrmRefusedError, match="does not wait"):
        assign(row, campaign, "", by=stage.admin)
    stage.work()
    assert stage.states(STRAY) == DONE


def test_who_may_not_answer_decides_nothing(stage: Stage, member: Callable[..., Member]) -> None:
    row, viewer = stray(stage), member("viewer")
    aside = stray(stage)
    set_aside([aside], "A newsletter", by=stage.admin)
    tried: list[Callable[[], object]] = [
        lambda: send_anyway(row, by=viewer),
        lambda: set_aside([row], "No", by=viewer),
        lambda: put_back(aside, by=viewer),
    ]
    for verb in tried:
        with pytest.raises(NotAllowedError):
            verb()
    assert list(UnmatchedReply.objects.order_by("pk").values_list("state", flat=True)) == ["waiting", "set_aside"]


def test_it_is_assigned_within_its_workspace_alone(stage: Stage) -> None:
    row, own, other = stray(stage), Campaign.objects.get(remote_id=stage.campaign), other_workspace()
    campaign = factories.campaign(other)
    Lead.objects.create(
        workspace=other, campaign=campaign, email="only@there.example.com", remote_id="l-1", synced_at=timezone.now()
    )
    with pytest.raises(CrmRefusedError, match="no such campaign"):
        assign(row, campaign, "", by=stage.admin)
    with pytest.raises(CrmRefusedError, match="No lead"):
        assign(row, own, "only@there.example.com", by=stage.admin)
    row.refresh_from_db()
    assert (row.state, row.campaign) == ("waiting", None)


def test_a_lead_of_another_workspace_is_not_known_here(stage: Stage) -> None:
    known(stranger(other := other_workspace(), campaign=factories.campaign(other), lead=STRAY))
    row = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead=STRAY)
    assert (row.state, row.reason) == ("waiting", "no_lead")


def test_a_known_lead_in_no_known_campaign_keeps_waiting(stage: Stage) -> None:
    row = stray(stage, lead=Lead.objects.order_by("pk").values_list("email", flat=True)[0])
    assert find_unmatched(stage.workspace) == 0
    row.refresh_from_db()
    assert (row.state, row.reason) == ("waiting", "no_campaign")


def test_an_automation_of_other_campaigns_does_not_take_what_was_assigned(stage: Stage) -> None:
    own = Campaign.objects.get(remote_id=stage.campaign)
    assign(stray(stage), Campaign.objects.exclude(pk=own.pk).order_by("pk")[0], "", by=stage.admin)
    Automation.objects.update(filter={"campaigns": [own.pk]})
    stage.work()
    assert stage.states(STRAY) == []


@pytest.mark.parametrize(
    "facts",
    [{"deleted_at": timezone.now(), "state": "draft"}, {"trigger": "bounced"}, {"filter": {"campaigns": [0]}}],
    ids=["deleted", "of another trigger", "of other campaigns"],
)
def test_it_is_not_assigned_where_no_automation_would_take_it(stage: Stage, facts: dict[str, Any]) -> None:
    row = stray(stage)
    Automation.objects.update(**facts)
    with pytest.raises(CrmRefusedError, match="No automation takes"):
        assign(row, Campaign.objects.get(remote_id=stage.campaign), "", by=stage.admin)
    with pytest.raises(CrmRefusedError, match="No automation takes"):
        send_anyway(row, by=stage.admin)
    row.refresh_from_db()
    assert row.state == "waiting"


def test_only_leads_that_instantly_may_have_are_asked_for(stage: Stage) -> None:
    campaign = Campaign.objects.get(remote_id=stage.campaign)
    gone = Campaign.objects.exclude(pk=campaign.pk).order_by("pk")[0]
    Campaign.objects.filter(pk=gone.pk).update(vanished_at=timezone.now())
    wanted, aside = (stray(stage, campaign=campaign, lead=f"{name}@else.example.com") for name in ("ada", "bob"))
    set_aside([aside], "A newsletter", by=stage.admin)
    for facts in ({}, {"campaign": gone, "lead": STRAY}):
        stray(stage, **facts)
    assert leads_to_look_for(stage.workspace) == [wanted.pk]


def test_a_lead_that_could_not_be_asked_for_is_asked_for_in_a_minute(stage: Stage) -> None:
    row = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead=STRAY)
    assert leads_to_look_for(stage.workspace) == [row.pk]
    stage.control.faults({"match": {"path": "/leads/list"}, "do": "status", "value": 403})
    look_for_lead(row.pk)
    assert leads_to_look_for(stage.workspace) == []
    UnmatchedReply.objects.update(looked_at=F("looked_at") - timedelta(minutes=1))
    assert leads_to_look_for(stage.workspace) == [row.pk]


def test_a_matched_conversation_stays_matched_after_another_reply(stage: Stage) -> None:
    row = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead=STRAY)
    known(row.thread)
    assert find_unmatched(stage.workspace) == 1
    later = timezone.now()
    Thread.objects.filter(pk=row.thread.pk).update(received_at=later, listed_at=later)
    assert find_unmatched(stage.workspace) == 0
    row.refresh_from_db()
    assert row.state == "matched"


def test_what_was_only_sent_does_not_wait(stage: Stage) -> None:
    with pytest.raises(UnmatchedReply.DoesNotExist):
        stray(stage, received_at=None)


def test_more_than_a_sweep_takes_are_found_by_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmatched_replies, "_A_SWEEP", 1)
    for _ in range(2):
        stranger(stage.workspace)
    assert [find_unmatched(stage.workspace) for _ in range(3)] == [1, 1, 0]


def test_the_queue_of_another_workspace_is_left_alone(stage: Stage) -> None:
    other = other_workspace()
    before = timezone.now() - timedelta(hours=1)
    campaign = factories.campaign(other, leads_mirrored_at=before)
    new, aside, waiting, refused = (
        stranger(other, campaign=campaign, lead=f"{name}@else.example.com") for name in ("a", "b", "c", "d")
    )
    known(refused)
    rows = {"workspace": other, "reason": "no_lead", "received_at": before, "found_at": before, "changed_at": before}
    UnmatchedReply.objects.create(thread=aside, state="set_aside", note="No", decided_at=before, **rows)
    UnmatchedReply.objects.create(thread=waiting, **rows)
    known(waiting)
    automation = Automation.objects.create(workspace=other, name="Other", changed_at=before)
    LedgerEntry.objects.create(
        workspace=other, automation=automation, event="m-1", number=1, kind="contact", state="refused",
        lead="d@else.example.com", thread=refused, asked_at=before, due_at=before, changed_at=before,
    )  # fmt: skip
    assert find_unmatched(stage.workspace) == 0
    assert find_unmatched(other) == 4
    states = dict(UnmatchedReply.objects.values_list("thread", "state"))
    assert states == {new.pk: "waiting", aside.pk: "waiting", waiting.pk: "matched", refused.pk: "waiting"}


def test_the_page_lists_filters_decides_and_exports(stage: Stage, web: Callable[..., Client]) -> None:
    row, client = stray(stage), web("operator")
    page = client.get("/w/demo/crm/unmatched/").content.decode()
    assert STRAY in page
    assert "No known campaign" in page
    # The count is in the navigation of every page, where there is one.
    assert ">Unmatched<" in client.get("/w/demo/audit/").content.decode()
    assert STRAY not in client.get("/w/demo/crm/unmatched/?reason=no_lead").content.decode()
    assert "Nothing fits" in client.get("/w/demo/crm/unmatched/?address=nobody").content.decode()
    rows = b"".join(client.get("/w/demo/crm/unmatched.csv").streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert [len(rows), STRAY in rows[1]] == [2, True]
    one = f"/w/demo/crm/unmatched/{row.pk}/"
    html = client.get(one).content.decode()
    assert "Call me." in html
    assert "selected" not in html
    known_campaign = stray(stage, campaign=Campaign.objects.get(remote_id=stage.campaign), lead="b@else.example.com")
    html = client.get(f"/w/demo/crm/unmatched/{known_campaign.pk}/").content.decode()
    assert f'<option value="{known_campaign.thread.campaign_id}" selected>' in html
    assert 'name="reply"' not in client.get("/w/demo/crm/unmatched/?state=all").content.decode()
    known_campaign.delete()
    answer = client.post(f"{one}assign/", {"campaign": ""}, follow=True)
    assert "Choose a campaign." in answer.content.decode()
    client.post("/w/demo/crm/unmatched/set-aside/", {"reply": [row.pk], "why": "A newsletter"})
    row.refresh_from_db()
    assert row.state == "set_aside"
    assert "No reply waits here" in client.get("/w/demo/crm/unmatched/").content.decode()
    assert ">Unmatched<" not in client.get("/w/demo/audit/").content.decode()
    client.post(f"{one}put-back/")
    client.post(f"{one}send/")
    row.refresh_from_db()
    assert row.state == "address_only"


def test_an_erased_person_is_in_the_queue_no_more(stage: Stage) -> None:
    row = stray(stage)
    counted = erase_elsewhere(stage.workspace, STRAY)
    # The conversation of a stranger goes too, although Instantly names no lead for it.
    assert counted["conversations"] == 1
    assert not UnmatchedReply.objects.filter(pk=row.pk).exists()
