"""The counters equal a recount after any sequence of changes, and every mark is right, on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from model_bakery import baker

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.derived.counts import COUNTERS, differences, recount
from leads.derived.marks import wrong_marks
from leads.models import (
    AnswerCount,
    Import,
    Lead,
    LeadCount,
    ReactionCount,
    Receipt,
    ReceiptCount,
    Row,
    RowCount,
    RowState,
)
from tests.leads.factories import checked_import, people
from tests.workspaces import connected_workspace

pytestmark = pytest.mark.django_db
_MODELS = {model._meta.db_table: model for model in (AnswerCount, RowCount, LeadCount, ReactionCount, ReceiptCount)}


def lead(campaign: Campaign, email: str, **fields: object) -> Lead:
    return baker.make(
        Lead, campaign=campaign, workspace=campaign.workspace, email=email, synced_at=timezone.now(), **fields
    )


def counted_rows(imported: Import) -> dict[tuple[str, str], int]:
    counts = RowCount.objects.filter(imported=imported, number__gt=0)
    return {(count.state, count.reason): count.number for count in counts}


def changes(model: Any) -> int:
    return sum(model.objects.values_list("changes", flat=True))


def test_rows_are_counted_as_they_are_inserted_moved_and_deleted(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(5))
    assert counted_rows(imported) == {("new", ""): 5}
    first = Row.objects.filter(imported=imported).order_by("id")[:2]
    Row.objects.filter(pk__in=[row.pk for row in first]).update(state=RowState.SKIPPED, reason="in_campaign")
    assert counted_rows(imported) == {("new", ""): 3, ("skipped", "in_campaign"): 2}
    Row.objects.filter(imported=imported, state=RowState.NEW).delete()
    assert counted_rows(imported) == {("skipped", "in_campaign"): 2}


def test_a_transaction_that_is_rolled_back_counts_nothing(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(3))
    before = changes(RowCount)
    with transaction.atomic():
        Row.objects.filter(imported=imported).update(state=RowState.SKIPPED)
        transaction.set_rollback(True)
    assert counted_rows(imported) == {("new", ""): 3}
    assert changes(RowCount) == before


def test_a_deleted_import_takes_its_counts_along(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(3))
    imported.delete()
    assert not RowCount.objects.exists()


def test_leads_are_counted_by_status_and_apart_once_they_vanished(campaign: Campaign) -> None:
    for number, status in enumerate((1, 1, 3, None)):
        lead(campaign, f"person{number}@example.com", status=status)
    Lead.objects.filter(email="person0@example.com").update(vanished_at=timezone.now())
    counts = LeadCount.objects.filter(campaign=campaign, number__gt=0)
    found = {(count.status, count.vanished): count.number for count in counts}
    assert found == {("1", False): 1, ("3", False): 1, ("", False): 1, ("1", True): 1}


def test_a_lead_that_is_mirrored_again_unchanged_is_no_change(campaign: Campaign) -> None:
    known = lead(campaign, "ada@example.com", status=1, variables={"city": "Ulm"})
    before = changes(LeadCount)
    known.opens, known.synced_at = 3, timezone.now()
    copied = ["opens", "synced_at", "status", "variables", "first_name"]
    again = Lead(**{field.attname: getattr(known, field.attname) for field in Lead._meta.concrete_fields})
    again.pk = None
    Lead.objects.bulk_create([again], update_conflicts=True, unique_fields=["campaign", "email"], update_fields=copied)
    assert changes(LeadCount) == before
    again.pk, again.variables = None, {"city": "Bonn"}
    Lead.objects.bulk_create([again], update_conflicts=True, unique_fields=["campaign", "email"], update_fields=copied)
    assert changes(LeadCount) > before
    assert LeadCount.objects.get(campaign=campaign, status="1", vanished=False).number == 1


def test_receipts_are_counted_with_their_exact_cost(campaign: Campaign, workspace: Workspace) -> None:
    imported = checked_import(campaign, [])
    for email in people(3):
        baker.make(
            Receipt, workspace=workspace, email=email, asked_at=timezone.now(), paid_by=imported, credits_used="0.10"
        )
    # An address that another worker asked about meanwhile is not inserted, and not counted.
    twice = Receipt(workspace=workspace, email=people(1)[0], asked_at=timezone.now(), paid_by=imported)
    Receipt.objects.bulk_create([twice], ignore_conflicts=True)
    Receipt.objects.filter(email=people(1)[0]).update(credits_used=F("credits_used") + 1)
    count = ReceiptCount.objects.get(payer=imported.pk, number__gt=0)
    assert (count.number, count.hundredths) == (3, 130)
    imported.delete()
    assert ReceiptCount.objects.get(payer=0, number__gt=0).hundredths == 130


@pytest.mark.parametrize("counter", COUNTERS, ids=lambda counter: counter.source)
def test_what_no_trigger_saw_is_a_difference_until_it_is_counted_again(campaign: Campaign, counter: Any) -> None:
    imported = checked_import(campaign, people(4))
    lead(campaign, "ada@example.com", status=1)
    baker.make(Receipt, workspace=campaign.workspace, email="a@example.com", asked_at=timezone.now(), paid_by=imported)
    assert differences(counter) == 0
    before = changes(_MODELS[counter.table])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {counter.table} SET number = number + 1")
    assert differences(counter) > 0
    recount(counter)
    assert differences(counter) == 0
    assert changes(_MODELS[counter.table]) > before


# A change: (what, which one, to what).
_CHANGES = st.lists(
    st.tuples(st.sampled_from(["insert", "move", "delete", "fail"]), st.integers(0, 7), st.integers(0, 3)), max_size=12
)


class AnySequence(TestCase):
    """Any changes of rows, leads and receipts, in any order, leave counts that equal a recount."""

    @given(_CHANGES)
    def test_any_sequence_of_changes_leaves_counts_that_equal_a_recount(
        self, changes: list[tuple[str, int, int]]
    ) -> None:
        workspace = connected_workspace()
        campaign = baker.make("campaigns.Campaign", workspace=workspace, name="05A", remote_id="r")
        imports = [checked_import(campaign, people(2, prefix=f"p{number}.")) for number in range(2)]
        do: dict[str, Callable[[int, int], None]] = {
            "insert": lambda which, to: _insert(campaign, imports[which % 2], which, to),
            "move": _move,
            "delete": lambda which, to: _delete(which),
            "fail": lambda which, to: _fail(which),
        }
        for what, which, to in changes:
            do[what](which, to)
            assert [differences(counter) for counter in COUNTERS] == [0] * len(COUNTERS)
            assert wrong_marks() == 0


_STATES = (RowState.NEW, RowState.SKIPPED, RowState.REJECTED, RowState.VERIFYING)


def _insert(campaign: Campaign, imported: Import, which: int, to: int) -> None:
    line = Row.objects.filter(imported=imported).count() + 100 + which
    Row.objects.get_or_create(imported=imported, line=line, defaults={"raw": [], "state": _STATES[to]})
    facts = {"workspace_id": campaign.workspace_id, "remote_id": "x", "synced_at": timezone.now()}
    Lead.objects.bulk_create(
        [Lead(campaign=campaign, email=f"{which}@example.com", status=to or None, **facts)],
        update_conflicts=True,
        unique_fields=["campaign", "email"],
        update_fields=["status", "synced_at"],
    )
    asked = {"workspace_id": campaign.workspace_id, "asked_at": timezone.now(), "paid_by": imported if to else None}
    Receipt.objects.bulk_create(
        [Receipt(email=f"{which}@example.com", credits_used=f"0.{to}", **asked)], ignore_conflicts=True
    )


def _move(which: int, to: int) -> None:
    rows = list(Row.objects.order_by("id").values_list("pk", flat=True))[which : which + 3]
    Row.objects.filter(pk__in=rows).update(state=_STATES[to], reason="invalid" if to % 2 else "")
    Lead.objects.filter(email=f"{which}@example.com").update(vanished_at=timezone.now() if to else None, status=to)
    Receipt.objects.filter(email=f"{which}@example.com").update(credits_used=to, answered_at=timezone.now())


def _delete(which: int) -> None:
    Row.objects.filter(pk__in=list(Row.objects.values_list("pk", flat=True)[:which])).delete()
    Lead.objects.filter(email=f"{which}@example.com").delete()
    Receipt.objects.filter(email=f"{which}@example.com").delete()


def _fail(which: int) -> None:
    with transaction.atomic():
        _move(which, 1)
        _delete(which)
        transaction.set_rollback(True)
