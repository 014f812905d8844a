"""The pages that move people: a campaign or a lead list is chosen, and nothing is moved before Start."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Workspace
from leads.models import Import, Lead, LeadList, ListVerification
from tests.leads.views.test_lists import fair, two
from tests.sandbox_control import SandboxControl

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
__all__ = ["fair", "two"]
Web = Callable[..., Client]
ONE = "Choose a campaign into which leads can be loaded, or a lead list."


def addresses(two: tuple[Campaign, Campaign]) -> list[str]:
    """The three pages from which people of campaigns are moved."""
    lead = Lead.objects.get(email="m0@move.example.com")
    words = "?q=move.example.com"
    return [
        f"/w/demo/campaigns/{two[0].pk}/move-people/{words}",
        f"/w/demo/leads/move/{words}",
        f"/w/demo/people/{lead.pk}/move/",
    ]


@pytest.mark.parametrize(("page", "lines"), [(0, 3), (1, 3), (2, 1)], ids=["campaign", "filter", "person"])
def test_a_list_is_chosen_on_every_page_and_no_one_is_moved_yet(
    page: int, lines: int, two: tuple[Campaign, Campaign], fair: LeadList, web: Web, control: SandboxControl
) -> None:
    browser, address, calls = web("operator"), addresses(two)[page], len(control.log())
    shown = browser.get(address).content.decode()
    assert f'<option value="{fair.pk}">Spring fair</option>' in shown
    assert "in a list no one writes to them" in shown

    answer = browser.post(address, {"lead_list": fair.pk})

    imported = Import.objects.get()
    assert answer.status_code == 302
    assert (imported.source_campaign, imported.campaign, imported.lead_list) == (two[0], None, fair)
    assert (imported.state, imported.policy) == ("checking", "now")
    assert AuditEvent.objects.get(action="import:move:prepared").after["lines"] == lines
    assert not [one for one in control.log()[calls:] if one["method"] != "GET" and "list" not in one["path"]]


@pytest.mark.parametrize("page", [0, 1, 2], ids=["campaign", "filter", "person"])
def test_neither_both_nor_a_list_of_elsewhere_is_taken(
    page: int, two: tuple[Campaign, Campaign], fair: LeadList, web: Web
) -> None:
    browser, address = web("operator"), addresses(two)[page]
    for posted, words in (
        ({}, ONE),
        ({"campaign": two[1].pk, "lead_list": fair.pk}, "Choose either a campaign or a list, not both."),
        ({"lead_list": 999_999}, "What was chosen under “Or to a lead list” is not one of the choices."),
    ):
        answer = browser.post(address, posted)
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Import.objects.exists()


def test_the_list_they_are_in_a_temporary_and_a_gone_one_are_not_offered(
    fair: LeadList, two: tuple[Campaign, Campaign], web: Web, workspace: Workspace
) -> None:
    now = timezone.now()
    browser, address = web("operator"), f"/w/demo/campaigns/{two[0].pk}/move-people/?q=move.example.com"
    browser.post(address, {"lead_list": fair.pk})
    temporary, gone, other = (
        LeadList.objects.create(workspace=workspace, remote_id=name, name=name, synced_at=now)
        for name in ("Temporary", "Gone", "Other")
    )
    LeadList.objects.filter(pk=gone.pk).update(vanished_at=now)
    ListVerification.objects.create(
        workspace=workspace, imported=Import.objects.get(), name="t", lead_list=temporary, planned_at=now, next_at=now
    )
    shown = browser.get(f"/w/demo/lists/{fair.pk}/move/").content.decode()
    options = [f'<option value="{one.pk}">{one.name}</option>' in shown for one in (fair, temporary, gone, other)]
    assert options == [False, False, False, True]
    assert "No one writes to a list." in shown

    refused = browser.post(f"/w/demo/lists/{fair.pk}/move/", {"lead_list": fair.pk})
    assert (refused.status_code, Import.objects.count()) == (422, 1)


def test_a_viewer_moves_no_one_into_a_list(two: tuple[Campaign, Campaign], fair: LeadList, web: Web) -> None:
    browser = web("viewer")
    for address in [*addresses(two), f"/w/demo/lists/{fair.pk}/move/"]:
        assert browser.post(address, {"lead_list": fair.pk}).status_code == 403
    assert not Import.objects.exists()


def test_the_page_of_a_list_names_the_moves_into_and_out_of_it(
    fair: LeadList, two: tuple[Campaign, Campaign], web: Web, workspace: Workspace, media: Path
) -> None:
    other = LeadList.objects.create(workspace=workspace, remote_id="o", name="Other", synced_at=timezone.now())
    browser = web("operator")
    browser.post(f"/w/demo/campaigns/{two[0].pk}/move-people/?q=move.example.com", {"lead_list": fair.pk})
    browser.post(f"/w/demo/lists/{fair.pk}/move/", {"lead_list": other.pk})

    page = browser.get(f"/w/demo/lists/{fair.pk}/").content.decode()

    assert ">Move from 05A" in page
    assert ">Move to Other</a>" in page
    moved = Import.objects.get(lead_list=fair)
    shown = browser.get(f"/w/demo/imports/{moved.pk}/").content.decode()
    assert f'<a href="/w/demo/lists/{fair.pk}/">Spring fair</a>' in shown
