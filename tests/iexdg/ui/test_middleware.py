"""What no browser sends is refused before anything is read or written."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Workspace
from leads.models import Import

Web = Callable[..., Client]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/w/demo/leads/?q=%00",
        "/w/demo/campaigns/?q=a%00b",
        "/w/demo/campaigns/?%00=a",
        "/w/demo/audit/?q=x&q=%00",
        "/w/demo/search/?q=%00",
        "/w/de%00mo/",
        "/%00",
    ],
)
def test_a_nul_character_in_an_address_is_a_bad_request(workspace: Workspace, web: Web, address: str) -> None:
    answer = web("admin").get(address)
    assert answer.status_code == 400
    assert "The request was not understood, nothing was changed" in answer.content.decode()


def test_a_nul_character_in_a_form_changes_nothing(workspace: Workspace, web: Web) -> None:
    assert web("admin").post("/w/demo/stop/", {"word": "STOP", "reason": "a\0b"}).status_code == 400
    workspace.refresh_from_db()
    assert workspace.kill_switch_at is None
    assert not AuditEvent.objects.exists()


def test_the_name_of_a_file_ends_at_a_nul_character(workspace: Workspace, web: Web) -> None:
    found = Campaign.objects.create(workspace=workspace, name="Spring", remote_id="r1")
    file = SimpleUploadedFile("a\0b.csv", b"email\njo@firm.example.com\n", content_type="text/csv")
    answer = web("admin").post("/w/demo/imports/new/", {"campaign": str(found.pk), "file": file})
    assert answer.status_code == 302
    assert "\0" not in Import.objects.get().file_name
