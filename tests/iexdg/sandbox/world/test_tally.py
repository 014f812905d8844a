"""What is counted while it happens is what counting everything again would find."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import iexdg.sandbox
from iexdg.sandbox.world.clock import WorldClock
from iexdg.sandbox.world.records import LEAD_COMPLETED
from iexdg.sandbox.world.tally import KEYS, Tally, combined, grouped
from iexdg.sandbox.world.world import World

DAY = 86_400
SETS_A_STATUS = re.compile(r"""lead\["status"\](, .*)? = |(lead|twin|kept)(\.update\(| \|= ).*status""")


def counted_again(world: World) -> World:
    """Return a world that was loaded from what this one saves, which makes it count everything anew."""
    again = World(seed=1, clock=WorldClock())
    again.restore(json.loads(json.dumps(world.saved())))
    return again


def counts(world: World) -> tuple[Any, Any]:
    tallies = {name: one.by for name, one in world.tallies.items() if one.by["all"]}
    return tallies, {name: number for name, number in world.completed.items() if number}


def everything_that_moves_a_count(vendor: Any) -> None:
    busy, other = vendor.named("05A Executive-Peer"), vendor.campaign("Other", steps=2)
    vendor.add(other, *(f"{name}{n}@elm.example.com" for name in ("reply", "bounce", "ooo", "p") for n in range(5)))
    vendor.post(f"/campaigns/{other}/activate", {})
    vendor.advance(DAY)
    made, done = vendor.post("/lead-lists", {"name": "Autumn"})["id"], {"filter": "FILTER_VAL_COMPLETED"}
    vendor.post("/leads/move", {"campaign": busy, "limit": 3, "to_campaign_id": other, **done})
    vendor.post("/leads/move", {"campaign": busy, "limit": 3, "to_list_id": made, "copy_leads": True, **done})
    vendor.advance(10)
    vendor.post("/leads/move", {"campaign": busy, "limit": 3, "to_list_id": made, **done})
    vendor.advance(4 * DAY)
    leads = vendor.post("/leads/list", {"campaign": busy, **done})["items"]
    interest = {"lead_email": leads[0]["email"], "interest_value": 1}
    assert vendor.http.post("/leads/update-interest-status", json=interest).status_code == 202
    vendor.post("/leads/merge", {"lead_id": leads[1]["id"], "destination_lead_id": leads[2]["id"]})
    vendor.http.delete(f"/leads/{leads[3]['id']}")
    vendor.http.delete(f"/campaigns/{vendor.named('04 Alumni spring')}")


def test_what_was_counted_as_it_happened_is_what_counting_again_finds(demo: Any) -> None:
    everything_that_moves_a_count(demo)
    tallies, completed = counts(demo.app.world)
    assert len(tallies) > 5
    assert sum(completed.values()) > 50
    assert (tallies, completed) == counts(counted_again(demo.app.world))


def test_a_completed_lead_is_counted_where_it_was_taken_to(demo: Any) -> None:
    world, busy, other = demo.app.world, demo.named("05A Executive-Peer"), demo.campaign("Other")
    done = [lead for lead in world.campaign_leads(busy) if lead["status"] == LEAD_COMPLETED]
    world.place_leads(done[:3], other, None)
    assert (world.completed[busy], world.completed[other]) == (len(done) - 3, 3)


def test_only_the_world_sets_the_status_of_a_lead_because_it_counts_them() -> None:
    root = Path(iexdg.sandbox.__file__).parent
    found = {path.name: SETS_A_STATUS.findall(path.read_text()) for path in root.rglob("*.py")}
    assert {name: len(places) for name, places in found.items() if places} == {"world.py": 1}


@pytest.mark.parametrize(
    "path",
    [
        "/campaigns/analytics",
        "/campaigns/analytics/overview",
        "/campaigns/analytics/daily",
        "/campaigns/analytics/steps",
    ],
)
def test_dates_that_leave_nothing_out_change_no_answer(demo: Any, path: str) -> None:
    """Answers between dates are counted from the events, those without from what is counted already."""
    everything_that_moves_a_count(demo)
    busy = demo.named("05A Executive-Peer")
    for query in ({}, {"id": busy, "campaign_id": busy}, {"include_opportunities_count": "true"}):
        assert demo.get(path, **query) == demo.get(path, start_date="2001-01-01", **query)


def test_an_event_is_in_every_analytics_answer_at_once(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor()
    campaign = vendor.campaign()
    vendor.add(campaign, "ana@alder.example.com")
    for number, event in enumerate(("open", "open", "reply"), 1):
        vendor.control("POST", "events", {"kind": event, "campaign_id": campaign, "email": "ana@alder.example.com"})
        totals, (day,) = vendor.totals(campaign), vendor.get("/campaigns/analytics/daily")
        (step,) = vendor.get("/campaigns/analytics/steps")
        opens, replies = min(number, 2), max(0, number - 2)
        assert (totals["open_count"], totals["reply_count"]) == (opens, replies)
        assert (day["opened"], day["replies"]) == (step["opened"], step["replies"]) == (opens, replies)


def test_a_lead_of_two_campaigns_counts_once_among_those_contacted() -> None:
    event = {"at": 1.0, "kind": "sent", "lead": "a", "step": 0, "sender": None, "first": True, "first_of_step": True}
    one, other = (grouped([{**event, "at": at}], "all") for at in (1.0, 2.0))  # type: ignore[typeddict-item]
    total = combined([one, other])[None]
    assert (len(total.contacted), total.every("sent"), total.begun) == (1, 2, 2)
    assert combined([]) == {}


def test_adding_parts_up_leaves_the_parts_as_they_are() -> None:
    event = {"at": 1.0, "kind": "sent", "lead": "a", "step": 0, "sender": None, "first": True, "first_of_step": True}
    parts = [grouped([event], by) for by in KEYS for _ in range(2)]  # type: ignore[list-item]
    before = repr(parts)
    combined(parts)
    assert repr(parts) == before
    assert Tally().every("sent") == Tally().first("sent") == Tally().first_of_step("sent") == 0
