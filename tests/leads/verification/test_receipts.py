"""Receipts of some addresses are found by address, however many the workspace has."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from model_bakery import baker

from campaigns.models import Campaign
from leads.imports.counts import counts_of
from leads.models import Receipt
from leads.queries import latest_receipts
from leads.verification.receipts import claim_rows, fresh_receipts
from tests.leads.factories import checked_import, people

pytestmark = pytest.mark.django_db


def receipt(campaign: Campaign, email: str, verdict: str, hours_ago: int, **fields: Any) -> Receipt:
    moment = timezone.now() - timedelta(hours=hours_ago)
    facts = {"asked_at": moment, "answered_at": moment, "verdict": verdict, **fields}
    return baker.make(Receipt, workspace=campaign.workspace, email=email, **facts)


def test_the_newest_reusable_receipt_counts_whichever_was_stored_first(campaign: Campaign) -> None:
    newest = receipt(campaign, "ada@example.com", "invalid", hours_ago=1)
    receipt(campaign, "ada@example.com", "verified", hours_ago=2)
    receipt(campaign, "ada@example.com", "pending", hours_ago=0)
    assert fresh_receipts(campaign.workspace_id, ["ada@example.com"]) == {"ada@example.com": newest}


def test_an_address_without_a_verdict_is_asked_with_the_time_of_its_newest_paid_request(campaign: Campaign) -> None:
    [email] = people(1)
    sent = timezone.now() - timedelta(hours=1)
    receipt(campaign, email, "pending", hours_ago=1, sent_at=sent)
    receipt(campaign, email, "pending", hours_ago=5, sent_at=sent - timedelta(hours=4))
    assert claim_rows(checked_import(campaign, [email]), limit=10, may_pay=10) == (0, 1)
    assert Receipt.objects.get(email=email, answered_at=None).sent_at == sent


def test_no_list_of_addresses_is_looked_up_by_the_time_of_the_answer(campaign: Campaign) -> None:
    emails = people(3)
    imported = checked_import(campaign, emails)
    with CaptureQueriesContext(connection) as captured:
        fresh_receipts(campaign.workspace_id, emails)
        latest_receipts(campaign.workspace_id, emails)
        counts_of(imported)
        claim_rows(imported, limit=10, may_pay=10)
    asked = [query["sql"] for query in captured if query["sql"].startswith("SELECT") and "receipt" in query["sql"]]
    assert len(asked) >= 5
    if connection.vendor == "sqlite":
        assert [sql for sql in asked if "receipt_newest" in plan_of(sql)] == []


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " ".join(row[-1] for row in cursor.fetchall())
