"""The demo workspace: every status, plausible history, the owner's form of copy."""

import re
from collections.abc import Callable
from typing import Any

VOICES = ("05A Executive-Peer", "05B Partnerships", "05C Practitioner")


def test_every_status_is_on_show_and_only_the_active_campaign_sends(demo: Any) -> None:
    campaigns = demo.get("/campaigns", limit=100)["items"]
    assert {item["status"] for item in campaigns} == {0, 1, 2, 3, 4, -1, -2, -99}
    before = {item["name"]: demo.totals(item["id"])["emails_sent_count"] for item in campaigns}
    demo.advance(7 * 86_400)
    after = {item["name"]: demo.totals(item["id"])["emails_sent_count"] for item in campaigns}
    assert {name for name in before if after[name] != before[name]} == {"02 Welcome notes"}
    assert after["02 Welcome notes"] - before["02 Welcome notes"] == 5 * 5  # five a day, five working days


def test_the_three_voices_are_paused_with_three_weeks_behind_and_leads_ahead(demo: Any) -> None:
    for name in VOICES:
        campaign = demo.get(f"/campaigns/{demo.named(name)}")
        assert (campaign["status"], campaign["daily_limit"], campaign["stop_on_reply"]) == (2, 20, True)
        assert campaign["email_list"] == [f"{who}@peers.example.com" for who in ("exec", "peer", "team")]
        (window,) = campaign["campaign_schedule"]["schedules"]
        assert (window["timezone"], window["timing"]) == ("America/Detroit", {"from": "09:00", "to": "17:00"})
        assert [day for day, on in window["days"].items() if on] == ["1", "2", "3", "4", "5"]
        totals = demo.totals(campaign["id"])
        assert totals["leads_count"] > totals["contacted_count"] > 100
        days = demo.get("/campaigns/analytics/daily", campaign_id=campaign["id"])
        assert len([day for day in days if day["sent"]]) in {14, 15, 16}
        assert 0.25 < totals["open_count_unique"] / totals["contacted_count"] < 0.8
        assert 0 < totals["reply_count"] / totals["contacted_count"] < 0.12
        assert totals["bounced_count"] / totals["emails_sent_count"] < 0.03


def test_the_workspace_has_949_credits(demo: Any) -> None:
    assert demo.control("GET", "state")["credits"] == 949


def test_the_finished_campaign_flips_when_somebody_is_loaded(demo: Any) -> None:
    campaign = demo.named("04 Alumni spring")
    totals = demo.totals(campaign)
    assert (demo.status(campaign), totals["contacted_count"]) == (3, totals["leads_count"])
    demo.add(campaign, "ana@alder.example.com")
    assert demo.status(campaign) == 1


def test_the_protected_campaign_has_bounced_too_much(demo: Any) -> None:
    totals = demo.totals(demo.named("07 Trade lists"))
    assert totals["emails_sent_count"] >= 200
    assert totals["bounced_count"] / totals["emails_sent_count"] > 0.05


def test_copy_is_in_div_lines_with_a_phrase_as_the_link(demo: Any) -> None:
    for name in VOICES:
        (sequence,) = demo.get(f"/campaigns/{demo.named(name)}")["sequences"]
        assert len(sequence["steps"]) == 3
        for step in sequence["steps"]:
            (variant,) = step["variants"]
            assert re.fullmatch(r"(<div>(<br>|[^\n]+?)</div>)+", variant["body"])
            assert '<a href="https://example.com/clarity">pick a time</a>.' in variant["body"]
            assert "{{firstName}}" in variant["body"]


def test_people_live_on_reserved_domains_only(demo: Any) -> None:
    state = demo.control("GET", "state")
    for address in [lead["email"] for lead in state["leads"]] + [account["email"] for account in state["accounts"]]:
        assert re.search(r"\.example\.(com|org|net)$", address), address


def test_the_same_seed_makes_the_same_world_and_another_makes_another(make_vendor: Callable[..., Any]) -> None:
    def picture(seed: int) -> Any:
        state = make_vendor(world="demo", seed=seed).control("GET", "state")
        return [(item["id"], item["sent"]) for item in state["campaigns"]], state["leads"]

    assert picture(5) == picture(5)
    assert picture(5) != picture(6)
