"""Who of a file an import would take, read without storing anything and without asking Instantly."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.importing.errors import MappingError, OpenQuestionError
from leads.importing.people import PeopleOfFile, people_of_file
from leads.models import Import, Lead, Receipt, Row, Suppression
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def read(
    tmp_path: Path, campaign: Campaign, text: str, *, most: int = 100, pairs: tuple[str, ...] = ()
) -> PeopleOfFile:
    path = tmp_path / "people.csv"
    path.write_text(text, encoding="utf-8")
    return people_of_file(path, workspace=campaign.workspace, campaign=campaign, pairs=pairs, most=most)


def emails(found: PeopleOfFile) -> list[str]:
    return [one.email.partition("@")[0] for one in found.people]


def test_people_come_with_what_the_copy_is_filled_with(tmp_path: Path, campaign: Campaign) -> None:
    found = read(tmp_path, campaign, "Email,First Name,Company,Recent News\nAda@Firm.example.com,Ada,Firm,moved\n")
    (one,) = found.people
    assert (one.email, one.line) == ("ada@firm.example.com", 2)
    assert one.merge_values == {
        "email": "ada@firm.example.com", "companyDomain": "firm.example.com", "firstName": "Ada", "lastName": "",
        "companyName": "Firm", "jobTitle": "", "phone": "", "website": "", "personalization": "", "recentNews": "moved",
    }  # fmt: skip
    assert (Import.objects.count(), Row.objects.count()) == (0, 0)


def test_whoever_an_import_would_leave_out_is_left_out_for_the_same_reason(
    tmp_path: Path, campaign: Campaign, workspace: Workspace, control: SandboxControl
) -> None:
    now = timezone.now()
    Lead.objects.create(workspace=workspace, campaign=campaign, email="there@firm.example.com", synced_at=now)
    Suppression.objects.create(workspace=workspace, value="rival.example.net", is_domain=True)
    for name, verdict, catch_all, days in (
        ("gone", "invalid", "unknown", 1), ("wide", "verified", "yes", 1), ("good", "verified", "no", 1),
        ("old", "invalid", "unknown", 400),
    ):  # fmt: skip
        Receipt.objects.create(
            workspace=workspace, email=f"{name}@firm.example.com", verdict=verdict, catch_all=catch_all,
            asked_at=now, answered_at=now - timedelta(days=days),
        )  # fmt: skip
    names = ["ada", "ada", "there", "gone", "wide", "good", "old"]
    lines = [*(f"{name}@firm.example.com" for name in names), "x@rival.example.net", "nonsense"]
    calls = len(control.log())
    found = read(tmp_path, campaign, "\n".join(["Email", *lines]))
    assert emails(found) == ["ada", "good", "old"]
    assert found.skipped == {
        "duplicate_in_file": 1, "in_campaign": 1, "invalid": 1, "catch_all": 1, "in_blocklist": 1, "bad_email": 1,
    }  # fmt: skip
    # One of the three has a receipt that is fresh.
    assert (found.to_verify, found.lines, found.unread) == (2, 9, 0)
    assert len(control.log()) == calls


def test_a_person_whom_another_line_marks_is_left_out_wherever_that_line_stands(
    tmp_path: Path, campaign: Campaign
) -> None:
    text = "Email,Unsubscribed\nada@firm.example.com,no\nbob@firm.example.com,yes\nada@firm.example.com,yes\n"
    found = read(tmp_path, campaign, text)
    assert emails(found) == []
    assert found.skipped == {"marked_unsubscribed": 3}


def test_lines_beyond_the_most_are_counted(tmp_path: Path, campaign: Campaign) -> None:
    lines = [f"p{number}@firm.example.com" for number in range(2500)]
    found = read(tmp_path, campaign, "\n".join(["Email", *lines]), most=1200)
    assert (len(found.people), found.lines, found.unread) == (1200, 2000, 1300)


def test_a_question_that_only_a_person_can_answer_is_asked_and_answered_with_a_pair(
    tmp_path: Path, campaign: Campaign
) -> None:
    text = (
        "Work Email,Personal Email\nada@firm.example.com,ada@home.example.org\nbob@firm.example.com,bob@x.example.org\n"
    )
    with pytest.raises(OpenQuestionError):
        read(tmp_path, campaign, text)
    found = read(tmp_path, campaign, text, pairs=("Work Email=email",))
    assert [one.email for one in found.people] == ["ada@firm.example.com", "bob@firm.example.com"]
    with pytest.raises(MappingError, match="no column “Elsewhere”"):
        read(tmp_path, campaign, text, pairs=("Elsewhere=email",))
