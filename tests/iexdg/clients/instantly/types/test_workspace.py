from decimal import Decimal

import pytest

from iexdg.clients.instantly.types.workspace import Account, AuditLog, PlanDetails, Verification, WorkspaceInfo


@pytest.mark.parametrize(
    ("status", "catch_all", "pending"),
    [
        ("pending", "pending", True),
        ("verified", "pending", True),
        ("verified", False, False),
        ("verified", True, False),
        ("invalid", "pending", False),
        ("accept_all", True, False),
        (None, None, False),
    ],
)
def test_only_what_can_still_change_is_pending(status: str | None, catch_all: object, pending: bool) -> None:
    assert Verification.from_raw({"verification_status": status, "catch_all": catch_all}).is_pending is pending


def test_the_verdict_is_not_the_status_of_the_request() -> None:
    raw = {"status": "success", "verification_status": "invalid", "credits": 948.75, "credits_used": 0.25}
    verification = Verification.from_raw(raw)
    assert (verification.status, verification.request_status) == ("invalid", "success")
    assert (verification.credits, verification.credits_used) == (Decimal("948.75"), Decimal("0.25"))


@pytest.mark.parametrize("odd", ["yes", 1, None, "unknown"])
def test_a_catch_all_that_is_neither_true_false_nor_pending_is_unknown(odd: object) -> None:
    assert Verification.from_raw({"catch_all": odd}).catch_all is None


def test_credits_are_found_with_and_without_the_subscriptions_level() -> None:
    parts = {"credits": {"available_credits": 949, "total_credits": 1000}, "outreach": {"total_lead_limit": 25000}}
    for raw in ({"subscriptions": parts}, parts):
        plan = PlanDetails.from_raw(raw)
        assert (plan.available_credits, plan.total_credits, plan.lead_limit) == (Decimal(949), Decimal(1000), 25000)
    assert PlanDetails.from_raw({}).available_credits is None


def test_nothing_crashes_on_an_empty_object() -> None:
    assert Account.from_raw({}).status is None
    assert AuditLog.from_raw({}).is_from_api is None
    assert WorkspaceInfo.from_raw({}).name is None
