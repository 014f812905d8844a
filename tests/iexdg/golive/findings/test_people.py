"""Findings about the actual people of a campaign before it goes live."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.golive.findings.campaign import Finding, Level
from iexdg.golive.findings.people import people_findings
from iexdg.golive.preflight import preflight
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Import, ImportState, Lead, LeadStatus, Receipt, Row, RowState, Verdict
from tests.campaigns.factories import campaign
from tests.leads.factories import checked_import
from tests.workspaces import reverse_in_demo

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    body = "<div>Hi {{firstName}} at {{companyName}}, {{icebreaker}}</div>"
    return campaign(workspace, sequences=[{"steps": [{"variants": [{"subject": "Hi", "body": body}]}]}])


def lead(of: Campaign, email: str, **fields: Any) -> Lead:
    defaults: dict[str, Any] = {
        "first_name": "Ada",
        "company_name": "Firm",
        "company_domain": email.partition("@")[2],
        "variables": {"icebreaker": "your talk"},
        "status": LeadStatus.ACTIVE,
        "synced_at": timezone.now(),
    }
    return Lead.objects.create(
        workspace=of.workspace, campaign=of, remote_id=f"lead-{email}", email=email, **(defaults | fields)
    )


def row(imported: Import, *, state: str = RowState.LOADED, age_days: int = 1, catch_all: str = CatchAll.NO) -> Row:
    found = imported.rows.filter(state=RowState.NEW)[0]
    when = timezone.now() - timedelta(days=age_days)
    found.receipt = Receipt.objects.create(
        workspace=imported.workspace,
        email=found.email,
        verdict=Verdict.VERIFIED,
        catch_all=catch_all,
        asked_at=when,
        answered_at=when,
    )
    found.state = state
    found.save()
    return found


def of_code(one: Campaign, code: str) -> list[Finding]:
    return [finding for finding in people_findings(one) if finding.code == code]


def test_an_empty_variable_is_counted_against_the_actual_leads_and_linked(one: Campaign) -> None:
    lead(one, "ada@a.example.com")
    lead(one, "bob@b.example.com", company_name="", variables={})
    lead(one, "old@c.example.com", company_name="", status=LeadStatus.COMPLETED)
    imported = checked_import(one, ["cyd@d.example.com"])
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    row(imported, state=RowState.VERIFIED)

    found = of_code(one, "empty_variable")

    assert [finding.title for finding in found] == [
        "{{companyName}} is empty for 2 of 3 people still to be written to",
        "{{icebreaker}} is empty for 2 of 3 people still to be written to",
    ]
    assert found[0].level == Level.WARNING
    assert found[0].url == f"/leads/?campaign={one.pk}&empty=companyName"


def test_the_link_of_an_empty_variable_lists_these_people(one: Campaign, web: Any) -> None:
    lead(one, "ada@a.example.com")
    lead(one, "bob@b.example.com", variables={})
    client: Client = web("operator")
    html = client.get(reverse_in_demo("leads:list"), {"campaign": one.pk, "empty": "icebreaker"}).content.decode()
    assert "bob@b.example.com" in html
    assert "ada@a.example.com" not in html
    assert "nothing in icebreaker" in html


def test_everyone_has_what_the_copy_needs(one: Campaign) -> None:
    lead(one, "ada@a.example.com")
    assert of_code(one, "variables")[0].detail == "firstName, companyName, icebreaker · 1 person still to be written to"
    assert of_code(one, "empty_variable") == []


def test_the_verified_and_the_others_are_together_those_still_to_be_written_to(one: Campaign) -> None:
    """Who has finished the campaign is in neither number."""
    imported = checked_import(one, ["ada@a.example.com", "bob@b.example.com", "old@c.example.com", "new@d.example.com"])
    for _ in range(3):
        row(imported)
    row(imported, state=RowState.VERIFIED)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    lead(one, "ada@a.example.com")
    lead(one, "bob@b.example.com", status=LeadStatus.COMPLETED)
    lead(one, "old@c.example.com", status=LeadStatus.COMPLETED)
    for name in ("x", "y", "z"):
        lead(one, f"{name}@e.example.com")

    (found,) = [finding for finding in preflight(one, timezone.now()).findings if finding.code == "unverified_leads"]

    assert found.title == "3 leads were not verified here"
    assert found.detail == (
        "Of 5 people still to be written to, 2 were verified here · 1 of them held here, loaded first. "
        "The others were added to the campaign by other means."
    )


def test_a_receipt_that_went_stale_is_reported_before_anyone_is_e_mailed(one: Campaign) -> None:
    imported = checked_import(one, ["ada@a.example.com", "bob@b.example.com"])
    row(imported, age_days=31)
    row(imported, age_days=29)
    lead(one, "bob@b.example.com")
    assert of_code(one, "receipts")[0].level == Level.FINE
    lead(one, "ada@a.example.com")
    finding = of_code(one, "stale_receipts")[0]
    assert finding.title == "1 person not e-mailed yet, verified more than 30 days ago"
    assert finding.level == Level.WARNING


def test_held_rows_with_stale_receipts_are_verified_again(one: Campaign) -> None:
    imported = checked_import(one, ["ada@a.example.com"])
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    row(imported, state=RowState.VERIFIED, age_days=31)
    assert of_code(one, "stale_receipts")[0].title == "1 held receipt older than 30 days"


def test_many_held_people_of_one_company_are_a_crowd_too(one: Campaign) -> None:
    emails = [f"p{number}@mono.example.org" for number in range(4)]
    imported = checked_import(one, emails)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    for _ in emails[:3]:
        row(imported, state=RowState.VERIFIED)
    assert of_code(one, "company") == []
    row(imported, state=RowState.VERIFIED)
    (finding,) = of_code(one, "company")
    assert (finding.title, finding.detail) == (
        "More than 3 people at 1 company",
        "mono.example.org (4), all campaigns together.",
    )
    # A person who is in a campaign already is counted once.
    lead(one, emails[0])
    assert of_code(one, "company")[0].detail == "mono.example.org (4), all campaigns together."


def test_people_at_a_mail_provider_are_no_company(one: Campaign) -> None:
    imported = checked_import(one, [f"p{number}@gmail.com" for number in range(5)])
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    for _ in range(5):
        row(imported, state=RowState.VERIFIED)
    assert of_code(one, "company") == []


def test_where_no_one_was_verified_nothing_is_called_fresh_or_free_of_catch_all(one: Campaign) -> None:
    lead(one, "ada@a.example.com")
    assert [of_code(one, code) for code in ("receipts", "stale_receipts", "catch_all")] == [[], [], []]


def test_many_catch_all_addresses_are_a_warning_few_are_not(one: Campaign) -> None:
    imported = checked_import(one, [f"p{number}@firm.example.com" for number in range(5)])
    row(imported, catch_all=CatchAll.YES)
    for _ in range(4):
        row(imported)
    assert of_code(one, "catch_all")[0].level == Level.FINE
    Receipt.objects.filter(email="p1@firm.example.com").update(catch_all=CatchAll.YES)
    assert of_code(one, "catch_all")[0].title == "40% are catch-all addresses"


def test_the_same_person_in_two_campaigns_and_a_crowded_company_are_warnings(one: Campaign, web: Any) -> None:
    other = campaign(one.workspace, "05B Partnerships")
    lead(one, "ada@a.example.com")
    assert of_code(one, "collision")[0].level == Level.FINE
    lead(other, "ada@a.example.com")
    assert of_code(one, "collision")[0].title == "1 person is also in another campaign"
    for number in range(3):
        lead(other, f"p{number}@a.example.com")
    assert of_code(one, "company")[0].detail == "a.example.com (4), all campaigns together."

    client: Client = web("operator")
    html = client.get(reverse_in_demo("leads:list"), {"campaign": one.pk, "also": "1"}).content.decode()
    assert "ada@a.example.com" in html
    assert "also in another campaign" in html


def test_a_company_counts_a_person_once_and_not_those_who_are_done(one: Campaign) -> None:
    other = campaign(one.workspace, "05B Partnerships")
    for number in range(3):
        lead(one, f"p{number}@a.example.com")
        lead(other, f"p{number}@a.example.com")
    lead(other, "gone@a.example.com", status=LeadStatus.COMPLETED)
    assert of_code(one, "company") == []


@pytest.mark.parametrize("status", [LeadStatus.UNSUBSCRIBED, LeadStatus.BOUNCED])
def test_someone_who_unsubscribed_or_bounced_elsewhere_is_reported(one: Campaign, status: int) -> None:
    lead(one, "ada@a.example.com")
    assert [finding.level for finding in of_code(one, "suppression")] == ["fine"]

    lead(campaign(one.workspace, "05B Partnerships"), "ada@a.example.com", status=status)

    (found,) = of_code(one, "suppression")
    assert (found.level, found.title) == ("warning", "1 person unsubscribed or bounced in another campaign")


def test_a_clock_change_inside_the_run_is_shown(one: Campaign) -> None:
    one.leads_count = 100
    one.daily_limit = 10
    late_october = timezone.now().replace(year=2026, month=10, day=26, hour=12)
    titles = [finding.title for finding in preflight(one, late_october).findings if finding.code == "clock_change"]
    assert titles == ["Clocks in Detroit go back on Sun 1 Nov"]


def test_a_clock_change_is_shown_where_the_end_of_the_run_is_not_known(one: Campaign) -> None:
    one.leads_count = 5000
    one.daily_limit = 10
    one.schedule = one.schedule | {"end_date": "2026-11-13"}
    late_october = timezone.now().replace(year=2026, month=10, day=26, hour=12)
    titles = [finding.title for finding in preflight(one, late_october).findings if finding.code == "clock_change"]
    assert titles == ["Clocks in Detroit go back on Sun 1 Nov"]


def test_people_who_were_deleted_in_instantly_are_in_no_count(one: Campaign) -> None:
    imported = checked_import(one, [f"p{number}@firm.example.com" for number in range(3)])
    gone = row(imported, catch_all=CatchAll.YES)
    lead(one, gone.email, vanished_at=timezone.now())
    lead(one, row(imported).email)
    row(imported, state=RowState.VERIFIED)
    assert of_code(one, "receipts")[0].detail == "2 receipts, none older than 30 days"
    assert of_code(one, "catch_all")[0].detail == "2 people with a receipt"
