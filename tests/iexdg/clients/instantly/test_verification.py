from decimal import Decimal

import pytest

from iexdg.clients.instantly.verification import Verification


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
    assert Verification.model_validate({"verification_status": status, "catch_all": catch_all}).is_pending is pending


def test_the_verdict_is_not_the_status_of_the_request() -> None:
    raw = {"status": "success", "verification_status": "invalid", "credits": 948.75, "credits_used": 0.25}
    verification = Verification.model_validate(raw)
    assert (verification.status, verification.request_status) == ("invalid", "success")
    assert (verification.credits, verification.credits_used) == (Decimal("948.75"), Decimal("0.25"))


@pytest.mark.parametrize("odd", ["yes", 1, None, "unknown"])
def test_a_catch_all_that_is_neither_true_false_nor_pending_is_unknown(odd: object) -> None:
    assert Verification.model_validate({"catch_all": odd}).catch_all is None
