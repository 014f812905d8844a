"""The send tick: windows, caps, steps and reactions."""

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

HOUR, DAY = 3600.0, 86_400.0
DETROIT = ZoneInfo("America/Detroit")


def _people(count: int, prefix: str = "person") -> list[str]:
    return [f"{prefix}{number:04}@alder.example.com" for number in range(count)]


def _running(vendor: Any, *emails: str, **fields: Any) -> str:
    campaign = str(vendor.campaign(**fields))
    vendor.add(campaign, *emails)
    vendor.post(f"/campaigns/{campaign}/activate", {})
    return campaign


def _events(vendor: Any, campaign: str, kind: str = "sent") -> list[Any]:
    return [event for event in vendor.app.world.events.get(campaign, ()) if event["kind"] == kind]


def _lead(vendor: Any, campaign: str) -> Any:
    (lead,) = vendor.app.world.campaign_leads(campaign)
    return vendor.get(f"/leads/{lead['id']}")


def test_mails_leave_only_inside_the_window_on_enabled_days(vendor: Any) -> None:
    campaign = _running(vendor, *_people(300), daily_limit=40, steps=2)
    vendor.advance(14 * DAY)
    local = [datetime.fromtimestamp(event["at"], DETROIT) for event in _events(vendor, campaign)]
    assert len(local) > 300
    assert {moment.isoweekday() for moment in local} == {1, 2, 3, 4, 5}
    assert all(9 <= moment.hour < 17 for moment in local)


def test_a_campaign_activated_at_night_waits_for_the_morning(vendor: Any) -> None:
    vendor.advance(12 * HOUR)
    campaign = _running(vendor, "ana@alder.example.com")
    shown = vendor.get(f"/campaigns/{campaign}")
    assert (shown["status"], shown["not_sending_status"]) == (1, 1)
    assert vendor.get(f"/campaigns/{campaign}/sending-status")["summary"]["status"] == "out_of_schedule"
    vendor.advance(DAY)
    (sent,) = _events(vendor, campaign)
    assert datetime.fromtimestamp(sent["at"], DETROIT).isoformat() == "2026-11-24T09:00:00-05:00"


def test_the_campaign_cap_holds_on_every_local_day(vendor: Any) -> None:
    campaign = _running(vendor, *_people(100), daily_limit=20)
    vendor.advance(7 * HOUR)
    assert vendor.get(f"/campaigns/{campaign}")["not_sending_status"] in {1, 3}
    vendor.advance(6 * DAY)
    assert [day["sent"] for day in vendor.get("/campaigns/analytics/daily", campaign_id=campaign) if day["sent"]] == [
        20
    ] * 5


def test_a_senders_cap_holds_across_campaigns(vendor: Any) -> None:
    one = _running(vendor, *_people(100), name="One")
    two = _running(vendor, *_people(100), name="Two")
    vendor.advance(7 * HOUR)
    by_sender: dict[str, int] = {}
    for event in _events(vendor, one) + _events(vendor, two):
        by_sender[event["sender"]] = by_sender.get(event["sender"], 0) + 1
    assert by_sender == {f"{name}@peers.example.com": 30 for name in ("exec", "peer", "team")}


def test_new_leads_a_day_are_capped_apart_from_follow_ups(vendor: Any) -> None:
    campaign = _running(vendor, *_people(30), daily_max_leads=5, steps=2)
    vendor.advance(7 * DAY)
    days = vendor.get("/campaigns/analytics/daily", campaign_id=campaign)
    assert max(day["new_leads_contacted"] for day in days) == 5
    assert max(day["sent"] for day in days) > 5


def test_the_gap_is_per_sender(vendor: Any) -> None:
    campaign = _running(vendor, *_people(9), email_gap=30)
    vendor.advance(2 * HOUR)
    times = [event["at"] for event in _events(vendor, campaign)]
    assert {round(later - earlier) for earlier, later in pairwise(times)} == {600}


@pytest.mark.parametrize(("unit", "seconds"), [("minutes", 120), ("hours", 2 * HOUR), ("days", 2 * DAY)])
def test_the_delay_after_a_step_is_kept(vendor: Any, unit: str, seconds: float) -> None:
    step = {"type": "email", "delay": 2, "delay_unit": unit, "variants": [{"subject": "S", "body": "<div>x</div>"}]}
    campaign = _running(vendor, "ana@alder.example.com", sequences=[{"steps": [step, step]}], open_tracking=False)
    vendor.advance(5 * DAY)
    first, second = _events(vendor, campaign)
    assert (first["step"], second["step"]) == (0, 1)
    assert second["at"] - first["at"] >= seconds
    assert second["at"] - first["at"] < seconds + 120


def test_a_reply_stops_the_sequence_where_the_campaign_says_so(vendor: Any) -> None:
    for stop, status, sent in ((True, 3, 1), (False, 3, 3)):
        campaign = _running(vendor, "reply.ana@alder.example.com", name=f"Stop {stop}", stop_on_reply=stop, steps=3)
        vendor.advance(14 * DAY)
        lead = _lead(vendor, campaign)
        assert (lead["status"], len(_events(vendor, campaign))) == (status, sent)
        assert (lead["lt_interest_status"], vendor.totals(campaign)["total_opportunities"]) == (1, 1)
        # The first reply changed it; another one that is as interested does not.
        assert (lead["timestamp_last_interest_change"] == lead["timestamp_last_reply"]) is stop


def test_an_out_of_office_is_an_automatic_reply_and_stops_only_on_request(vendor: Any) -> None:
    for stop, sent in ((False, 2), (True, 1)):
        campaign = _running(vendor, "ooo.ana@alder.example.com", name=f"{stop}", stop_on_auto_reply=stop, steps=2)
        vendor.advance(7 * DAY)
        totals = vendor.totals(campaign)
        assert (totals["reply_count_automatic"], totals["reply_count"]) == (1, 0)
        assert (len(_events(vendor, campaign)), _lead(vendor, campaign)["lt_interest_status"]) == (sent, 0)
        assert _lead(vendor, campaign)["timestamp_last_interest_change"] is not None


def test_a_bounce_ends_the_lead(vendor: Any) -> None:
    campaign = _running(vendor, "bounce.ana@alder.example.com", steps=3)
    vendor.advance(7 * DAY)
    assert (_lead(vendor, campaign)["status"], vendor.totals(campaign)["bounced_count"]) == (-1, 1)
    assert len(_events(vendor, campaign)) == 1


def test_a_finished_campaign_is_completed(vendor: Any) -> None:
    campaign = _running(vendor, *_people(5), steps=1)
    vendor.advance(HOUR)
    assert (vendor.status(campaign), vendor.totals(campaign)["completed_count"]) == (3, 5)


def test_an_evergreen_campaign_stays_active(vendor: Any) -> None:
    campaign = _running(vendor, "ana@alder.example.com", is_evergreen=True)
    vendor.advance(3 * DAY)
    assert vendor.status(campaign) == 1
    vendor.add(campaign, "ben@alder.example.com")
    vendor.advance(HOUR)
    assert len(_events(vendor, campaign)) == 2


def test_too_many_bounces_stop_a_campaign_after_two_hundred_mails(vendor: Any) -> None:
    emails = [*_people(20, "bounce"), *_people(280)]
    for disabled, status in ((False, -2), (True, 3)):
        campaign = _running(vendor, *emails, name=f"{disabled}", disable_bounce_protect=disabled)
        vendor.advance(14 * DAY)
        assert vendor.status(campaign) == status
    protected = vendor.named("False")
    assert len(_events(vendor, protected)) >= 200


def test_bounce_protection_has_its_floor_and_its_ratio(make_vendor: Callable[..., Any]) -> None:
    emails = [*_people(2, "bounce"), *_people(18)]
    for floor, ratio, status in ((2, 0.05, -2), (200, 0.05, 3), (2, 1.0, 3)):
        vendor = make_vendor(bounce_protect_floor=floor, bounce_protect_ratio=ratio)
        campaign = _running(vendor, *emails)
        vendor.advance(DAY)
        assert vendor.status(campaign) == status


def test_a_sender_that_breaks_while_sending_makes_the_campaign_unhealthy(vendor: Any) -> None:
    campaign = _running(vendor, *_people(20), email_list=["exec@peers.example.com"], email_gap=10)
    vendor.advance(HOUR)
    vendor.control("POST", "settings", {"accounts": {"exec@peers.example.com": -1}})
    sent = len(_events(vendor, campaign))
    vendor.advance(DAY)
    assert (vendor.status(campaign), len(_events(vendor, campaign))) == (-1, sent)


def test_a_pause_stops_the_mails_and_an_activation_goes_on_where_it_stopped(vendor: Any) -> None:
    campaign = _running(vendor, *_people(10), email_gap=30)
    vendor.advance(HOUR)
    vendor.post(f"/campaigns/{campaign}/pause", {})
    sent = len(_events(vendor, campaign))
    assert 0 < sent < 10
    vendor.advance(DAY)
    assert len(_events(vendor, campaign)) == sent
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(DAY)
    contacted = [event["lead"] for event in _events(vendor, campaign)]
    assert (len(contacted), len(set(contacted))) == (10, 10)


def test_many_small_steps_of_the_clock_come_to_the_same_as_one_big_one(make_vendor: Callable[..., Any]) -> None:
    def history(steps: int) -> list[tuple[float, str, str]]:
        vendor = make_vendor()
        campaign = _running(vendor, *_people(60), steps=3)
        for _ in range(steps):
            vendor.advance(10 * DAY / steps)
        return [(event["at"], event["kind"], event["lead"]) for event in vendor.app.world.events[campaign]]

    assert history(1) == history(97)


def test_mailboxes_with_a_higher_limit_write_to_a_thousand_leads_within_a_week(vendor: Any) -> None:
    vendor.control("POST", "settings", {"accounts": {}})
    for account in vendor.app.world.accounts.values():
        account["daily_limit"] = 200
    campaign = _running(vendor, *_people(1000), steps=3)
    vendor.advance(7 * DAY)
    assert vendor.totals(campaign)["emails_sent_count"] > 1000
