"""A rehearsal that was requested on the page, as a worker carries it out; with a private sandbox of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.rehearsals import rehearsing
from iexdg.rehearsals.asking import ask_to_rehearse
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.rehearsals.people import of_campaign
from iexdg.rehearsals.queries import fits, newest_done
from iexdg.rehearsals.rehearsing import carry_out
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Lead
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, settings: Any, tmp_path: Path) -> Campaign:
    settings.MEDIA_ROOT = tmp_path
    return synced_campaign(workspace, "05A")


def lead(campaign: Campaign, name: str, **fields: Any) -> Lead:
    facts = {"status": 1, "first_name": name.title(), "company_name": "Firm", "remote_id": name, **fields}
    return Lead.objects.create(
        workspace=campaign.workspace, campaign=campaign, email=f"{name}@firm.example.com", synced_at=timezone.now(),
        **facts,
    )  # fmt: skip


def test_the_people_of_a_campaign_are_those_it_has_not_e_mailed_yet(campaign: Campaign) -> None:
    Lead.objects.all().delete()
    lead(campaign, "ada")
    lead(campaign, "bob", last_contact_at=timezone.now())
    lead(campaign, "eva", status=3)
    lead(campaign, "gus", vanished_at=timezone.now())
    found = of_campaign(campaign)
    assert [one.email for one in found.people] == ["ada@firm.example.com"]
    assert found.skipped == {"started": 1, "not_active": 1}
    assert found.people[0].values["firstName"] == "Ada"
    lead(campaign, "ida")
    assert of_campaign(campaign, most=1).cut == 1


def test_it_is_played_kept_and_fits_until_the_campaign_changes(
    campaign: Campaign, member: MemberOf, control: SandboxControl
) -> None:
    Lead.objects.all().delete()
    lead(campaign, "ada")
    asked = ask_to_rehearse(campaign, by=member())
    calls = len(control.log())
    carry_out(asked.pk)
    assert len(control.log()) == calls
    done = newest_done(campaign)
    assert done is not None
    assert (done.state, done.pk, fits(done, campaign)) == (RehearsalState.DONE, asked.pk, True)
    assert done.result is not None
    assert (done.result["people"], done.result["emails"]) == (1, 3)
    campaign.daily_limit = 21
    assert not fits(done, campaign)
    # Carried out again, nothing happens.
    carry_out(asked.pk)
    assert Rehearsal.objects.get().state == RehearsalState.DONE


def test_the_people_of_a_file_are_played_by_the_rules_of_an_import(campaign: Campaign, member: MemberOf) -> None:
    upload = SimpleUploadedFile("people.csv", b"Email,First Name\nada@firm.example.com,Ada\nbad,Bad\n")
    asked = ask_to_rehearse(campaign, by=member(), upload=upload)
    carry_out(asked.pk)
    done = Rehearsal.objects.get()
    assert (done.state, done.error, done.leads_source, done.file_path) == ("done", "", "people.csv", "")
    assert done.result is not None
    assert (done.result["people"], done.result["skipped"]) == (1, {"bad_email": 1})


def test_a_file_that_cannot_be_read_fails_with_the_reason(campaign: Campaign, member: MemberOf) -> None:
    asked = ask_to_rehearse(campaign, by=member(), upload=SimpleUploadedFile("people.csv", b"Name\nAda\nBob\n"))
    carry_out(asked.pk)
    asked.refresh_from_db()
    assert asked.state == RehearsalState.FAILED
    assert asked.error == "Line 1: no column has e-mail addresses. Add a column named Email and upload again."


def test_an_error_of_its_own_leaves_it_failed_and_is_raised(
    campaign: Campaign, member: MemberOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask_to_rehearse(campaign, by=member())

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(rehearsing, "play", broken)
    with pytest.raises(ZeroDivisionError):
        carry_out(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.error[:30]) == (RehearsalState.FAILED, "It ended with an error of its ")


def test_a_viewer_may_not_and_a_file_that_is_too_large_is_not_stored(
    campaign: Campaign, member: MemberOf, settings: Any, tmp_path: Path
) -> None:
    upload = SimpleUploadedFile("people.csv", b"Email\nada@firm.example.com\n")
    with pytest.raises(NotAllowedError):
        ask_to_rehearse(campaign, by=member("viewer"), upload=upload)
    settings.UPLOAD_MAX_BYTES = 5
    with pytest.raises(RehearsalError, match="larger than 0 MB"):
        ask_to_rehearse(campaign, by=member(), upload=upload)
    settings.UPLOAD_MAX_BYTES = 5000
    ask_to_rehearse(campaign, by=member())
    with pytest.raises(RehearsalError, match="running already"):
        ask_to_rehearse(campaign, by=member(), upload=upload)
    assert list(tmp_path.glob("rehearsals/*")) == []
    assert Rehearsal.objects.count() == 1
