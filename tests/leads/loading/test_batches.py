"""Which rows go into a batch, and what is recorded before, during and after the request."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from leads.loading import batches
from leads.loading.accounting import SKIP_CLASSES, Account, RowOutcome
from leads.models import Batch, BatchState, Import, Lead, Reason, Row, RowState
from tests.leads.factories import people
from tests.leads.loading.ready import add_receipt, batch_of, states, verified

pytestmark = pytest.mark.django_db

V, L, N, U, OUT, FAILED = (
    RowState.VERIFIED,
    RowState.LOADING,
    RowState.NEW,
    RowState.UNKNOWN,
    RowState.LOADED,
    RowState.LOAD_FAILED,
)


@pytest.fixture
def imported(campaign: Campaign, settings: Any) -> Import:
    """Five verified rows."""
    settings.LOAD_BATCH_ROWS = 3
    return verified(campaign, 5)


def planned(imported: Import, **options: Any) -> Batch:
    batch = batches.plan_batch(imported, **options)
    assert batch is not None
    return batch


# -- planning --------------------------------------------------------------------------------------


def test_a_row_with_a_stale_receipt_is_verified_again_and_not_loaded(imported: Import, settings: Any) -> None:
    life = timedelta(days=settings.RECEIPT_LIFE_DAYS)
    rows = list(Row.objects.filter(imported=imported).order_by("line"))
    for row, age in ((rows[0], life + timedelta(minutes=1)), (rows[1], life - timedelta(minutes=1))):
        add_receipt(row, timezone.now() - age)

    batch = planned(imported)

    assert states(imported) == [N, L, V, V, V]
    rows[0].refresh_from_db()
    assert (rows[0].receipt, rows[0].batch) == (None, None)
    assert [row.email for row in batch.rows.all()] == [people(5)[1]]


def test_no_batch_is_planned_if_every_receipt_is_stale(campaign: Campaign, settings: Any) -> None:
    old = verified(campaign, 2, answered_at=timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS + 1))
    assert batches.plan_batch(old) is None
    assert states(old) == [N, N]
    assert not Batch.objects.exists()


def test_the_rows_of_another_import_are_not_changed(imported: Import, campaign: Campaign, settings: Any) -> None:
    long_ago = timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS + 1)
    other = verified(campaign, 2, answered_at=long_ago)
    planned(imported)
    assert states(other) == [V, V]


def test_another_import_before_this_one_changes_nothing_about_its_batches(campaign: Campaign, settings: Any) -> None:
    settings.LOAD_BATCH_ROWS = 3
    before = verified(campaign, 2)
    batch_of(before, 1, BatchState.RECONCILED, rows=OUT)
    imported = verified(campaign, 2)
    batch = planned(imported)
    assert (batch.number, batch.size, batch.is_canary) == (1, 1, True)
    assert (states(before), states(imported)) == ([OUT, V], [L, V])


def test_the_first_batch_is_one_row_and_the_next_ones_are_full(imported: Import) -> None:
    found = [batches.plan_batch(imported) for _ in range(4)]
    shapes = [(one.number, one.size, one.is_canary, one.state) for one in found if one is not None]
    assert shapes == [(1, 1, True, "planned"), (2, 3, False, "planned"), (3, 1, False, "planned")]
    assert found[3] is None
    assert states(imported) == [L] * 5
    assert [row.batch_id for row in Row.objects.order_by("line")] == [
        one.pk for one, size in zip(found, (1, 3, 1), strict=False) for _ in range(size) if one is not None
    ]


def test_after_a_refused_canary_the_next_batch_is_a_canary_again(imported: Import) -> None:
    first = planned(imported)
    batches.start_sending(first)
    batches.refuse(first, error="no")
    again = planned(imported)
    assert (again.number, again.size, again.is_canary) == (2, 1, True)
    assert planned(imported).is_canary is False


@pytest.mark.parametrize(("limit", "size"), [(None, 3), (1, 1), (2, 2), (3, 3), (4, 3)])
def test_no_batch_is_larger_than_its_limit(imported: Import, limit: int | None, size: int) -> None:
    planned(imported)
    assert planned(imported, limit=limit).size == size


def test_a_limit_of_zero_plans_nothing(imported: Import) -> None:
    planned(imported)
    assert batches.plan_batch(imported, limit=0) is None


def test_rows_that_another_worker_takes_meanwhile_leave_no_batch_behind(
    imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(imported)
    create = Batch.objects.create

    def taken(**fields: Any) -> Batch:
        first = Row.objects.filter(imported=imported, state=V).order_by("id")[0]
        Row.objects.filter(pk=first.pk).update(state=FAILED)
        return create(**fields)

    monkeypatch.setattr(Batch.objects, "create", taken)
    assert batches.plan_batch(imported) is None
    assert Batch.objects.count() == 1
    assert states(imported) == [L, V, V, V, V]


# -- sending -----------------------------------------------------------------------------------------


def test_a_planned_batch_is_sent_once(imported: Import) -> None:
    batch = planned(imported)
    before = timezone.now()
    assert [batches.start_sending(batch), batches.start_sending(batch)] == [True, False]
    batch.refresh_from_db()
    assert batch.state == BatchState.SENDING
    assert batch.sent_at is not None
    assert before <= batch.sent_at <= timezone.now()


@pytest.mark.parametrize("state", [state for state in BatchState if state != BatchState.PLANNED])
def test_only_a_planned_batch_is_sent(imported: Import, state: BatchState) -> None:
    batch = batch_of(imported, 2, state, rows=L)
    assert not batches.start_sending(batch)
    batch.refresh_from_db()
    assert batch.state == state


# -- the outcome --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [L, U])
@pytest.mark.parametrize("state", [BatchState.PLANNED, BatchState.SENDING, BatchState.UNKNOWN])
def test_rows_of_a_request_that_was_not_carried_out_may_load_again(
    imported: Import, rows: RowState, state: BatchState
) -> None:
    batch = batch_of(imported, 2, state, rows=rows)
    other = batch_of(imported, 1, BatchState.SENDING, rows=L)

    batches.return_rows(batch, error="x" * 400)

    batch.refresh_from_db()
    assert (batch.state, len(batch.error)) == (BatchState.REFUSED, 300)
    assert batch.answered_at is not None
    # It never reached Instantly, so it needs no tripwire check.
    assert batch.checked_at is not None
    assert states(imported) == [V, V, L, V, V]
    assert not batch.rows.exists()
    other.refresh_from_db()
    assert (other.state, other.rows.count()) == (BatchState.SENDING, 1)


def test_loaded_rows_are_not_returned(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=OUT)
    batches.return_rows(batch, error="")
    assert states(imported) == [OUT, OUT, V, V, V]


def test_the_rows_of_a_refused_batch_are_not_loaded_and_have_the_reason(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    batch_of(imported, 1, BatchState.SENDING, rows=L)

    batches.refuse(batch, error="e" * 400)

    batch.refresh_from_db()
    assert (batch.state, len(batch.error)) == (BatchState.REFUSED, 300)
    assert batch.answered_at is not None
    assert states(imported) == [FAILED, FAILED, L, V, V]
    row = batch.rows.order_by("line")[0]
    assert (row.reason, row.reason_detail) == (Reason.LOAD_REFUSED, "e" * 300)


def test_rows_whose_answer_was_lost_are_unknown_and_read_after_six_seconds(
    imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    batch_of(imported, 1, BatchState.SENDING, rows=L)
    now = timezone.now()
    monkeypatch.setattr("leads.loading.batches.timezone.now", lambda: now)

    batches.mark_unknown(batch, error="e" * 400)

    batch.refresh_from_db()
    assert (batch.state, len(batch.error)) == (BatchState.UNKNOWN, 300)
    assert states(imported) == [U, U, L, V, V]
    # The list lags behind what was accepted (Law 10).
    assert batch.next_read_at == now + timedelta(seconds=6)


def account(batch: Batch, made: int, **changes: Any) -> Account:
    """Instantly's account: the first `made` rows were created, the others are on the block list."""
    emails = [row.email for row in batch.rows.order_by("id")]
    skipped: dict[str, int | None] = {**dict.fromkeys(SKIP_CLASSES, 0), "in_blocklist": batch.size - made}
    created = tuple((place, f"id-{place}", emails[place]) for place in range(made))
    fields = {"total_sent": batch.size, "leads_uploaded": made, "skipped": skipped, "created": created}
    return Account(**{**fields, "remaining_in_plan": 7, **changes})


def test_an_account_that_adds_up_settles_every_row(imported: Import) -> None:
    batch = batch_of(imported, 3, BatchState.SENDING, rows=L)

    assert batches.record_accounting(batch, account(batch, 2))

    batch.refresh_from_db()
    assert (batch.state, batch.adds_up, batch.next_read_at) == (BatchState.RECONCILED, True, None)
    assert batch.answered_at is not None
    assert batch.accounting["in_blocklist"] == 1
    rows = list(batch.rows.order_by("line").values_list("state", "reason", "remote_id"))
    assert rows == [(OUT, "", "id-0"), (OUT, "", "id-1"), (FAILED, Reason.IN_BLOCKLIST, "")]
    assert dict(Lead.objects.values_list("email", "remote_id")) == dict(zip(people(2), ["id-0", "id-1"], strict=True))


def test_an_account_that_does_not_add_up_leaves_every_row_unknown(imported: Import) -> None:
    batch = batch_of(imported, 3, BatchState.SENDING, rows=L)
    before = timezone.now()

    assert not batches.record_accounting(batch, account(batch, 2, leads_uploaded=3))

    batch.refresh_from_db()
    assert (batch.state, batch.adds_up) == (BatchState.SENT, False)
    assert batch.answered_at is not None
    assert batch.next_read_at is not None
    assert batch.next_read_at - before >= batches.RECONCILE_AFTER
    assert states(imported) == [U, U, U, V, V]
    assert not Lead.objects.exists()


@pytest.mark.parametrize("made", [2, 1])
def test_a_late_account_of_a_batch_that_is_being_read_changes_nothing(imported: Import, made: int) -> None:
    batch = batch_of(imported, 2, BatchState.UNKNOWN, rows=L)
    assert not batches.record_accounting(batch, account(batch, made, total_sent=made))
    batch.refresh_from_db()
    assert (batch.state, batch.adds_up, batch.accounting) == (BatchState.UNKNOWN, None, {})
    assert states(imported)[:2] == [L, L]


def test_only_the_rows_in_flight_are_settled(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    settled = batch.rows.order_by("line")[0]
    full = account(batch, 2)
    Row.objects.filter(pk=settled.pk).update(state=FAILED, reason=Reason.LOAD_REFUSED)
    assert batches.record_accounting(batch, full)
    settled.refresh_from_db()
    assert (settled.state, settled.reason) == (FAILED, Reason.LOAD_REFUSED)
    assert states(imported)[1] == OUT
    assert [lead.email for lead in Lead.objects.all()] == [people(2)[1]]


def test_the_rows_of_another_batch_in_flight_are_not_settled_with_it(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    batch_of(imported, 2, BatchState.SENDING, rows=L)
    assert batches.record_accounting(batch, account(batch, 2))
    assert states(imported) == [OUT, OUT, L, L, V]


def test_every_row_needs_an_outcome(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    with pytest.raises(ValueError, match="shorter"):
        batches.record_row_outcomes(batch, list(batch.rows.all()), [RowOutcome(remote_id="id-0")])


# -- the mirror of what was loaded -------------------------------------------------------------------


def test_a_loaded_row_is_shown_among_the_leads_at_once(imported: Import) -> None:
    row = planned(imported).rows.get()
    Row.objects.filter(pk=row.pk).update(
        last_name="Lee",
        company_name="Firm",
        job_title="CEO",
        phone="1",
        website="",
        personalization="Hi",
        custom_variables={"city": "Detroit"},
        reason="load_refused",
        reason_detail="old",
    )
    row.refresh_from_db()
    row.remote_id = "id-1"

    batches.mark_loaded(imported, [row])

    row.refresh_from_db()
    assert (row.state, row.remote_id, row.reason, row.reason_detail) == (OUT, "id-1", "", "")
    lead = Lead.objects.get()
    assert (lead.email, lead.remote_id, lead.status, lead.campaign_id) == (row.email, "id-1", 1, imported.campaign_id)
    assert (lead.first_name, lead.last_name, lead.company_name, lead.job_title) == ("Sam", "Lee", "Firm", "CEO")
    assert lead.company_domain == "firm.example.com"
    assert lead.variables == {"phone": "1", "personalization": "Hi", "city": "Detroit"}
    assert lead.synced_at is not None


def test_an_existing_lead_keeps_its_mirrored_fields(imported: Import) -> None:
    row = Row.objects.filter(imported=imported).order_by("line")[0]
    Lead.objects.create(
        workspace=imported.workspace,
        campaign=imported.campaign,
        email=row.email,
        remote_id="old",
        first_name="Known",
        status=3,
        vanished_at=timezone.now(),
        synced_at=timezone.now() - timedelta(days=1),
    )
    row.remote_id = "new"
    batches.mark_loaded(imported, [row])
    lead = Lead.objects.get()
    assert (lead.remote_id, lead.first_name, lead.status, lead.vanished_at) == ("new", "Known", 3, None)
    assert timezone.now() - lead.synced_at < timedelta(minutes=1)


def test_the_id_of_a_row_is_that_of_its_own_campaign(imported: Import, campaign: Campaign) -> None:
    row = batch_of(imported, 1, BatchState.UNKNOWN, rows=U).rows.get()
    elsewhere = Campaign.objects.create(workspace=campaign.workspace, remote_id="r-05b", name="05B")
    for into, remote_id in ((campaign, "ours"), (elsewhere, "theirs")):
        Lead.objects.create(
            workspace=campaign.workspace,
            campaign=into,
            email=row.email,
            remote_id=remote_id,
            synced_at=timezone.now(),
        )
    row.remote_id = "ours"
    batches.mark_loaded(imported, [row])
    row.refresh_from_db()
    assert (row.state, row.remote_id) == (OUT, "ours")


def test_only_the_rows_that_are_named_become_loaded(imported: Import) -> None:
    batch = batch_of(imported, 2, BatchState.SENDING, rows=L)
    row = batch.rows.order_by("line")[0]
    row.remote_id = "id-0"
    batches.mark_loaded(imported, [row])
    assert states(imported) == [OUT, L, V, V, V]


def test_a_batch_without_loaded_rows_makes_no_query(imported: Import, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        batches.mark_loaded(imported, [])


# -- what is still open ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_unsettled", "is_unchecked"),
    [
        (BatchState.PLANNED, False, False),
        (BatchState.SENDING, True, True),
        (BatchState.SENT, True, True),
        (BatchState.UNKNOWN, True, True),
        (BatchState.REFUSED, False, False),
        (BatchState.RECONCILED, False, True),
    ],
)
def test_what_may_have_reached_instantly_is_settled_and_checked(
    imported: Import, campaign: Campaign, state: BatchState, is_unsettled: bool, is_unchecked: bool
) -> None:
    batch = batch_of(imported, 1, state, rows=L)
    batch_of(verified(campaign, 1), 1, state, rows=L)
    assert list(batches.unsettled(imported)) == ([batch] if is_unsettled else [])
    assert list(batches.unchecked(imported)) == ([batch] if is_unchecked else [])
    Batch.objects.update(checked_at=timezone.now())
    assert list(batches.unchecked(imported)) == []


def test_unsettled_batches_come_in_their_order(imported: Import) -> None:
    numbers = [2, 1]
    for number in numbers:
        batch_of(imported, 1, BatchState.SENT, rows=U, number=number)
    assert [batch.number for batch in batches.unsettled(imported)] == [1, 2]
