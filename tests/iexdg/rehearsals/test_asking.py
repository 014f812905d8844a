"""What is asked for on the page: a campaign that can be played, with a file that is not too large."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.models import Campaign
from iexdg.rehearsals.asking import ask_to_rehearse
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def files(tmp_path: Path) -> list[str]:
    return [path.name for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_that_is_too_large_and_a_second_request_leave_no_file(
    campaign: Campaign, member: Callable[..., Member], tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT, settings.UPLOAD_MAX_BYTES = tmp_path, 2 * 1024 * 1024
    large = SimpleUploadedFile("people.csv", b"x" * (2 * 1024 * 1024 + 1))
    with pytest.raises(RehearsalError, match=r"^The file is larger than 2 MB\. Split it\.$"):
        ask_to_rehearse(campaign, by=member("operator"), upload=large)
    assert (Rehearsal.objects.count(), files(tmp_path)) == (0, [])
    ask_to_rehearse(campaign, by=member("operator"))
    with pytest.raises(
        RehearsalError, match=r"^A rehearsal of 05A Executive-Peer is running already\. Wait for its end\.$"
    ):
        ask_to_rehearse(campaign, by=member("operator"), upload=SimpleUploadedFile("people.csv", b"Email\n"))
    assert (Rehearsal.objects.count(), files(tmp_path)) == (1, [])


def test_a_viewer_and_a_campaign_without_steps_record_nothing(
    campaign: Campaign, member: Callable[..., Member]
) -> None:
    with pytest.raises(NotAllowedError):
        ask_to_rehearse(campaign, by=member("viewer"))
    campaign.sequences = []
    with pytest.raises(RehearsalError, match="has no steps, so there is nothing to rehearse"):
        ask_to_rehearse(campaign, by=member("operator"))
    assert Rehearsal.objects.count() == 0
