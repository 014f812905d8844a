"""The upload and column mapping pages."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState, SavedMapping
from tests.campaigns.factories import approval
from tests.campaigns.factories import campaign as make_campaign

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


def send(browser: Client, campaign: Campaign, content: str = "Email\nada@example.com\n") -> HttpResponse:
    file = SimpleUploadedFile("leads.csv", content.encode())
    return browser.post("/w/demo/imports/new/", {"campaign": campaign.pk, "file": file})


def test_an_upload_leads_to_the_page_of_the_import(web: Web, campaign: Campaign, media: Path) -> None:
    answer = send(web("operator"), campaign)
    imported = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/w/demo/imports/{imported.pk}/")
    assert imported.uploaded_by is not None
    assert imported.uploaded_by.role == "operator"


def test_an_unreadable_file_is_reported_on_the_field(web: Web, campaign: Campaign, media: Path) -> None:
    answer = send(web("operator"), campaign, 'Email\n"ada@example.com\n')
    assert answer.status_code == 422
    assert "Line 2: a quote opens here and is never closed." in answer.content.decode()
    assert not Import.objects.exists()


def test_file_and_campaign_are_required(web: Web, workspace: object) -> None:
    answer = web("operator").post("/w/demo/imports/new/", {})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Choose a campaign into which leads can be loaded." in page
    assert page.count("No file is chosen under “Lead file”. Choose one.") == 1


def test_the_campaign_of_the_query_string_is_preselected(web: Web, campaign: Campaign) -> None:
    page = web("operator").get(f"/w/demo/imports/new/?campaign={campaign.pk}").content.decode()
    assert f'<option value="{campaign.pk}" selected>05A · Not read yet</option>' in page


def test_campaigns_of_one_name_carry_their_id_and_each_carries_its_status(
    web: Web, workspace: Workspace, member: Callable[..., Member]
) -> None:
    live = make_campaign(workspace, "05A", remote_id="01990000-aaaa1111", remote_status=1)
    approval(live, by=member("operator"), state="approved", decided_by=member("approver"), audience_cap=1716)
    make_campaign(workspace, "05A", remote_id="01990000-bbbb2222", remote_status=3)
    asked = make_campaign(workspace, "05B", remote_id="cccc3333-0", remote_status=2)
    approval(asked, by=member("operator"))
    make_campaign(workspace, "05C", remote_id="dddd4444-0", remote_status=1, status_unknown_since=timezone.now())
    page = web("operator").get("/w/demo/imports/new/").content.decode()
    for words in (
        "05A · Sending, approved for 1,716 · id …aaaa1111<",
        "05A · Completed · id …bbbb2222<",
        "05B · Paused, go-live requested<",
        "05C · status unknown, last read as Sending<",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (-2, "05A is in bounce protection: Instantly stopped it"),
        (-99, "05A is suspended: Instantly suspended the account"),
    ],
)
def test_what_instantly_stopped_cannot_be_chosen_and_is_refused_with_the_reason(
    web: Web, campaign: Campaign, media: Path, code: int, reason: str
) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(remote_status=code)
    page = web("operator").get("/w/demo/imports/new/").content.decode()
    assert f'<option value="{campaign.pk}" disabled>05A · ' in page
    assert ": nothing can be loaded</option>" in page
    assert reason not in page
    # From the campaign's own page: the reason at once, not only that a field is required.
    assert reason in web("operator").get(f"/w/demo/imports/new/?campaign={campaign.pk}").content.decode()
    assert web("operator").get("/w/demo/imports/new/?campaign=nonsense").status_code == 200

    answer = send(web("operator"), campaign)

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not Import.objects.exists()
    assert not list(media.rglob("*.csv"))


@pytest.mark.parametrize("role", ["viewer", ""])
def test_a_member_who_may_not_import_changes_nothing(web: Web, campaign: Campaign, media: Path, role: str) -> None:
    answer = send(web(role), campaign)
    assert answer.status_code == (403 if role else 302)
    assert not Import.objects.exists()
    assert not media.exists()


def test_the_columns_are_shown_with_samples_and_the_guess(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("E-Mail;Recent News\nada@example.com;won\n")
    page = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert '<option value="email" selected>E-mail address</option>' in page
    assert '<option value="custom:recentNews" selected>variable {{recentNews}}</option>' in page
    assert "Check file" in page


def test_check_file_sets_the_columns_and_requests_the_check(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("E-Mail;News\nada@example.com;won\n")
    answer = web("operator").post(f"/w/demo/imports/{imported.pk}/map/", {"column-0": "email", "column-1": "ignore"})
    assert (answer.status_code, answer["Location"]) == (302, f"/w/demo/imports/{imported.pk}/")
    imported.refresh_from_db()
    assert (imported.state, imported.mapping) == (ImportState.CHECKING, {"E-Mail": "email", "News": "ignore"})


def test_a_mapping_without_an_address_is_refused_and_keeps_the_choices(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("E-Mail;News\nada@example.com;won\n")
    answer = web("operator").post(f"/w/demo/imports/{imported.pk}/map/", {"column-0": "ignore", "column-1": "phone"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No column is the e-mail address. Choose the one that holds it." in page
    assert '<option value="phone" selected>' in page
    imported.refresh_from_db()
    assert imported.state == ImportState.UPLOADED


TWO = "Contact owner email,Lead e-mail address\nrep@us.example.com,ada@north.example.com\n"


def test_the_page_asks_which_column_is_the_address(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(TWO)
    page = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "“Lead e-mail address”, “Contact owner email” could be the e-mail address to write to." in page
    assert '<input type="radio" name="ask-0" value="Lead e-mail address" required>' in page
    assert "ada@north.example.com" in page


def test_an_answer_on_the_page_is_the_mapping(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload(TWO)
    form = {"column-0": "custom:owner", "column-1": "custom:lead", "ask-0": "Lead e-mail address"}
    web("operator").post(f"/w/demo/imports/{imported.pk}/map/", form)
    imported.refresh_from_db()
    assert (imported.state, imported.mapped_by, imported.asks) == (ImportState.CHECKING, "you", [])
    assert imported.mapping == {"Contact owner email": "custom:owner", "Lead e-mail address": "email"}


@pytest.mark.parametrize("answer", ["", "Name", "email"])
def test_without_an_answer_the_question_is_repeated_and_nothing_is_checked(
    web: Web, upload: Callable[..., Import], answer: str
) -> None:
    imported = upload(TWO)
    form = {"column-0": "custom:owner", "column-1": "custom:lead", "ask-0": answer}
    page = web("operator").post(f"/w/demo/imports/{imported.pk}/map/", form)
    assert page.status_code == 422
    assert "Which one is it?" in page.content.decode()
    imported.refresh_from_db()
    assert (imported.state, len(imported.asks)) == (ImportState.UPLOADED, 1)


def test_the_page_lets_a_person_say_that_marked_lines_are_loaded(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("Email,Opt\nada@example.com,yes\nbo@example.com,no\n")
    browser = web("operator")
    page = browser.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert '<option value="" selected>choose above</option>' in page
    assert "Leave no line out" in page
    browser.post(f"/w/demo/imports/{imported.pk}/map/", {"column-0": "email", "column-1": "", "ask-0": "Opt=ignore"})
    imported.refresh_from_db()
    assert imported.mapping == {"Email": "email", "Opt": "ignore"}


def test_a_remembered_mapping_is_said_and_can_be_guessed_again(web: Web, upload: Callable[..., Import]) -> None:
    browser = web("operator")
    text = "Email,News\nada@example.com,won\n"
    first = upload(text)
    form = {"column-0": "email", "column-1": "personalization"}
    browser.post(f"/w/demo/imports/{first.pk}/map/", form)
    member = AuditEvent.objects.filter(action="import:file:uploaded").latest("pk").actor
    SavedMapping.objects.update(member=member)
    imported = upload(text, by=member)
    page = browser.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "These are your choices for the last file with these columns in 05A." in page
    answer = browser.post(f"/w/demo/imports/{imported.pk}/guess-again/")
    imported.refresh_from_db()
    assert (answer.status_code, imported.mapped_by, imported.mapping["News"]) == (302, "header", "custom:news")
    assert "Guess again" not in browser.get(f"/w/demo/imports/{imported.pk}/").content.decode()


def test_a_started_import_is_not_guessed_again(web: Web, upload: Callable[..., Import]) -> None:
    imported = upload("Email,News\nada@example.com,won\n")
    Import.objects.update(state=ImportState.VERIFYING)
    assert web("operator").post(f"/w/demo/imports/{imported.pk}/guess-again/").status_code == 422
    imported.refresh_from_db()
    assert imported.state == ImportState.VERIFYING


def test_the_list_of_imports_takes_a_constant_number_of_queries(
    web: Web, checked: Callable[..., Import], django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = web("operator")
    browser.get("/w/demo/imports/")
    for number in range(6):
        checked(f"Email\nada{number}@example.com\nnope\n")
    with django_assert_max_num_queries(10):
        page = browser.get("/w/demo/imports/").content.decode()
    assert page.count("leads.csv") == 6


def test_an_empty_list_shows_the_next_step(web: Web, workspace: object) -> None:
    assert "Nothing has been imported yet" in web("viewer").get("/w/demo/imports/").content.decode()
