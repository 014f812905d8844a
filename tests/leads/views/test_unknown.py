"""Requests that await confirmation are listed with what is known."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import CampaignStatus, RequestState, StatusRequest, Wanted
from iexdg.workspaces.models import Workspace
from leads.models import Batch, BatchState, Receipt
from leads.pages.unknown import pending_outcomes
from tests.campaigns.factories import campaign as make_campaign
from tests.leads.factories import checked_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def lost(workspace: Workspace) -> Workspace:
    """A pause, a load and a paid verification whose answers were lost."""
    now = timezone.now()
    campaign = make_campaign(workspace)
    imported = checked_import(campaign, ["ada@firm.example.com"])
    StatusRequest.objects.create(
        campaign=campaign, wanted=Wanted.PAUSE, state=RequestState.UNKNOWN, asked_at=now - timedelta(minutes=1),
        sent_at=now - timedelta(minutes=1), last_read_at=now, last_read_status=CampaignStatus.ACTIVE, attempts=2,
        error="The connection broke.",
    )  # fmt: skip
    Batch.objects.create(
        imported=imported, number=1, state=BatchState.UNKNOWN, size=7, planned_at=now, sent_at=now, reads=1
    )
    Receipt.objects.create(
        workspace=workspace, email="ada@firm.example.com", asked_at=now, sent_at=now - timedelta(minutes=2),
        paid_by=imported,
    )  # fmt: skip
    return workspace


def test_unconfirmed_pauses_loads_and_verifications_are_listed_oldest_first(lost: Workspace) -> None:
    assert [one.title for one in pending_outcomes(lost)] == [
        "Verify 1 address of leads.csv",
        "Pause 05A Executive-Peer",
        "Load batch 1 of leads.csv",
    ]


@pytest.mark.parametrize("state", [RequestState.ASKED, RequestState.SENT])
def test_a_request_that_was_sent_a_while_ago_without_an_answer_is_listed(lost: Workspace, state: RequestState) -> None:
    StatusRequest.objects.update(state=state, error="", asked_at=timezone.now() - timedelta(seconds=11))
    Batch.objects.update(state=BatchState.SENDING, sent_at=timezone.now() - timedelta(seconds=11))
    assert {one.title for one in pending_outcomes(lost)} >= {"Pause 05A Executive-Peer", "Load batch 1 of leads.csv"}
    StatusRequest.objects.update(asked_at=timezone.now())
    Batch.objects.update(sent_at=timezone.now())
    assert [one.title for one in pending_outcomes(lost)] == ["Verify 1 address of leads.csv"]


def test_the_page_shows_the_last_read_and_the_next_step(lost: Workspace, web: Callable[..., Client]) -> None:
    page = web("viewer").get("/w/demo/unknown/").content.decode()

    assert "Awaiting confirmation" in page
    assert "not confirmed yet" in page
    assert ": sending; The connection broke. Attempt 2; trying again." in page


def test_the_control_room_panel_is_empty_if_nothing_is_unknown(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    answer = web("viewer").get("/w/demo/unknown/panel/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Awaiting" not in answer.content.decode()


def test_a_request_that_was_just_sent_is_not_listed(workspace: Workspace) -> None:
    now = timezone.now()
    Receipt.objects.create(workspace=workspace, email="ada@firm.example.com", asked_at=now, sent_at=now)

    assert pending_outcomes(workspace) == []
