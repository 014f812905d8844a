"""Pure rules: the verdict of an answer, and which verdicts allow loading."""

from dataclasses import dataclass
from decimal import Decimal

from leads.models import CatchAll, Reason, RowState, Verdict

_FINAL_STATUSES = {"verified": Verdict.VERIFIED, "invalid": Verdict.INVALID}
_CATCH_ALL: dict[object, CatchAll] = {True: CatchAll.YES, False: CatchAll.NO, "pending": CatchAll.PENDING}


@dataclass(frozen=True)
class Answer:
    """One answer to a verification, as plain data."""

    status: str
    catch_all: object
    credits_used: Decimal
    credits_left: Decimal | None
    path: str
    is_read: bool = False


def verdict_of(status: str, catch_all: object) -> Verdict | None:
    """The final verdict of an answer; None while Instantly is still checking.

    >>> verdict_of("pending", "pending") is None
    True
    >>> verdict_of("accept_all", None)
    Verdict.OTHER
    Source: reference, EmailVerification and Law 11 (read 2026-11-22).
    """
    if status == "pending":
        return None
    verdict = _FINAL_STATUSES.get(status, Verdict.OTHER)
    if verdict == Verdict.VERIFIED and catch_all == "pending":
        return None
    return verdict


def catch_all_of(value: object) -> CatchAll:
    """Convert Instantly's tri-state; any other value is `unknown`."""
    # Not a plain lookup: 1 == True in Python, and a number is not a known answer.
    if isinstance(value, bool | str):
        return _CATCH_ALL.get(value, CatchAll.UNKNOWN)
    return CatchAll.UNKNOWN


# Source: instantly-facts.md §2.0, Lead.verification_status. 11 and 12 wait for a verification.
_PENDING_CODES = (11, 12)
_LIST_VERDICTS = {
    1: (Verdict.VERIFIED, CatchAll.NO, "verified"),
    -1: (Verdict.INVALID, CatchAll.UNKNOWN, "invalid"),
    -2: (Verdict.OTHER, CatchAll.UNKNOWN, "risky"),
    -3: (Verdict.VERIFIED, CatchAll.YES, "catch_all"),
    -4: (Verdict.OTHER, CatchAll.UNKNOWN, "job_change"),
}


def list_verdict(code: int | None) -> tuple[Verdict, CatchAll, str] | None:
    """Verdict, catch-all and Instantly's own word for the code of a lead in a list; None while it has no verdict.

    >>> list_verdict(1)
    (Verdict.VERIFIED, CatchAll.NO, 'verified')
    >>> list_verdict(7)
    (Verdict.OTHER, CatchAll.UNKNOWN, 'code 7')
    """
    if code is None or code in _PENDING_CODES:
        return None
    return _LIST_VERDICTS.get(code, (Verdict.OTHER, CatchAll.UNKNOWN, f"code {code}"))


def row_decision(verdict: str, catch_all: str, *, accept_catch_all: bool) -> tuple[RowState, str]:
    """(state, reason) of a row with this verdict. Catch-all addresses load only if a person accepted them.

    >>> row_decision("verified", "no", accept_catch_all=False)
    (RowState.VERIFIED, '')
    >>> row_decision("verified", "unknown", accept_catch_all=True)
    (RowState.REJECTED, Reason.UNKNOWN_VERDICT)
    """
    if verdict == Verdict.VERIFIED and catch_all == CatchAll.NO:
        return RowState.VERIFIED, ""
    if verdict == Verdict.VERIFIED and catch_all == CatchAll.YES:
        return (RowState.VERIFIED, "") if accept_catch_all else (RowState.REJECTED, Reason.CATCH_ALL)
    reasons = {
        Verdict.INVALID.value: Reason.INVALID,
        Verdict.PENDING.value: Reason.PENDING,
        Verdict.REFUSED.value: Reason.VERIFY_REFUSED,
    }
    return RowState.REJECTED, reasons.get(verdict, Reason.UNKNOWN_VERDICT)
