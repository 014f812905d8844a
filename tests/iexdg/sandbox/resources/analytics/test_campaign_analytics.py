"""Campaign analytics agree with each other and follow the dates asked for."""

from typing import Any


def test_daily_and_steps_add_up_to_the_totals(demo: Any) -> None:
    for name in ("05A Executive-Peer", "07 Trade lists", "04 Alumni spring"):
        campaign = demo.named(name)
        totals = demo.totals(campaign)
        days = demo.get("/campaigns/analytics/daily", campaign_id=campaign)
        steps = demo.get("/campaigns/analytics/steps", campaign_id=campaign, include_opportunities_count="true")

        def summed(rows: list[Any], counter: str) -> int:
            return sum(row[counter] for row in rows)

        assert summed(days, "sent") == summed(steps, "sent") == totals["emails_sent_count"] > 0
        assert summed(days, "new_leads_contacted") == totals["contacted_count"] == steps[0]["sent"]
        for counter, total in (("opened", "open_count"), ("replies", "reply_count"), ("clicks", "link_click_count")):
            assert summed(days, counter) == summed(steps, counter) == totals[total]
            assert summed(days, f"unique_{counter}") == totals[f"{total}_unique"]
            assert summed(steps, f"unique_{counter}") == totals[f"{total}_unique_by_step"]
        assert summed(days, "opportunities") == summed(steps, "opportunities") == totals["total_opportunities"]
        shared = demo.get("/campaigns/analytics/overview", id=campaign)
        assert {key: shared[key] for key in shared if key in totals} == {
            key: totals[key] for key in shared if key in totals
        }


def test_daily_with_id_instead_of_campaign_id_aggregates_everybody(demo: Any) -> None:
    campaign = demo.named("05A Executive-Peer")
    right = demo.get("/campaigns/analytics/daily", campaign_id=campaign)
    wrong = demo.get("/campaigns/analytics/daily", id=campaign)
    assert wrong == demo.get("/campaigns/analytics/daily") != right


def test_dates_narrow_analytics_from_utc_midnight(demo: Any) -> None:
    campaign = demo.named("05A Executive-Peer")
    span = {"start_date": "2026-11-16", "end_date": "2026-11-18"}
    days = demo.get("/campaigns/analytics/daily", campaign_id=campaign, **span)
    assert [day["date"] for day in days] == ["2026-11-16", "2026-11-17"]
    assert demo.totals(campaign, **span)["emails_sent_count"] == sum(day["sent"] for day in days)
    refused = demo.http.get("/campaigns/analytics", params={"start_date": "2026-11-18", "end_date": "2026-11-18"})
    assert (refused.status_code, refused.json()) == (400, {"message": "Start Date must be earlier than End Date"})
