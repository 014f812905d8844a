"""Warm-up: its scores move with the clock, and its days add up."""

from itertools import pairwise
from typing import Any

import pytest

from tests.iexdg.sandbox.resources.answers.accounts import BODY, NEW

EXEC, TEAM = "exec@peers.example.com", "team@peers.example.com"
DAY = 86_400


def score(vendor: Any, email: str) -> float:
    return float(vendor.get(f"/accounts/{email}")["stat_warmup_score"])


def analytics(vendor: Any, email: str) -> Any:
    return vendor.post("/accounts/warmup-analytics", {"emails": [email]})


def test_the_score_of_an_account_that_warms_up_rises_day_by_day_to_a_limit(vendor: Any) -> None:
    scores = [score(vendor, TEAM)]
    for _ in range(20):
        vendor.advance(DAY)
        scores.append(score(vendor, TEAM))
    assert scores[0] == 91
    assert scores[1] in {91, 92}
    assert 93 <= max(scores) <= 99
    assert scores[-1] >= 92
    assert all(abs(after - before) <= 2 for before, after in pairwise(scores))


def test_the_score_does_not_move_within_a_day(vendor: Any) -> None:
    vendor.advance(DAY - 1)
    assert score(vendor, TEAM) == 91


def test_the_same_seed_gives_the_same_scores(make_vendor: Any) -> None:
    both = make_vendor(seed=11), make_vendor(seed=11)
    for vendor in both:
        vendor.advance(3 * DAY)
    assert [score(vendor, EXEC) for vendor in both] == [score(both[0], EXEC)] * 2
    assert analytics(both[0], EXEC) == analytics(both[1], EXEC)


def test_the_sum_is_that_of_the_days(vendor: Any) -> None:
    answer = analytics(vendor, EXEC)
    days, total = answer["email_date_data"][EXEC], answer["aggregate_data"][EXEC]
    assert 28 <= len(days) <= 30
    for name in ("sent", "landed_inbox", "landed_spam", "received"):
        assert total[name] == sum(day[name] for day in days.values())
    assert all(day["sent"] == day["landed_inbox"] + day["landed_spam"] <= 40 for day in days.values())
    share = round(100 * total["landed_inbox"] / total["sent"])
    assert (total["health_score"], total["health_score_label"]) == (share, f"{share}%")


def test_today_grows_and_the_past_stays(vendor: Any) -> None:
    before = analytics(vendor, EXEC)["email_date_data"][EXEC]
    vendor.advance(6 * 3600)
    after = analytics(vendor, EXEC)["email_date_data"][EXEC]
    assert after["2026-11-23"]["sent"] > before["2026-11-23"]["sent"]
    assert {day: counts for day, counts in after.items() if day < "2026-11-23"} == {
        day: counts for day, counts in before.items() if day < "2026-11-23"
    }


def test_unknown_accounts_are_left_out(vendor: Any) -> None:
    assert analytics(vendor, "nobody@peers.example.com") == {"email_date_data": {}, "aggregate_data": {}}


def switched(vendor: Any, action: str, body: Any) -> dict[str, int]:
    """The warm-up status of every account once the job has succeeded."""
    job = vendor.post(f"/accounts/warmup/{action}", body)
    assert (job["type"], job["entity_type"], job["status"]) == ("update-warmup-accounts", "workspace", "pending")
    vendor.advance(6)
    assert vendor.get(f"/background-jobs/{job['id']}")["status"] == "success"
    return statuses(vendor)


def statuses(vendor: Any) -> dict[str, int]:
    return {item["email"].partition("@")[0]: item["warmup_status"] for item in vendor.get("/accounts")["items"]}


def test_a_job_turns_warm_up_off_and_on(vendor: Any) -> None:
    job = vendor.post("/accounts/warmup/disable", {"emails": [EXEC, "nobody@peers.example.com"]})
    assert statuses(vendor) == {"exec": 1, "peer": 1, "team": 1}
    vendor.advance(6)
    assert statuses(vendor) == {"exec": 0, "peer": 1, "team": 1}
    assert vendor.get(f"/background-jobs/{job['id']}")["progress"] == 100
    assert switched(vendor, "enable", {"include_all_emails": True}) == {"exec": 1, "peer": 1, "team": 1}
    entries = vendor.get("/audit-logs", activity_type=36)["items"]
    assert [entry["audit_metadata"]["emails"] for entry in entries][1] == [EXEC]


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"excluded_emails": [TEAM]}, {"exec": 0, "peer": 0, "team": 1}),
        ({"search": "nora"}, {"exec": 0, "peer": 1, "team": 1}),
        ({"filter": {"filter": "ACC_FILTER_PAUSED"}}, {"exec": 1, "peer": 0, "team": 1}),
    ],
)
def test_all_of_them_can_be_narrowed(vendor: Any, narrowed: Any, expected: dict[str, int]) -> None:
    vendor.post("/accounts/peer@peers.example.com/pause", {})
    assert switched(vendor, "disable", {"include_all_emails": True, **narrowed}) == expected


def test_nobody_is_a_400(vendor: Any) -> None:
    assert vendor.http.post("/accounts/warmup/enable", json={}).status_code == 400
    assert vendor.get("/background-jobs")["items"] == []


def test_the_score_falls_and_nothing_is_sent_while_warm_up_is_off(vendor: Any) -> None:
    switched(vendor, "disable", {"emails": [EXEC]})
    before = score(vendor, EXEC)
    sent = analytics(vendor, EXEC)["aggregate_data"][EXEC]["sent"]
    vendor.advance(3 * DAY)
    assert score(vendor, EXEC) == before - 3
    assert analytics(vendor, EXEC)["aggregate_data"][EXEC]["sent"] < sent
    assert "2026-11-25" not in analytics(vendor, EXEC)["email_date_data"][EXEC]


def test_a_new_account_gets_its_first_score_with_its_warm_up(vendor: Any) -> None:
    vendor.post("/accounts", BODY)
    switched(vendor, "enable", {"emails": [NEW]})
    account = vendor.get(f"/accounts/{NEW}")
    assert (account["stat_warmup_score"], account["timestamp_warmup_start"]) == (70, "2026-11-23T15:00:05.000Z")
    vendor.advance(5 * DAY)
    assert 74 <= score(vendor, NEW) <= 75
