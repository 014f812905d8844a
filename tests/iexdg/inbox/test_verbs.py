"""Assigning, marking as read and setting the interest: who may, what is asked of Instantly, what is recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.inbox.models import Thread
from iexdg.inbox.verbs import ThreadChangeError, assign, mark_as_read, set_interest
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode
from leads.models import Lead
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


def actions() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="inbox:").order_by("pk")
    return list(found.values_list("action", flat=True))


def test_a_conversation_is_assigned_only_to_someone_who_may_answer(waiting: Thread, member: MemberOf) -> None:
    assign(waiting, to=member("admin"), by=member())
    waiting.refresh_from_db()
    assert waiting.assigned_to == member("admin")
    with pytest.raises(NotAllowedError):
        assign(waiting, to=member("viewer"), by=member())
    assign(waiting, to=None, by=member())
    waiting.refresh_from_db()
    assert waiting.assigned_to is None
    assert actions() == ["inbox:thread:assigned", "inbox:thread:assigned"]


def test_marked_as_read_at_instantly_and_here(waiting: Thread, member: MemberOf, mails: Any) -> None:
    for mail in mails.values():
        mail["unread"] = mail["thread"] == waiting.remote_id
    Thread.objects.filter(pk=waiting.pk).update(unread=1)
    mark_as_read(waiting, by=member())
    assert not any(mail["unread"] for mail in mails.values())
    waiting.refresh_from_db()
    assert waiting.unread == 0
    assert actions() == ["inbox:read:asked", "inbox:read:done"]


def test_the_interest_is_set_for_the_person_in_the_campaign(waiting: Thread, member: MemberOf, sandbox: Any) -> None:
    set_interest(waiting, 2, by=member())
    assert [lead["interest"] for lead in sandbox.world.leads.values() if lead["email"] == waiting.lead] == [2]
    waiting.refresh_from_db()
    assert waiting.interest == 2
    assert actions() == ["inbox:interest:asked", "inbox:interest:done"]


def test_the_lead_is_read_in_the_campaign_in_which_the_interest_was_set(
    waiting: Thread, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr("iexdg.inbox.verbs.enqueue", lambda task, pk: asked.append((task.name, pk)))
    other = Campaign.objects.exclude(pk=waiting.campaign_id).order_by("pk")[0]
    here, there = (
        Lead.objects.create(
            workspace=waiting.workspace, campaign=campaign, email=waiting.lead, synced_at=timezone.now()
        )
        for campaign in (waiting.campaign, other)
    )
    set_interest(waiting, 2, by=member())
    assert asked == [("leads.tasks.read_lead", here.pk)]
    # In no campaign it is set for the person wherever they are.
    asked.clear()
    waiting.campaign = None
    set_interest(waiting, 1, by=member())
    assert {pk for _, pk in asked} == {here.pk, there.pk}


def test_a_lost_answer_is_said_and_recorded(waiting: Thread, member: MemberOf, control: SandboxControl) -> None:
    lost = {"match": {"method": "POST", "path": "/leads/update-interest-status"}, "do": "drop_after_commit", "times": 9}
    control.faults(lost)
    with pytest.raises(ThreadChangeError, match="not known"):
        set_interest(waiting, 1, by=member())
    assert actions() == ["inbox:interest:asked", "inbox:interest:unknown"]
    waiting.refresh_from_db()
    assert waiting.wanted_at is not None


@pytest.mark.parametrize("change", [mark_as_read, lambda thread, by: set_interest(thread, 1, by=by)])
def test_observe_mode_and_a_viewer_change_nothing(
    change: Any, waiting: Thread, member: MemberOf, control: SandboxControl
) -> None:
    before = len(control.log())
    with pytest.raises(NotAllowedError):
        change(waiting, by=member("viewer"))
    waiting.workspace.mode = Mode.OBSERVE
    with pytest.raises(ObserveModeError):
        change(waiting, by=member())
    assert len(control.log()) == before
    assert actions() == []


def test_the_buttons_of_the_page_do_it(waiting: Thread, web: Callable[..., Client], member: MemberOf) -> None:
    page, client = f"/w/demo/inbox/{waiting.pk}/", web("operator")
    html = client.post(f"{page}assign/", {"member": member("admin").pk}, follow=True).content.decode()
    assert "Assigned to Admin Person." in html
    assert "Interest set." in client.post(f"{page}interest/", {"interest": "4"}, follow=True).content.decode()
    assert "Choose one" in client.post(f"{page}interest/", {"interest": "77"}, follow=True).content.decode()
    assert "Marked as read." in client.post(f"{page}read/", follow=True).content.decode()
    assert "Choose someone" in client.post(f"{page}assign/", {"member": "12345"}, follow=True).content.decode()
