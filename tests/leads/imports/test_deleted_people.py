"""People who were deleted in Instantly can be loaded again; no page claims that they are still there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from campaigns.models import Campaign
from iexdg.golive.audience import audience_of, people_facts
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.importing.stage import check_import
from leads.importing.upload import choose_columns, store_upload
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Import, Lead, Row
from tests.leads.factories import people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

PEOPLE = people(4, prefix="again")


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def load(media: object, member: Callable[..., Member]) -> Callable[..., Import]:
    """load(campaign) uploads, checks and loads the four people; returns the import."""

    def run(into: Campaign) -> Import:
        imported = check(into)
        verbs.start(imported, by=member("operator"))
        drive.run_until_settled(imported.pk)
        return imported

    def check(into: Campaign) -> Import:
        file = ContentFile("\n".join(["Email", *PEOPLE]).encode(), name="leads.csv")
        imported = store_upload(file, campaign=into, by=member("operator"))
        choose_columns(imported, imported.mapping)
        check_import(imported.pk)
        imported.refresh_from_db()
        return imported

    return run


def delete_in_instantly(campaign: Campaign, emails: list[str]) -> None:
    """What a person does in Instantly's own app; the mirror does not know of it."""
    client = client_for(campaign.workspace)
    for lead in Lead.objects.filter(campaign=campaign, email__in=emails):
        client.leads.delete(lead.remote_id)


def test_who_was_deleted_in_instantly_is_loaded_again_and_not_paid_again(
    campaign: Campaign, load: Callable[..., Import], control: SandboxControl
) -> None:
    first = load(campaign)
    assert counts_of(first).loaded == 4
    delete_in_instantly(campaign, PEOPLE)

    second = counts_of(load(campaign))

    assert (second.skipped, second.load_failed, second.loaded) == ({}, {}, 4)
    assert second.credits_used == 0
    assert {email for email in control.leads_in(campaign.remote_id) if email in PEOPLE} == set(PEOPLE)


def test_only_those_who_are_still_there_are_skipped(campaign: Campaign, load: Callable[..., Import]) -> None:
    load(campaign)
    delete_in_instantly(campaign, PEOPLE[:1])
    second = load(campaign)
    assert (counts_of(second).skipped, counts_of(second).loaded) == ({"in_campaign": 3}, 1)
    assert Row.objects.filter(imported=second, state="loaded").get().email == PEOPLE[0]


def test_who_was_deleted_from_another_campaign_is_loaded_into_this_one(
    campaign: Campaign, load: Callable[..., Import], workspace: Workspace
) -> None:
    load(campaign)
    delete_in_instantly(campaign, PEOPLE)
    second = counts_of(load(synced_campaign(workspace, "05B")))
    assert (second.skipped, second.load_failed, second.loaded) == ({}, {}, 4)


def test_people_of_a_campaign_that_is_gone_are_in_no_campaign(
    campaign: Campaign, load: Callable[..., Import], workspace: Workspace
) -> None:
    load(campaign)
    delete_in_instantly(campaign, PEOPLE)
    Lead.objects.filter(campaign=campaign).update(synced_at=campaign.synced_at + timedelta(days=1))
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=campaign.synced_at)
    assert counts_of(load(synced_campaign(workspace, "05B"))).skipped == {}


def test_a_deleted_audience_is_not_called_verified(campaign: Campaign, load: Callable[..., Import]) -> None:
    load(campaign)
    assert audience_of(campaign, people_facts(campaign)).verified == 4
    Lead.objects.filter(campaign=campaign).update(vanished_at=campaign.synced_at)
    assert audience_of(campaign, people_facts(campaign)).verified == 0
