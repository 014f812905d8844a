"""Erasing a person: at Instantly first, then here, and a certificate that does not name them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client
from django.utils import timezone

from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.inbox.models import Message, Thread
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.changing.erasure import ask_to_erase, carry_out_erasure
from leads.errors import PeopleChangeError
from leads.imports import drive, verbs
from leads.mirror import mirror_campaign_leads
from leads.models import Erasure, Import, Lead, PeopleChange, Row, RowState, Suppression
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

WHO = "gone1@firm.example.com"


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def loaded(control: SandboxControl, workspace: Workspace, member: Callable[..., Member], media: Path) -> Import:
    """An import of three people that was loaded, with its file, and a conversation with one of them."""
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3, prefix="gone"), by=member("operator"))
    file = media / imported.file_path
    file.parent.mkdir(parents=True)
    file.write_text(f"email\n{WHO}\n")
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    control.advance(60)
    mirror_campaign_leads(campaign)
    thread = Thread.objects.create(workspace=workspace, remote_id="t1", campaign=campaign, lead=WHO)
    Message.objects.create(thread=thread, remote_id="m1", sender=WHO, read_at=timezone.now())
    return imported


def everything_stored() -> str:
    return "".join(serializers.serialize("json", model._default_manager.all()) for model in apps.get_models())


def test_nothing_of_them_is_left_here_or_at_instantly_and_the_certificate_says_what_went(
    loaded: Import, workspace: Workspace, member: Callable[..., Member], media: Path, web: Callable[..., Client]
) -> None:
    erasure = ask_to_erase(workspace, WHO, typed=WHO.upper(), keeps_blocked=False, by=member("admin"))

    assert carry_out_erasure(erasure)

    assert not list(client_for(workspace).leads.select(LeadSelection(contacts=[WHO])))
    assert WHO not in everything_stored()
    assert not (media / loaded.file_path).exists()
    facts = Erasure.objects.get().facts
    assert (facts["leads_at_instantly"], facts["conversations"], facts["lines"]) == (1, 1, 1)
    assert (facts["people_in_campaigns"], facts["receipts"], facts["files"]) == (1, 1, 1)
    assert Lead.objects.filter(campaign=loaded.campaign, email__startswith="gone").count() == 2
    page = web("admin").get(f"/w/demo/people/erasures/{erasure.pk}/").content.decode()
    assert "Certificate" in page
    assert erasure.digest in page


def test_the_address_stays_blocked_where_that_was_chosen(
    loaded: Import, workspace: Workspace, member: Callable[..., Member]
) -> None:
    carry_out_erasure(ask_to_erase(workspace, WHO, typed=WHO, keeps_blocked=True, by=member("admin")))

    assert Suppression.objects.get().value == WHO


def test_nothing_here_goes_before_instantly_is_read_without_them(
    loaded: Import, workspace: Workspace, member: Callable[..., Member], control: SandboxControl
) -> None:
    control.faults({"match": {"method": "DELETE"}, "do": "status", "status": 500, "times": 1})
    erasure = ask_to_erase(workspace, WHO, typed=WHO, keeps_blocked=False, by=member("admin"))

    assert not carry_out_erasure(erasure)
    assert Lead.objects.filter(email=WHO).exists()
    PeopleChange.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
    assert carry_out_erasure(Erasure.objects.get())

    assert WHO not in everything_stored()


def test_a_held_line_of_them_is_never_loaded(
    workspace: Workspace, member: Callable[..., Member], control: SandboxControl, media: Path
) -> None:
    imported = checked_import(synced_campaign(workspace, "05A"), people(2, prefix="gone"), by=member("operator"))
    verbs.start(imported, by=member("operator"), hold=True)
    drive.run_until_settled(imported.pk)

    carry_out_erasure(ask_to_erase(workspace, WHO, typed=WHO, keeps_blocked=False, by=member("admin")))
    imported.refresh_from_db()
    verbs.resume(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)

    outcomes = sorted(Row.objects.filter(imported=imported).values_list("state", "reason"))
    assert outcomes == [(RowState.LOADED, ""), (RowState.SKIPPED, "erased")]


def test_another_address_an_operator_and_a_running_import_erase_no_one(
    loaded: Import, workspace: Workspace, member: Callable[..., Member]
) -> None:
    with pytest.raises(PeopleChangeError, match="exactly"):
        ask_to_erase(workspace, WHO, typed="gone2@firm.example.com", keeps_blocked=True, by=member("admin"))
    with pytest.raises(NotAllowedError):
        ask_to_erase(workspace, WHO, typed=WHO, keeps_blocked=True, by=member("operator"))
    Row.objects.filter(email=WHO).update(state=RowState.UNKNOWN)
    with pytest.raises(PeopleChangeError, match="import"):
        ask_to_erase(workspace, WHO, typed=WHO, keeps_blocked=True, by=member("admin"))

    assert not Erasure.objects.exists()
    assert not Suppression.objects.exists()
