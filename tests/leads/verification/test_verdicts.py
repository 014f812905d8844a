"""The full table of verification answers: only `verified` and certainly not catch-all is loaded without acceptance."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models import CatchAll, Reason, RowState, Verdict
from leads.verification.verdicts import Answer, catch_all_of, list_verdict, row_decision, verdict_of

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers()), st.just("pending")
)


@pytest.mark.parametrize(
    ("status", "catch_all", "verdict"),
    [
        ("pending", "pending", None),
        ("pending", False, None),
        ("pending", None, None),
        # Whether the domain accepts every address is still open: not a final answer.
        ("verified", "pending", None),
        ("verified", False, Verdict.VERIFIED),
        ("verified", True, Verdict.VERIFIED),
        ("verified", None, Verdict.VERIFIED),
        # An invalid address stays invalid, catch-all or not.
        ("invalid", "pending", Verdict.INVALID),
        ("invalid", False, Verdict.INVALID),
        ("invalid", None, Verdict.INVALID),
        ("accept_all", "pending", Verdict.OTHER),
        ("accept_all", None, Verdict.OTHER),
        ("Verified", False, Verdict.OTHER),
        ("", False, Verdict.OTHER),
    ],
)
def test_an_answer_is_final_or_still_pending(status: str, catch_all: object, verdict: Verdict | None) -> None:
    assert verdict_of(status, catch_all) == verdict


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, CatchAll.YES),
        (False, CatchAll.NO),
        ("pending", CatchAll.PENDING),
        ("false", CatchAll.UNKNOWN),
        ("", CatchAll.UNKNOWN),
        (None, CatchAll.UNKNOWN),
        # 0 == False and 1 == True in Python; a number is not a known answer.
        (0, CatchAll.UNKNOWN),
        (1, CatchAll.UNKNOWN),
        (0.0, CatchAll.UNKNOWN),
        ([], CatchAll.UNKNOWN),
        ({}, CatchAll.UNKNOWN),
    ],
)
def test_catch_all_is_known_only_if_it_was_reported(value: object, expected: CatchAll) -> None:
    assert catch_all_of(value) == expected


@given(ANYTHING)
def test_only_false_itself_is_not_catch_all(value: object) -> None:
    assert (catch_all_of(value) == CatchAll.NO) == (value is False)


REFUSALS = {
    Verdict.INVALID: Reason.INVALID,
    Verdict.PENDING: Reason.PENDING,
    Verdict.REFUSED: Reason.VERIFY_REFUSED,
    Verdict.OTHER: Reason.UNKNOWN_VERDICT,
    Verdict.ASKED: Reason.UNKNOWN_VERDICT,
    "a future value": Reason.UNKNOWN_VERDICT,
}


@pytest.mark.parametrize(
    ("catch_all", "accepted", "decision"),
    [
        (CatchAll.NO, False, (RowState.VERIFIED, "")),
        (CatchAll.NO, True, (RowState.VERIFIED, "")),
        (CatchAll.YES, False, (RowState.REJECTED, Reason.CATCH_ALL)),
        (CatchAll.YES, True, (RowState.VERIFIED, "")),
        (CatchAll.PENDING, False, (RowState.REJECTED, Reason.UNKNOWN_VERDICT)),
        (CatchAll.PENDING, True, (RowState.REJECTED, Reason.UNKNOWN_VERDICT)),
        (CatchAll.UNKNOWN, False, (RowState.REJECTED, Reason.UNKNOWN_VERDICT)),
        (CatchAll.UNKNOWN, True, (RowState.REJECTED, Reason.UNKNOWN_VERDICT)),
    ],
)
def test_a_verified_address_loads_by_what_is_known_of_its_domain(
    catch_all: CatchAll, accepted: bool, decision: tuple[RowState, str]
) -> None:
    assert row_decision(Verdict.VERIFIED, catch_all, accept_catch_all=accepted) == decision


@pytest.mark.parametrize(
    ("verdict", "catch_all", "accepted"), list(product(REFUSALS, [*CatchAll, "a future value"], [False, True]))
)
def test_no_other_verdict_loads_even_if_catch_all_is_accepted(verdict: str, catch_all: str, accepted: bool) -> None:
    decision = row_decision(verdict, catch_all, accept_catch_all=accepted)
    assert decision == (RowState.REJECTED, REFUSALS[verdict])


def test_the_table_above_names_every_verdict() -> None:
    assert set(Verdict) - set(REFUSALS) == {Verdict.VERIFIED}


@given(st.text(), st.text(), st.booleans())
def test_only_verified_ever_loads(verdict: str, catch_all: str, accepted: bool) -> None:
    state, _ = row_decision(verdict, catch_all, accept_catch_all=accepted)
    assert (state == RowState.VERIFIED) <= (verdict == "verified" and catch_all in {"no", "yes"})


def test_an_answer_counts_as_read_from_the_list_only_where_that_is_said() -> None:
    assert not Answer("verified", False, Decimal("0.25"), None, "post").is_read


@pytest.mark.parametrize(
    ("code", "found"),
    [
        (None, None),
        (11, None),
        (12, None),
        (1, (Verdict.VERIFIED, CatchAll.NO, "verified")),
        (-1, (Verdict.INVALID, CatchAll.UNKNOWN, "invalid")),
        (-2, (Verdict.OTHER, CatchAll.UNKNOWN, "risky")),
        (-3, (Verdict.VERIFIED, CatchAll.YES, "catch_all")),
        (-4, (Verdict.OTHER, CatchAll.UNKNOWN, "job_change")),
        # A code that is not known yet is no permission.
        (0, (Verdict.OTHER, CatchAll.UNKNOWN, "code 0")),
        (2, (Verdict.OTHER, CatchAll.UNKNOWN, "code 2")),
        (10, (Verdict.OTHER, CatchAll.UNKNOWN, "code 10")),
        (13, (Verdict.OTHER, CatchAll.UNKNOWN, "code 13")),
    ],
)
def test_the_code_of_a_lead_in_a_list_is_a_verdict_or_still_pending(
    code: int | None, found: tuple[Verdict, CatchAll, str] | None
) -> None:
    assert list_verdict(code) == found


@given(code=st.integers().filter(lambda code: code != 1))
def test_no_other_code_than_verified_loads_without_acceptance(code: int) -> None:
    verdict, catch_all, _ = list_verdict(code) or (Verdict.PENDING, CatchAll.UNKNOWN, "")
    assert row_decision(verdict, catch_all, accept_catch_all=False)[0] == RowState.REJECTED
