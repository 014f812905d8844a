from decimal import Decimal

from iexdg.clients.instantly.workspaces import PlanDetails


def test_credits_are_found_with_and_without_the_subscriptions_level() -> None:
    parts = {"credits": {"available_credits": 949, "total_credits": 1000}, "outreach": {"total_lead_limit": 25000}}
    for raw in ({"subscriptions": parts}, parts):
        plan = PlanDetails.model_validate(raw)
        assert (plan.available_credits, plan.total_credits, plan.lead_limit) == (Decimal(949), Decimal(1000), 25000)
    assert PlanDetails.model_validate({}).available_credits is None


def test_parts_below_subscriptions_are_never_mixed_with_parts_beside_it() -> None:
    beside = {"credits": {"available_credits": 949}, "outreach": {"total_lead_limit": 25000}}
    plan = PlanDetails.model_validate({"subscriptions": {"credits": {"total_credits": 10}}, **beside})
    assert (plan.available_credits, plan.total_credits, plan.lead_limit) == (None, Decimal(10), None)
    plan = PlanDetails.model_validate({"subscriptions": {"outreach": {"current_lead_count": 3}}, **beside})
    assert (plan.available_credits, plan.lead_count, plan.lead_limit) == (None, 3, None)
