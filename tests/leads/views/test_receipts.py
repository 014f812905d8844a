"""Receipts as a file on the pages: downloaded by operators, imported by admins who signed in recently."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from leads.models import Lead, LeadList, Receipt, Row
from leads.verification.receipts import claim_rows
from tests.browsers import signed_in_recently
from tests.leads.factories import checked_import
from tests.sandbox_control import SandboxControl

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
PAGE = "/w/demo/leads/receipts/import/"
ADA = "ada@example.com"


def file(*lines: str, name: str = "spring.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, "\n".join(["email,verdict,catch_all,when,campaign", *lines]).encode())


def line(email: str = ADA, verdict: str = "verified") -> str:
    return f"{email},{verdict},no,{(timezone.now() - timedelta(days=2)).isoformat()},Fair of <b>May</b>"


@pytest.fixture
def admin(web: Callable[..., Client], member: Callable[..., Member]) -> Client:
    client = web("admin")
    signed_in_recently(client, member("admin"))
    return client


def test_an_admin_imports_receipts_and_sees_what_became_of_each_line(admin: Client, campaign: Campaign) -> None:
    assert "No receipts were imported yet." in admin.get(PAGE).content.decode()
    answer = admin.post(PAGE, {"file": file(line(), line("bob@example.com", "fine"))})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert (
        "2 lines: 1 receipt imported, 1 of them fresh; 0 known before, 0 with a newer receipt here, 1 refused." in page
    )
    assert '<td data-label="Line" class="num">3</td>' in page
    assert "“fine” is no verdict that is known" in page
    assert "bob@example.com" not in page
    assert '<td data-label="Receipts added" class="num">1</td>' in page
    assert AuditEvent.objects.get(action="receipt:file:imported").via == "web"


def test_without_a_recent_sign_in_nothing_is_imported(
    web: Callable[..., Client], member: Callable[..., Member], campaign: Campaign
) -> None:
    client = web("admin")
    signed_in_recently(client, member("admin"), ago_s=3600)
    answer = client.post(PAGE, {"file": file(line())})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the submitted file is empty"),
        (b"email,name\nada@example.com,Ada\n", "It is no file of receipts"),
    ],
)
def test_a_file_that_is_none_is_refused(admin: Client, campaign: Campaign, content: bytes, words: str) -> None:
    answer = admin.post(PAGE, {"file": SimpleUploadedFile("x.csv", content)})
    assert answer.status_code == 422
    assert not Receipt.objects.exists()
    assert admin.post(PAGE).status_code == 422


def test_who_uses_an_imported_receipt_sees_where_it_comes_from(
    admin: Client, web: Callable[..., Client], campaign: Campaign
) -> None:
    admin.post(PAGE, {"file": file(line())})
    imported = checked_import(campaign, [ADA])
    assert claim_rows(imported, limit=10, may_pay=0) == (1, 0)
    lead = Lead.objects.create(workspace=campaign.workspace, campaign=campaign, email=ADA, synced_at=timezone.now())
    words = "imported from spring.csv: Fair of &lt;b&gt;May&lt;/b&gt;"
    viewer = web("viewer")
    for address in (f"imports/{imported.pk}/rows/", "leads/verifications/", f"people/{lead.pk}/"):
        assert words in viewer.get(f"/w/demo/{address}").content.decode(), address


def test_the_page_of_an_import_offers_its_receipts_once_there_are_any(
    web: Callable[..., Client], campaign: Campaign, admin: Client
) -> None:
    imported = checked_import(campaign, [ADA])
    client = web("operator")
    assert "receipts-link" not in client.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    admin.post(PAGE, {"file": file(line())})
    claim_rows(imported, limit=10, may_pay=0)
    assert 'id="receipts-link"' in client.get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "receipts-link" not in web("viewer").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    answer: Any = client.get(f"/w/demo/imports/{imported.pk}/receipts.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="leads-receipts.csv"'
    content = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    (row,) = csv.DictReader(io.StringIO(content))
    assert (row["email"], row["verdict"], row["why_not"]) == (ADA, "verified", "verified, ready to load")
    assert row["origin"] == "Fair of <b>May</b>"
    assert AuditEvent.objects.get(action="import:receipts:exported").via == "web"


def test_only_admins_are_led_to_the_import(web: Callable[..., Client], campaign: Campaign) -> None:
    address = "/w/demo/leads/verifications/"
    assert PAGE in web("admin").get(address).content.decode()
    assert PAGE not in web("approver").get(address).content.decode()


def test_a_file_is_uploaded_from_the_page_of_a_list(
    control: SandboxControl, web: Callable[..., Client], campaign: Campaign
) -> None:
    fair = LeadList.objects.create(
        workspace=campaign.workspace, remote_id="l-1", name="Autumn <i>fair</i>", synced_at=timezone.now()
    )
    client = web("operator")
    assert f'href="/w/demo/imports/new/?list={fair.pk}"' in client.get(f"/w/demo/lists/{fair.pk}/").content.decode()
    page = client.get(f"/w/demo/imports/new/?list={fair.pk}").content.decode()
    assert "Autumn &lt;i&gt;fair&lt;/i&gt;" in page
    assert 'name="campaign"' not in page
    file = SimpleUploadedFile("fair.csv", b"email\nada@example.com\n")
    answer = client.post(f"/w/demo/imports/new/?list={fair.pk}", {"file": file})
    imported = fair.imports.get()
    assert answer["Location"] == f"/w/demo/imports/{imported.pk}/"
    assert imported.campaign_id is None
    for address in (f"imports/{imported.pk}/", f"imports/{imported.pk}/rows/", "imports/", f"lists/{fair.pk}/"):
        assert "Autumn &lt;i&gt;fair&lt;/i&gt;" in client.get(f"/w/demo/{address}").content.decode(), address
    assert client.get("/w/demo/imports/new/?list=999").status_code == 404
    assert client.get("/w/demo/imports/new/?list=x").status_code == 404
    fair.vanished_at = timezone.now()
    fair.save()
    assert client.get(f"/w/demo/imports/new/?list={fair.pk}").status_code == 404


def test_the_checked_page_of_a_list_offers_neither_hold_nor_canary(
    control: SandboxControl, web: Callable[..., Client], campaign: Campaign
) -> None:
    fair = LeadList.objects.create(workspace=campaign.workspace, remote_id="l-1", name="Fair", synced_at=timezone.now())
    imported = checked_import(campaign, [ADA])
    type(imported).objects.filter(pk=imported.pk).update(campaign=None, lead_list=fair)
    page = web("operator").get(f"/w/demo/imports/{imported.pk}/").content.decode()
    assert "the valid ones are put into the list. No one writes to a list." in page
    assert 'value="hold"' not in page
    assert "canary_rows" not in page
    assert Row.objects.count() == 1
