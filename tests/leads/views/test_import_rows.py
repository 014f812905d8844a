"""Every number of an import leads to exactly as many rows; the list of imports sorts and counts its states."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from leads.models import Batch, BatchState, Import, ImportState, Lead, Reason, Receipt, Row, RowState
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
ROW = re.compile(r'<td class="num faint" data-label="Line">(\d+)</td>')


@pytest.fixture
def imported(campaign: Campaign) -> Import:
    """Fourteen rows in every state, with and without a reason."""
    receipt = baker.make(Receipt, workspace=campaign.workspace, email="x", asked_at=timezone.now())
    plan = [
        (RowState.SKIPPED, Reason.BAD_EMAIL), (RowState.SKIPPED, Reason.BAD_EMAIL), (RowState.SKIPPED, Reason.NO_EMAIL),
        (RowState.REJECTED, Reason.INVALID), (RowState.REJECTED, Reason.CATCH_ALL), (RowState.LOADED, ""),
        (RowState.LOADED, ""), (RowState.LOADED, ""), (RowState.UNKNOWN, ""),
        (RowState.LOAD_FAILED, Reason.LOAD_REFUSED),
        (RowState.VERIFIED, Reason.NO_ROOM), (RowState.VERIFIED, ""), (RowState.NEW, ""), (RowState.VERIFYING, ""),
    ]  # fmt: skip
    made = checked_import(campaign, people(len(plan)))
    for row, (state, reason) in zip(Row.objects.filter(imported=made).order_by("pk"), plan, strict=True):
        Row.objects.filter(pk=row.pk).update(state=state, reason=reason, receipt=receipt)
    Import.objects.filter(pk=made.pk).update(state=ImportState.STOPPED, resume_to=ImportState.VERIFYING)
    return made


def test_every_group_of_an_import_leads_to_exactly_its_rows(web: Web, imported: Import) -> None:
    browser = web("viewer")
    page = browser.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    accounts = page.partition('aria-labelledby="accounts-title"')[2].partition("</section>")[0]
    found = re.findall(r'class="num"><a href="([^"]+)">(\d+)</a>', accounts)
    assert len(found) == 11
    assert sum(int(count) for _, count in found) == 14
    lines: list[str] = []
    for url, count in found:
        shown = ROW.findall(browser.get(url.replace("&amp;", "&")).content.decode())
        assert len(shown) == int(count), url
        lines += shown
    # Together the groups are the file: no row is in two of them, and none is missing.
    assert sorted(map(int, lines)) == list(range(2, 16))


def test_every_number_of_the_list_leads_to_exactly_as_many_rows(web: Web, imported: Import) -> None:
    browser = web("viewer")
    page = browser.get("/w/demo/imports/").content.decode()
    found = re.findall(rf'href="(/w/demo/imports/{imported.pk}/rows/[^"]*)">(\d+)</a>', page)
    assert [int(count) for _, count in found] == [14, 3, 4, 4, 3]
    for url, count in found:
        text = browser.get(url).content.decode()
        assert len(ROW.findall(text)) == int(count), url
        assert f"{count} rows" in text


def test_a_row_names_its_outcome_and_leads_to_the_person(web: Web, imported: Import) -> None:
    lead = Lead.objects.create(
        workspace=imported.workspace,
        campaign=imported.campaign,
        email="person5@firm.example.com",
        synced_at=timezone.now(),
    )
    page = web("viewer").get(f"/w/demo/imports/{imported.pk}/rows/?outcome=loaded").content.decode()
    assert f'href="/w/demo/people/{lead.pk}/">person5@firm.example.com</a>' in page
    assert "Loaded</span>" in page
    refused = web("viewer").get(f"/w/demo/imports/{imported.pk}/rows/?outcome=refused").content.decode()
    for words in ("Outcome unknown", "mailbox does not exist", "domain accepts everything"):
        assert words in refused, words


def test_rows_come_in_pages_and_with_a_constant_number_of_queries(
    web: Web, campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    browser = web("viewer")
    few, many = checked_import(campaign, people(3)), checked_import(campaign, people(120, prefix="q"))
    browser.get(f"/w/demo/imports/{few.pk}/rows/")
    with django_assert_max_num_queries(10) as captured:
        browser.get(f"/w/demo/imports/{few.pk}/rows/")
    with django_assert_max_num_queries(len(captured.captured_queries)):
        first = browser.get(f"/w/demo/imports/{many.pk}/rows/").content.decode()
    assert "120 rows" in first
    assert len(ROW.findall(first)) == 50
    following = re.findall(r'href="([^"]+)">Next page', first)[0]
    assert [int(line) for line in ROW.findall(browser.get(following).content.decode())] == list(range(52, 102))


def test_invalid_filters_of_rows_are_ignored(web: Web, imported: Import) -> None:
    page = web("viewer").get(f"/w/demo/imports/{imported.pk}/rows/?outcome=x&state=y&reason=z&after=w").content.decode()
    assert len(ROW.findall(page)) == 14
    assert web("viewer").get("/w/demo/imports/999999/rows/").status_code == 404
    assert web().get(f"/w/demo/imports/{imported.pk}/rows/").status_code == 302


SHOWN = re.compile(r'data-label="File"><a href="/w/demo/imports/(\d+)/"')


def test_every_state_leads_to_exactly_as_many_imports(web: Web, imported: Import, campaign: Campaign) -> None:
    for state in (ImportState.DONE, ImportState.DONE, ImportState.FAILED):
        Import.objects.filter(pk=checked_import(campaign, people(1)).pk).update(state=state)
    browser = web("viewer")
    choices = re.findall(
        r'class="chip" href="([^"]+)">([^<]+) <b>(\d+)</b>', browser.get("/w/demo/imports/").content.decode()
    )
    assert [(label, int(count)) for _, label, count in choices] == [("Done", 2), ("Stopped", 1), ("Failed", 1)]
    for url, label, count in choices:
        assert len(SHOWN.findall(browser.get(f"/w/demo/imports/{url}").content.decode())) == int(count), label


def test_imports_of_one_campaign_are_a_filter_that_can_be_removed(web: Web, imported: Import) -> None:
    other = baker.make(Campaign, workspace=imported.workspace, name="05B", remote_id="b")
    checked_import(other, people(1))
    page = web("viewer").get(f"/w/demo/imports/?campaign={imported.campaign_id}").content.decode()
    assert SHOWN.findall(page) == [str(imported.pk)]
    assert f"campaign: {imported.campaign.name}" in page
    assert 'class="chip" href="/w/demo/imports/"' in page


@pytest.mark.parametrize(
    "column", ["file", "campaign", "state", "lines", "loaded", "open", "refused", "skipped", "uploaded"]
)
def test_a_column_sorts_imports_both_ways(web: Web, imported: Import, column: str) -> None:
    other = baker.make(Campaign, workspace=imported.workspace, name="00 First", remote_id="b")
    smaller = checked_import(other, people(1, prefix="z"))
    Row.objects.filter(imported=smaller).update(state=RowState.NEW)
    Import.objects.filter(pk=smaller.pk).update(
        file_name="A.csv", state=ImportState.DONE, uploaded_at=timezone.now() - timedelta(days=1)
    )
    for sort, expected in ((column, [smaller.pk, imported.pk]), (f"-{column}", [imported.pk, smaller.pk])):
        page = web("viewer").get(f"/w/demo/imports/?sort={sort}").content.decode()
        assert [int(pk) for pk in SHOWN.findall(page)] == expected
        assert page.count("aria-sort") == 1


def test_a_batch_leads_to_exactly_its_rows(web: Web, imported: Import) -> None:
    first, second = (
        baker.make(Batch, imported=imported, number=number, size=number, state=BatchState.RECONCILED)
        for number in (1, 2)
    )
    rows = list(Row.objects.filter(imported=imported, state=RowState.LOADED).order_by("pk"))
    for row, batch in zip(rows, (first, second, second), strict=True):
        Row.objects.filter(pk=row.pk).update(batch=batch)
    browser = web("viewer")
    page = browser.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert f'<a href="/w/demo/imports/{imported.pk}/rows/?batch=2">2</a>' in page
    shown = browser.get(f"/w/demo/imports/{imported.pk}/rows/?batch=2").content.decode()
    assert ROW.findall(shown) == [str(row.line) for row in rows[1:]]
    assert "2 rows</span>" in shown
    assert "batch 2" in shown
