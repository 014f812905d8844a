"""One rehearsal of a campaign at a time, under a lease: a process that was killed leaves none open for ever."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.rehearsals import orders
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.rehearsals.person_page import erase
from iexdg.rehearsals.tasks import sweep_rehearsals
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.rehearsals.factories import MONDAY, done_rehearsal
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def asked(campaign: Campaign, member: Callable[..., Member]) -> Rehearsal:
    return orders.ask(campaign, by=member())


def test_it_is_recorded_once_and_a_second_one_is_refused(
    asked: Rehearsal, campaign: Campaign, member: Callable[..., Member]
) -> None:
    with pytest.raises(RehearsalError, match="is running already"):
        orders.ask(campaign, by=member())
    assert Rehearsal.objects.count() == 1
    event = AuditEvent.objects.get(action="campaign:rehearsal:asked")
    assert (event.campaign_ref, event.actor_name) == (campaign.pk, "Operator Person")


def test_one_process_takes_it(asked: Rehearsal) -> None:
    taken = orders.claim(asked.pk)
    assert taken is not None
    assert taken.state == RehearsalState.RUNNING
    assert orders.claim(asked.pk) is None


def test_a_lease_that_is_renewed_keeps_it_and_one_that_lapsed_has_failed(asked: Rehearsal) -> None:
    taken = orders.claim(asked.pk)
    assert taken is not None
    assert orders.renew(taken, MONDAY.date(), 12)
    assert orders.fail_lapsed(asked.workspace) == 0
    Rehearsal.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    sweep_rehearsals()
    asked.refresh_from_db()
    assert (asked.state, asked.day_reached, asked.emails_so_far) == (RehearsalState.FAILED, MONDAY.date(), 12)
    assert asked.error == "The process that played it ended before it was done. Rehearse it again."
    # The one that comes back late changes nothing.
    assert not orders.renew(taken, MONDAY.date(), 13)
    assert not orders.finish(taken, result={}, samples=[], fingerprint="")
    asked.refresh_from_db()
    assert (asked.state, asked.result) == (RehearsalState.FAILED, None)


def test_one_that_no_worker_took_is_started_again_and_given_up_after_half_an_hour(
    asked: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []
    monkeypatch.setattr("iexdg.rehearsals.tasks.enqueue", lambda task, pk: started.append(pk))
    sweep_rehearsals()
    assert started == []
    Rehearsal.objects.update(asked_at=timezone.now() - timedelta(minutes=1))
    sweep_rehearsals()
    assert started == [asked.pk]
    Rehearsal.objects.update(asked_at=timezone.now() - timedelta(minutes=31))
    sweep_rehearsals()
    asked.refresh_from_db()
    assert (asked.state, started) == (RehearsalState.FAILED, [asked.pk])
    assert asked.error.startswith("No worker took it within 30 minutes.")


def test_a_lapsed_one_does_not_keep_the_next_from_being_requested(
    asked: Rehearsal, campaign: Campaign, member: Callable[..., Member]
) -> None:
    orders.claim(asked.pk)
    Rehearsal.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    again = orders.ask(campaign, by=member())
    assert again.state == RehearsalState.ASKED


@pytest.mark.parametrize("ends", ["finish", "fail"])
def test_the_file_of_the_people_is_deleted_at_the_end(
    ends: str, campaign: Campaign, member: Callable[..., Member], tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    path = tmp_path / "people"
    path.write_text("Email\nada@firm.example.com")
    asked = orders.ask(campaign, by=member(), leads_source="people.csv", file_path="people")
    taken = orders.claim(asked.pk)
    assert taken is not None
    if ends == "finish":
        orders.finish(taken, result={"days": []}, samples=[], fingerprint="f")
    else:
        orders.fail(taken, "No")
    assert not path.exists()
    assert Rehearsal.objects.get().file_path == ""


def test_the_newest_ten_of_a_campaign_are_kept(campaign: Campaign) -> None:
    for _ in range(12):
        done_rehearsal(campaign)
    running = done_rehearsal(campaign, state=RehearsalState.RUNNING, result=None)
    orders.finish(running, result={"days": []}, samples=[], fingerprint="f")
    kept = list(Rehearsal.objects.values_list("pk", flat=True))
    assert (len(kept), kept[0]) == (10, running.pk)


def test_a_person_who_is_erased_is_in_no_rehearsal(campaign: Campaign, workspace: Workspace) -> None:
    done_rehearsal(campaign)
    assert erase(workspace, "bob@firm.example.com") == {"rehearsals": 0}
    assert erase(workspace, "ada@firm.example.com") == {"rehearsals": 1}
    assert Rehearsal.objects.get().samples == []
