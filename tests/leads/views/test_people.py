"""The leads list, its export, and the fragments for other pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.changes import current_changes
from iexdg.workspaces.models import Workspace
from leads.mirror import mirror_campaign_leads
from leads.models import CatchAll, Import, ImportState, Lead, Receipt, Row, RowState, Suppression, Verdict
from leads.selection import LeadFilters, Selection, counts_of
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

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


def test_the_newest_thirty_come_first_with_a_link_to_the_rest(web: Web, crowd: list[Lead]) -> None:
    browser = web("viewer")
    first = browser.get("/w/demo/leads/").content.decode()
    assert "60 leads" in first
    assert first.count("@firm.example.com") == 30
    older = f"/w/demo/leads/?before={crowd[30].pk}"
    assert f'href="{older}"' in first
    second = browser.get(older).content.decode()
    assert second.count("@firm.example.com") == 30
    assert "person59@" not in second


@pytest.mark.usefixtures("crowd")
def test_a_search_that_leaves_too_many_is_not_counted_twice(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("leads.selection", "leads.pages.leads_list"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 55)
    browser = web("viewer")
    with CaptureQueriesContext(connection) as captured:
        page = browser.get("/w/demo/leads/?q=person").content.decode()
    assert "more than 55 leads" in page
    assert [query["sql"] for query in captured if "COUNT(*) FROM (SELECT" in query["sql"]] == []
    # Of the bounced only as many are left as can be counted.
    assert "30 leads" in browser.get("/w/demo/leads/?q=person&status=-1").content.decode()


def test_filters_are_chips_that_can_be_removed_one_by_one(web: Web, crowd: list[Lead], campaign: Campaign) -> None:
    page = (
        web("viewer")
        .get(f"/w/demo/leads/?q=person5&campaign={campaign.pk}&status=-1&verification=none")
        .content.decode()
    )
    for chip, rest in [
        ("search: person5", f"?campaign={campaign.pk}&amp;status=-1&amp;verification=none"),
        ("Bounced <b>5</b>", f"?q=person5&amp;campaign={campaign.pk}&amp;verification=none"),
    ]:
        assert chip in page
        assert f'href="/w/demo/leads/{rest}"' in page
    assert page.count("@firm.example.com") == 5


def test_invalid_filters_are_ignored(web: Web, crowd: list[Lead]) -> None:
    page = web("viewer").get("/w/demo/leads/?campaign=x&status=77&verification=y&before=z").content.decode()
    assert "60 leads" in page


def test_verification_is_that_of_the_newest_receipt(web: Web, crowd: list[Lead]) -> None:
    page = web("viewer").get("/w/demo/leads/?verification=verified").content.decode()
    assert page.count("@firm.example.com") == 1
    assert "1 lead<" in page


def test_the_list_takes_a_constant_number_of_queries(
    web: Web, crowd: list[Lead], django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = web("viewer")
    browser.get("/w/demo/leads/")
    with django_assert_max_num_queries(12):
        browser.get("/w/demo/leads/")


ROW = re.compile(r'href="/w/demo/people/(\d+)/"')
CHOICE = re.compile(r'class="chip" href="([^"]+)">([^<]+) <b>(\d+)</b>')


@pytest.fixture
def journey(campaign: Campaign) -> list[Lead]:
    """People of a campaign in every status, contacted or not, with and without reactions."""
    now = timezone.now()
    plan = [
        (1, None, 0, 0, 0), (1, None, 0, 0, 0), (2, None, 0, 0, 0), (1, now, 1, 0, 0), (1, now, 2, 1, 1),
        (2, now, 0, 0, 0),
        (None, now, 0, 0, 0), (3, now, 3, 1, 0), (3, now, 0, 0, 2), (-1, now, 0, 0, 0), (-2, now, 1, 0, 0),
        (-3, None, 0, 0, 0),
    ]  # fmt: skip
    return Lead.objects.bulk_create(
        Lead(
            workspace=campaign.workspace, campaign=campaign, remote_id=str(number),
            email=f"p{number:02d}@firm.example.com",
            company_name=f"Firm {number % 5}", status=status, last_contact_at=at, opens=opens, clicks=clicks,
            replies=replies, synced_at=now,
        )
        for number, (status, at, opens, clicks, replies) in enumerate(plan)
    )  # fmt: skip


def test_every_count_of_a_campaign_leads_to_exactly_as_many_people(
    web: Web, journey: list[Lead], campaign: Campaign
) -> None:
    browser = web("viewer")
    address = f"/w/demo/campaigns/{campaign.pk}/leads/"
    found = CHOICE.findall(browser.get(address).content.decode())
    assert {label: int(count) for _, label, count in found} == {
        "Contacted": 8, "In progress": 4, "Finished": 5, "Waiting": 3,
        "Active": 4, "Paused": 2, "Completed": 2, "Bounced": 1, "Unsubscribed": 1, "Skipped": 1,
        "Opened": 4, "Clicked": 2, "Replied": 2,
    }  # fmt: skip
    for url, label, count in found:
        page = browser.get(url).content.decode()
        assert url.startswith(address)
        assert len(ROW.findall(page)) == int(count), label
        assert f"{count} lead" in page
        # The others are counted among everyone, so a second one takes the place of the first.
        assert [(other, number) for _, other, number in CHOICE.findall(page)] == [
            (other, number) for _, other, number in found if other != label
        ]


def test_waiting_in_progress_and_finished_are_everyone(journey: list[Lead], campaign: Campaign) -> None:
    counts = counts_of(Selection(campaign.workspace, LeadFilters(campaign=campaign.pk)))
    assert counts is not None
    assert counts.everyone == 12 == sum(counts.parts[name] for name in ("waiting", "in_progress", "finished"))


def test_counts_are_of_what_the_search_found(web: Web, journey: list[Lead]) -> None:
    page = web("viewer").get("/w/demo/leads/?q=p0").content.decode()
    assert {label: int(count) for _, label, count in CHOICE.findall(page)} == {
        "Active": 4, "Paused": 2, "Completed": 2, "Bounced": 1,
    }  # fmt: skip


@pytest.mark.parametrize("address", ["/w/demo/leads/", "/w/demo/campaigns/{}/leads/"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", lambda lead: lead.email), ("company", lambda lead: lead.company_name),
        ("opens", lambda lead: lead.opens),
        ("replies", lambda lead: lead.replies), ("status", lambda lead: lead.status),
        ("last", lambda lead: lead.last_contact_at),
    ],
)  # fmt: skip
def test_a_column_sorts_people_both_ways_with_the_unknown_last(
    web: Web, journey: list[Lead], campaign: Campaign, address: str, column: str, value: Callable[[Lead], Any]
) -> None:
    by_pk = {lead.pk: lead for lead in journey}
    for falls in (False, True):
        path = f"{address.format(campaign.pk)}?sort={'-' if falls else ''}{column}"
        page = web("viewer").get(path).content.decode()
        shown = [value(by_pk[int(pk)]) for pk in ROW.findall(page)]
        known = [one for one in shown if one is not None]
        assert len(shown) == 12
        assert known == sorted(known, reverse=falls)
        assert shown[: len(known)] == known
        assert f'aria-sort="{"descending" if falls else "ascending"}"' in page


def test_a_sorted_list_has_pages_that_keep_the_order(web: Web, crowd: list[Lead]) -> None:
    browser = web("viewer")
    first = browser.get("/w/demo/leads/?sort=email").content.decode()
    assert 'href="/w/demo/leads/?sort=email&amp;page=2"' in first
    second = browser.get("/w/demo/leads/?sort=email&page=2").content.decode()
    assert len(ROW.findall(first)) == 30
    assert len(ROW.findall(second)) == 30
    assert set(ROW.findall(first)).isdisjoint(ROW.findall(second))
    assert 'href="/w/demo/leads/?sort=email">First page' in second


def test_too_many_people_to_sort_stay_in_their_order_and_the_page_says_why(
    web: Web, crowd: list[Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.pages.leads_list.MOST_SORTED", 59)
    page = web("viewer").get("/w/demo/leads/?sort=email").content.decode()
    assert "too many to sort" in page
    assert "aria-sort" not in page
    assert int(ROW.findall(page)[0]) == crowd[59].pk


def test_a_person_shows_receipts_imports_campaigns_and_what_happened(
    web: Web, campaign: Campaign, checked: Callable[..., Import], django_assert_max_num_queries: Any
) -> None:
    imported = checked("Email,City\nada@example.com,Detroit\n")
    now = timezone.now()
    receipt = baker.make(
        Receipt, workspace=campaign.workspace, email="ada@example.com", verdict=Verdict.VERIFIED,
        catch_all=CatchAll.YES, asked_at=now, answered_at=now, credits_used="0.25", paid_by=imported,
    )  # fmt: skip
    Row.objects.filter(imported=imported).update(state=RowState.LOADED, receipt=receipt)
    lead = Lead.objects.create(
        workspace=campaign.workspace, campaign=campaign, remote_id="r1", email="ada@example.com", first_name="Ada",
        last_name="<b>Quill</b>", status=3, opens=2, replies=1, last_contact_at=now, synced_at=now,
        variables={"city": "Detroit", "nested": {"no": 1}},
    )  # fmt: skip
    Suppression.objects.create(workspace=campaign.workspace, value="example.com", is_domain=True, synced_at=now)
    browser = web("viewer")
    browser.get("/w/demo/leads/")
    with django_assert_max_num_queries(15):
        page = browser.get(f"/w/demo/people/{lead.pk}/").content.decode()
    for words in (
        "Ada &lt;b&gt;Quill&lt;/b&gt;", "ada@example.com", "Verified, catch-all", "0.25", "leads.csv", "Loaded",
        "Detroit", "Completed", f"Last e-mail of {campaign.name}", "On the block list: example.com", "as of",
        f'href="https://app.instantly.ai/app/campaign/{campaign.remote_id}/leads" target="_blank" rel="noopener"',
    ):  # fmt: skip
        assert words in page.replace("&#x27;", "'"), words
    assert "nested" not in page


def test_the_e_mails_of_a_person_are_read_from_instantly_only_when_asked_for(
    control: SandboxControl, workspace: Workspace, web: Web
) -> None:
    campaign = synced_campaign(workspace, "05A")
    mirror_campaign_leads(campaign)
    lead = Lead.objects.filter(campaign=campaign, replies__gt=0).order_by("pk").first()
    assert lead is not None
    browser = web("viewer")
    assert 'href="?emails=1#emails"' in browser.get(f"/w/demo/people/{lead.pk}/").content.decode()
    assert control.log(path="/emails") == []

    page = browser.get(f"/w/demo/people/{lead.pk}/?emails=1").content.decode()

    assert len(control.log(path="/emails")) == 1
    emails = page.partition('aria-labelledby="emails-heading"')[2].partition("</section>")[0]
    assert "Sent by the campaign" in emails
    assert "Received" in emails
    assert "not stored here" in emails

    control.faults({"match": {"method": "GET", "path": "/emails"}, "do": "status", "value": 400, "times": 9})
    failed = browser.get(f"/w/demo/people/{lead.pk}/?emails=1").content.decode()
    assert "The e-mails could not be read:" in failed
    assert "Instantly lists no e-mail" not in failed


def test_a_person_in_two_campaigns_is_shown_in_both(web: Web, campaign: Campaign) -> None:
    other = baker.make(Campaign, workspace=campaign.workspace, name="05B Partnerships", remote_id="b", vanished_at=None)
    now = timezone.now()
    here, there = (
        Lead.objects.create(workspace=one.workspace, campaign=one, email="ada@example.com", status=1, synced_at=now)
        for one in (campaign, other)
    )
    assert (
        f'href="/w/demo/people/{there.pk}/">05B Partnerships</a>'
        in web("viewer").get(f"/w/demo/people/{here.pk}/").content.decode()
    )


def test_nobody_else_s_person_is_shown(web: Web, crowd: list[Lead]) -> None:
    theirs = other_workspace("Other")
    campaign = baker.make(Campaign, workspace=theirs, name="99", remote_id="x")
    lead = Lead.objects.create(workspace=theirs, campaign=campaign, email="x@example.com", synced_at=timezone.now())
    assert web("admin").get(f"/w/demo/people/{lead.pk}/").status_code == 404
    assert web("admin").get("/w/demo/leads/999999/").status_code == 404
    assert web().get(f"/w/demo/people/{crowd[0].pk}/").status_code == 302


def test_no_matches_and_no_leads_are_different_messages(web: Web, campaign: Campaign) -> None:
    browser = web("viewer")
    assert "No leads yet" in browser.get("/w/demo/leads/").content.decode()
    assert "No leads match." in browser.get("/w/demo/leads/?q=zzz").content.decode()


def test_the_export_is_filtered_formula_safe_and_audited(web: Web, crowd: list[Lead]) -> None:
    answer = web("operator").get("/w/demo/leads.csv?q=person59")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert len(lines) == 2
    assert lines[1].startswith("person59@firm.example.com,Person59,,'=Firm,")
    event = AuditEvent.objects.get()
    assert event.action == "lead:list:exported"
    assert "person59" not in str(event.after)


def test_a_viewer_cannot_export_addresses(web: Web, crowd: list[Lead]) -> None:
    assert web("viewer").get("/w/demo/leads.csv").status_code == 403
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/w/demo/leads/", "/w/demo/leads.csv", "/w/demo/leads/verified-kpi/", "/w/demo/imports/", "/w/demo/imports/new/"],
)
def test_anonymous_visitors_are_redirected_to_the_sign_in(web: Web, address: str) -> None:
    answer = web().get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


def test_the_tab_of_a_campaign_shows_its_leads_and_imports(
    web: Web, crowd: list[Lead], campaign: Campaign, checked: Callable[..., Import]
) -> None:
    checked("Email\nada@example.com\n")
    browser = web("viewer")
    page = browser.get(f"/w/demo/campaigns/{campaign.pk}/leads/").content.decode()
    assert page.count("@firm.example.com") == 30
    assert "60 leads" in page
    assert "leads.csv" in page
    assert browser.get("/w/demo/campaigns/999999/leads/").status_code == 404


def test_rows_that_are_held_need_a_decision_on_every_tab(
    web: Web, campaign: Campaign, checked: Callable[..., Import]
) -> None:
    imported = checked("Email\nada@example.com\nbo@example.com\n")
    receipt = baker.make(Receipt, workspace=campaign.workspace, email="x", asked_at=timezone.now())
    Row.objects.filter(imported=imported).update(state=RowState.VERIFIED, receipt=receipt)
    Import.objects.filter(pk=imported.pk).update(state=ImportState.VERIFIED)
    page = web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/copy/").content.decode()
    above = page.partition('aria-label="Parts of this campaign"')[0]
    assert "2 verified rows of leads.csv are held here" in above
    assert f'href="/w/demo/imports/{imported.pk}/">Open import</a>' in above
    Row.objects.filter(imported=imported).update(state=RowState.LOADED)
    assert "are held here" not in web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/copy/").content.decode()


def test_the_verified_figure_states_its_ratio(web: Web, crowd: list[Lead], campaign: Campaign) -> None:
    baker.make(
        Receipt, workspace=campaign.workspace, email="x@example.com", verdict=Verdict.INVALID,
        asked_at=timezone.now(), answered_at=timezone.now(),
    )  # fmt: skip
    page = web("viewer").get("/w/demo/leads/verified-kpi/", headers={"HX-Request": "true"}).content.decode()
    assert "50.0 % passed" in page
    assert "1 refused before they could bounce" in page
    assert "verified ÷ answered" in page


def test_without_answers_the_figure_is_not_zero(web: Web, workspace: object) -> None:
    page = web("viewer").get("/w/demo/leads/verified-kpi/", headers={"HX-Request": "true"}).content.decode()
    assert "nothing was verified in the last 7 days" in page


def test_a_filtered_list_brings_its_own_age_and_its_own_file(web: Web, crowd: list[Lead], campaign: Campaign) -> None:
    """The list alone is loaded when a filter changes: what stands above it must not stay as it was."""
    Campaign.objects.update(leads_mirrored_at=timezone.now())
    page = web("operator").get("/w/demo/leads/?q=ada", headers={"HX-Request": "true", "HX-Target": "leads-list"})
    words = " ".join(page.content.decode().split())
    assert re.search(r"listed <time[^>]*>[^<]+</time> or later, with everyone loaded since", words)
    assert '<a class="btn" id="csv-link" href="/w/demo/leads.csv?q=ada" download hx-swap-oob="true">' in words


def test_leads_that_were_listed_again_or_loaded_change_an_open_list(web: Web, campaign: Campaign) -> None:
    client, seen = web("viewer"), str(current_changes())
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=timezone.now())
    answer = client.get("/w/demo/changes/", {"seen": seen}, headers={"HX-Request": "true"})
    assert answer["HX-Trigger"] == "leads-changed"


def receipts(campaign: Campaign, verdict: str, number: int, *, days_ago: int = 0) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    for place in range(number):
        email = f"{verdict}{place}.{days_ago}@example.com"
        baker.make(
            Receipt, workspace=campaign.workspace, email=email, verdict=verdict, catch_all=CatchAll.NO, asked_at=at,
            answered_at=at,
        )  # fmt: skip


def test_the_verified_figure_leads_to_exactly_its_verifications(web: Web, campaign: Campaign) -> None:
    receipts(campaign, Verdict.VERIFIED, 3)
    receipts(campaign, Verdict.VERIFIED, 2, days_ago=9)
    receipts(campaign, Verdict.INVALID, 2)
    client = web("viewer")
    figure = client.get("/w/demo/leads/verified-kpi/", headers={"HX-Request": "true"}).content.decode()
    assert '<a class="quiet" href="/w/demo/leads/verifications/?outcome=passed">3</a>' in figure
    assert (
        '<a class="quiet" href="/w/demo/leads/verifications/?outcome=refused">2 refused before they could bounce</a>'
        in figure
    )

    passed = client.get("/w/demo/leads/verifications/?outcome=passed").content.decode()
    assert ">3 answers</span>" in passed
    assert passed.count("@example.com</a>") == 3
    refused = client.get("/w/demo/leads/verifications/?outcome=refused").content.decode()
    assert refused.count("@example.com</a>") == 2
    assert client.get("/w/demo/leads/verifications/?outcome=nonsense").content.decode().count("@example.com</a>") == 5


def test_many_verifications_are_on_several_pages(web: Web, campaign: Campaign) -> None:
    receipts(campaign, Verdict.VERIFIED, 51)
    first = web("viewer").get("/w/demo/leads/verifications/?outcome=passed").content.decode()
    assert 'href="/w/demo/leads/verifications/?outcome=passed&amp;page=2">Next page' in first
    second = web("viewer").get("/w/demo/leads/verifications/?outcome=passed&page=2").content.decode()
    assert second.count("@example.com</a>") == 1
    assert 'href="/w/demo/leads/verifications/?outcome=passed">First page' in second
