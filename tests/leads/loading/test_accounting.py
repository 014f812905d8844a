"""Whether Instantly's accounting of a batch adds up, and what it means for each row."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.loading.accounting import SKIP_CLASSES, Account, RowOutcome, row_outcomes
from leads.models import Reason

NONE_SKIPPED: dict[str, int | None] = dict.fromkeys(SKIP_CLASSES, 0)


def account(*created: tuple[int | None, str, str], **changes: Any) -> Account:
    """Three rows were sent; the given ones were created and none skipped, except for `changes`."""
    skipped = NONE_SKIPPED | changes.pop("skipped", {})
    made = Account(total_sent=3, leads_uploaded=len(created), skipped=skipped, created=created, remaining_in_plan=100)
    return replace(made, **changes)


A, B, C = (0, "id-a", "a@example.com"), (1, "id-b", "b@example.com"), (2, "id-c", "c@example.com")
EMAILS = ["a@example.com", "b@example.com", "c@example.com"]


@pytest.mark.parametrize("name", list(SKIP_CLASSES))
def test_an_account_adds_up_with_every_class_of_skips(name: str) -> None:
    assert account(A, B, C).adds_up(3)
    assert account(A, B, skipped={name: 1}).adds_up(3)
    assert not account(A, B, C, skipped={name: 1}).adds_up(3)
    assert not account(A, skipped={name: 1}).adds_up(3)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(account(A, B, C, total_sent=2), id="it counts fewer rows than were sent"),
        pytest.param(account(A, B, C, total_sent=4), id="it counts more rows than were sent"),
        pytest.param(account(A, B, C, total_sent=None), id="the number of rows is missing"),
        pytest.param(account(A, B, C, leads_uploaded=None), id="the number of uploads is missing"),
        pytest.param(account(skipped={"in_blocklist": 3}, leads_uploaded=None), id="a missing count is not zero"),
        pytest.param(account(A, B, C, leads_uploaded=2), id="more leads are identified than counted"),
        pytest.param(account(A, B, leads_uploaded=3), id="an uploaded lead is not identified"),
        pytest.param(account(leads_uploaded=3), id="no uploaded lead is identified"),
        pytest.param(account(A, B, C, leads_uploaded=2, skipped={"in_blocklist": 1}), id="identified and skipped"),
        pytest.param(account(A, B, (2, "", "c@example.com")), id="an uploaded lead has no id"),
        pytest.param(account(A, B, (None, "id-c", "")), id="an uploaded lead has neither address nor position"),
        pytest.param(account(A, B), id="one row is missing"),
        pytest.param(account(A, B, C, skipped={"in_blocklist": None}), id="a class of skips is missing"),
    ],
)
def test_accounting_that_does_not_add_up_is_not_accepted(wrong: Account) -> None:
    assert not wrong.adds_up(3)


def test_it_adds_up_only_for_exactly_the_rows_that_were_sent() -> None:
    assert [size for size in range(6) if account(A, B, C).adds_up(size)] == [3]


def test_a_missing_class_of_skips_makes_the_total_unknown_not_zero() -> None:
    assert account(skipped={"in_blocklist": 2, "skipped_count": 1}).skipped_total == 3
    assert account().skipped_total == 0
    assert account(skipped={"in_blocklist": 2, "skipped_count": None}).skipped_total is None
    assert account(skipped=dict.fromkeys(SKIP_CLASSES)).skipped_total is None


def test_the_counts_are_stored_without_an_address() -> None:
    counts = account(A, B, skipped={"in_blocklist": 1}).as_json()
    assert counts == {
        "total_sent": 3,
        "leads_uploaded": 2,
        "in_blocklist": 1,
        "duplicated_leads": 0,
        "skipped_count": 0,
        "invalid_email_count": 0,
        "incomplete_count": 0,
        "duplicate_email_count": 0,
        "remaining_in_plan": 100,
    }


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("in_blocklist", Reason.IN_BLOCKLIST),
        ("duplicated_leads", Reason.DUPLICATE_AT_INSTANTLY),
        ("skipped_count", Reason.IN_OTHER_CAMPAIGN),
        ("invalid_email_count", Reason.INVALID_AT_INSTANTLY),
        ("incomplete_count", Reason.LOAD_REFUSED),
        ("duplicate_email_count", Reason.DUPLICATE_AT_INSTANTLY),
    ],
)
def test_one_class_of_skips_is_the_reason_of_every_row_that_was_not_created(name: str, reason: Reason) -> None:
    assert row_outcomes(EMAILS, account(B, skipped={name: 2})) == [
        RowOutcome(reason=reason),
        RowOutcome(remote_id="id-b"),
        RowOutcome(reason=reason),
    ]


def test_with_several_classes_each_row_gets_the_possible_reasons() -> None:
    listed = "one of: 1 on Instantly's block list, 1 already in another campaign"
    outcomes = row_outcomes(EMAILS, account(C, skipped={"in_blocklist": 1, "skipped_count": 1}))
    assert outcomes == [
        RowOutcome(reason=Reason.NOT_ACCOUNTED, detail=listed),
        RowOutcome(reason=Reason.NOT_ACCOUNTED, detail=listed),
        RowOutcome(remote_id="id-c"),
    ]


def test_an_unknown_or_zero_class_is_no_reason() -> None:
    found = account(A, B, skipped={"in_blocklist": None, "skipped_count": 1})
    assert row_outcomes(EMAILS, found)[2] == RowOutcome(reason=Reason.IN_OTHER_CAMPAIGN)
    assert row_outcomes(EMAILS, account(A, B))[2] == RowOutcome(reason=Reason.NOT_ACCOUNTED)


def test_a_lead_is_found_by_its_address_and_otherwise_by_its_position() -> None:
    by_address = account((None, "id-a", "A@Example.com"), (None, "id-c", "c@example.com"))
    assert [one.remote_id for one in row_outcomes(EMAILS, by_address)] == ["id-a", "", "id-c"]
    by_place = account((0, "id-a", ""), (2, "id-c", "another.spelling@example.com"))
    assert [one.remote_id for one in row_outcomes(EMAILS, by_place)] == ["id-a", "", "id-c"]
    # The address takes precedence over the position.
    crossed = account((1, "id-a", "a@example.com"), (0, "id-b", "b@example.com"))
    assert [one.remote_id for one in row_outcomes(EMAILS, crossed)] == ["id-a", "id-b", ""]


def test_a_lead_that_was_named_without_an_id_has_none() -> None:
    assert row_outcomes(EMAILS, account((None, "", "a@example.com")))[0] == RowOutcome()


def test_a_lead_is_identified_by_its_address_or_by_its_position() -> None:
    assert account(A, B, (None, "id-c", "c@example.com")).adds_up(3)
    assert account(A, B, (2, "id-c", "")).adds_up(3)
    assert account((0, "id-a", ""), B, C).adds_up(3)


COUNTS = st.integers(min_value=0, max_value=4)


@given(uploaded=COUNTS, skipped=st.fixed_dictionaries(dict.fromkeys(SKIP_CLASSES, COUNTS)), named=COUNTS, size=COUNTS)
def test_it_adds_up_exactly_when_every_row_is_counted_once(
    uploaded: int, skipped: dict[str, int | None], named: int, size: int
) -> None:
    created = tuple((place, f"id-{place}", f"{place}@example.com") for place in range(named))
    found = account(*created, total_sent=size, leads_uploaded=uploaded, skipped=skipped)
    total = sum(count or 0 for count in skipped.values())
    assert found.adds_up(size) == (uploaded + total == size and named == uploaded)
