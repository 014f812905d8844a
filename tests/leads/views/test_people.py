"""The leads list, its export, and the fragments for other pages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from leads.models import CatchAll, Import, ImportState, Lead, Receipt, Row, RowState, Verdict

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


@pytest.fixture
def crowd(campaign: Campaign) -> list[Lead]:
    """Sixty people, the first of them verified."""
    now = timezone.now()
    leads = [
        Lead(
            workspace=campaign.workspace, campaign=campaign, remote_id=str(number),
            email=f"person{number}@firm.example.com", first_name=f"Person{number}", company_name="=Firm",
            status=1 if number % 2 else -1, synced_at=now,
        )
        for number in range(60)
    ]  # fmt: skip
    baker.make(
        Receipt, workspace=campaign.workspace, email=leads[0].email, verdict=Verdict.VERIFIED, catch_all=CatchAll.NO,
        asked_at=now, answered_at=now,
    )  # fmt: skip
    return Lead.objects.bulk_create(leads)


def test_the_newest_fifty_come_first_with_a_link_to_the_rest(web: Web, crowd: list[Lead]) -> None:
    browser = web("viewer")
    first = browser.get("/leads/").content.decode()
    assert "60 leads" in first
    assert first.count("@firm.example.com") == 50
    older = f"/leads/?before={crowd[10].pk}"
    assert f'href="{older}"' in first
    second = browser.get(older).content.decode()
    assert second.count("@firm.example.com") == 10
    assert "person59@" not in second


def test_filters_are_chips_that_can_be_removed_one_by_one(web: Web, crowd: list[Lead], campaign: Campaign) -> None:
    page = web("viewer").get(f"/leads/?q=person5&campaign={campaign.pk}&status=-1&verification=none").content.decode()
    for chip, rest in [
        ("search: person5", f"?campaign={campaign.pk}&amp;status=-1&amp;verification=none"),
        ("status: Bounced", f"?q=person5&amp;campaign={campaign.pk}&amp;verification=none"),
    ]:
        assert chip in page
        assert f'href="/leads/{rest}"' in page
    assert page.count("@firm.example.com") == 5


def test_invalid_filters_are_ignored(web: Web, crowd: list[Lead]) -> None:
    page = web("viewer").get("/leads/?campaign=x&status=77&verification=y&before=z").content.decode()
    assert "60 leads" in page


def test_verification_is_that_of_the_newest_receipt(web: Web, crowd: list[Lead]) -> None:
    page = web("viewer").get("/leads/?verification=verified").content.decode()
    assert page.count("@firm.example.com") == 1
    assert "1 lead<" in page


def test_the_list_takes_a_constant_number_of_queries(
    web: Web, crowd: list[Lead], django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = web("viewer")
    browser.get("/leads/")
    with django_assert_max_num_queries(12):
        browser.get("/leads/")


def test_no_matches_and_no_leads_are_different_messages(web: Web, campaign: Campaign) -> None:
    browser = web("viewer")
    assert "No leads yet" in browser.get("/leads/").content.decode()
    assert "No leads match." in browser.get("/leads/?q=zzz").content.decode()


def test_the_export_is_filtered_formula_safe_and_audited(web: Web, crowd: list[Lead]) -> None:
    answer = web("operator").get("/leads.csv?q=person59")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert len(lines) == 2
    assert lines[1].startswith("person59@firm.example.com,Person59,,'=Firm,")
    event = AuditEvent.objects.get()
    assert event.action == "lead:list:exported"
    assert "person59" not in str(event.after)


def test_a_viewer_cannot_export_addresses(web: Web, crowd: list[Lead]) -> None:
    assert web("viewer").get("/leads.csv").status_code == 403
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("address", ["/leads/", "/leads.csv", "/leads/verified-kpi/", "/imports/", "/imports/new/"])
def test_anonymous_visitors_are_redirected_to_the_sign_in(web: Web, address: str) -> None:
    answer = web().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_tab_of_a_campaign_shows_its_leads_and_imports(
    web: Web, crowd: list[Lead], campaign: Campaign, checked: Callable[..., Import]
) -> None:
    checked("Email\nada@example.com\n")
    browser = web("viewer")
    page = browser.get(f"/campaigns/{campaign.pk}/leads/").content.decode()
    assert page.count("@firm.example.com") == 8
    assert "60 listed" in page
    assert "leads.csv" in page
    assert browser.get("/campaigns/999999/leads/").status_code == 404


def test_rows_that_are_held_need_a_decision_on_every_tab(
    web: Web, campaign: Campaign, checked: Callable[..., Import]
) -> None:
    imported = checked("Email\nada@example.com\nbo@example.com\n")
    receipt = baker.make(Receipt, workspace=campaign.workspace, email="x", asked_at=timezone.now())
    Row.objects.filter(imported=imported).update(state=RowState.VERIFIED, receipt=receipt)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    page = web("viewer").get(f"/campaigns/{campaign.pk}/copy/").content.decode()
    above = page.partition('aria-label="Parts of this campaign"')[0]
    assert "2 verified rows of leads.csv are held here" in above
    assert f'href="/imports/{imported.pk}/">Open import</a>' in above
    Row.objects.filter(imported=imported).update(state=RowState.LOADED)
    assert "are held here" not in web("viewer").get(f"/campaigns/{campaign.pk}/copy/").content.decode()


def test_the_verified_figure_states_its_ratio(web: Web, crowd: list[Lead], campaign: Campaign) -> None:
    baker.make(
        Receipt, workspace=campaign.workspace, email="x@example.com", verdict=Verdict.INVALID,
        asked_at=timezone.now(), answered_at=timezone.now(),
    )  # fmt: skip
    page = web("viewer").get("/leads/verified-kpi/").content.decode()
    assert "50.0 % passed" in page
    assert "1 refused before they could bounce" in page
    assert "verified ÷ answered" in page


def test_without_answers_the_figure_is_not_zero(web: Web, workspace: object) -> None:
    page = web("viewer").get("/leads/verified-kpi/").content.decode()
    assert "nothing was verified in the last 7 days" in page
