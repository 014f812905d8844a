"""Results of placement tests: they arrive over time, add up, and can be filtered."""

from typing import Any

import pytest

from tests.iexdg.sandbox.resources.answers.placement import BODY, REPORTS, RESULTS, TESTS

EXEC, UNKNOWN = "exec@peers.example.com", "ada@broken.example.com"
HOUR = 3600


@pytest.fixture
def test_id(vendor: Any) -> str:
    made: str = vendor.post(TESTS, BODY)["id"]
    return made


def everything(vendor: Any, test_id: str, **query: Any) -> list[Any]:
    found: list[Any] = []
    query |= {"test_id": test_id, "limit": 10}
    while items := (answer := vendor.get(RESULTS, **query))["items"]:
        found += items
        if "next_starting_after" not in answer:
            break
        query["starting_after"] = answer["next_starting_after"]
    return found


def test_mails_are_sent_and_arrive_over_time(vendor: Any, test_id: str) -> None:
    counts = []
    for _ in range(4):
        vendor.advance(60)
        records = everything(vendor, test_id)
        counts.append([sum(one["record_type"] == kind for one in records) for kind in (1, 2)])
    vendor.advance(HOUR)
    records = everything(vendor, test_id)
    counts.append([sum(one["record_type"] == kind for one in records) for kind in (1, 2)])
    assert counts[-1] == [32, 32]
    assert counts[0][1] < counts[3][1] < 32
    assert counts == sorted(counts)
    assert len({one["id"] for one in records}) == 64
    assert [one["timestamp_created"] for one in records] == sorted(one["timestamp_created"] for one in records)


def test_what_only_an_arrived_mail_knows_is_left_out_for_a_sent_one(vendor: Any, test_id: str) -> None:
    vendor.advance(HOUR)
    for one in everything(vendor, test_id):
        known = [name in one for name in ("is_spam", "has_category", "spf_pass", "sender_esp")]
        assert known == [one["record_type"] == 2] * 4
        failed = one["record_type"] == 2 and one["sender_email"] == UNKNOWN
        assert (one.get("authentication_failure_results") is not None) is failed
        assert vendor.get(f"{RESULTS}/{one['id']}") == one


@pytest.mark.parametrize(
    ("query", "field", "values"),
    [
        ({"recipient_esp": "12,13"}, "recipient_esp", {12, 13}),
        ({"recipient_geo": "3"}, "recipient_geo", {3}),
        ({"recipient_type": "1"}, "recipient_type", {1}),
        ({"sender_email": EXEC}, "sender_email", {EXEC}),
    ],
)
def test_results_are_filtered(vendor: Any, test_id: str, query: Any, field: str, values: set[Any]) -> None:
    vendor.advance(HOUR)
    assert {one[field] for one in everything(vendor, test_id, **query)} == values


def test_dates_narrow_the_results(vendor: Any, test_id: str) -> None:
    vendor.advance(HOUR)
    assert everything(vendor, test_id, date_to="2026-11-22") == []
    assert len(everything(vendor, test_id, date_from="2026-11-23", date_to="2026-11-23")) == 64
    odd = vendor.http.get(RESULTS, params={"test_id": test_id, "date_from": "soon"})
    assert odd.status_code == 400


def test_the_sums_are_those_of_the_records(vendor: Any, test_id: str) -> None:
    vendor.advance(HOUR)
    received = [one for one in everything(vendor, test_id) if one["record_type"] == 2]
    spam, category = (sum(bool(one[name]) for one in received) for name in ("is_spam", "has_category"))
    unknown = "0199aaaa-0000-7000-8000-000000000000"
    (stats,) = vendor.post(f"{RESULTS}/stats-by-test-id", {"test_ids": [test_id, unknown]})
    assert (stats["count"], stats["spam_count"], stats["category_count"]) == (32, spam, category)
    assert stats["inbox_count"] == 32 - spam - category
    assert stats["spam_percent"] == round(100 * spam / 32, 2)
    (day,) = vendor.post(f"{RESULTS}/stats-by-date", {"test_id": test_id})
    assert (day["timestamp_created_date"], day["sent_count"], day["received_count"]) == ("2026-11-23", 32, 32)
    assert (day["spam_count"], day["category_count"]) == (spam, category)


def test_insights_are_by_pair_of_providers_and_compare_with_before(vendor: Any, test_id: str) -> None:
    vendor.advance(HOUR)
    now = {"test_id": test_id, "date_from": "2026-11-23", "date_to": "2026-11-24"}
    pairs = vendor.post(f"{RESULTS}/deliverability-insights", now)
    assert [(one["sender_esp"], one["recipient_esp"]) for one in pairs] == [(1, kind) for kind in (1, 2, 12, 13)]
    assert all(one["prev_inbox_percentage"] is None for one in pairs)
    shares = [one["inbox_percentage"] + one["spam_percentage"] + one["category_percentage"] for one in pairs]
    assert all(99.9 <= share <= 100.1 for share in shares)
    earlier = {"previous_date_from": "2026-11-23", "previous_date_to": "2026-11-23", "show_previous": True}
    later = now | earlier | {"date_from": "2026-12-01", "date_to": "2026-12-02"}
    compared = vendor.post(f"{RESULTS}/deliverability-insights", later)
    assert [one["prev_inbox_percentage"] for one in compared] == [one["inbox_percentage"] for one in pairs]
    assert all(one["inbox_percentage"] is None for one in compared)


def test_an_account_that_warmed_up_badly_lands_in_spam_more_often(vendor: Any) -> None:
    world = vendor.app.world
    world.warmups["peer@peers.example.com"]["spam_share"] = 0.9
    test = vendor.post(TESTS, BODY | {"emails": [EXEC, "peer@peers.example.com"]})["id"]
    vendor.advance(HOUR)
    spam = {
        sender: sum(bool(one.get("is_spam")) for one in everything(vendor, test, sender_email=sender))
        for sender in (EXEC, "peer@peers.example.com")
    }
    assert spam["peer@peers.example.com"] > spam[EXEC] + 8


def test_the_same_seed_gives_the_same_results(make_vendor: Any) -> None:
    both = make_vendor(seed=3), make_vendor(seed=3)
    found = []
    for vendor in both:
        test = vendor.post(TESTS, BODY)["id"]
        vendor.advance(HOUR)
        found.append(everything(vendor, test))
    assert found[0] == found[1]


def test_reports_come_for_each_domain_half_an_hour_later(vendor: Any) -> None:
    senders = [EXEC, "peer@peers.example.com", "ada@listed.example.com"]
    test = vendor.post(TESTS, BODY | {"emails": senders})["id"]
    vendor.advance(1200)
    assert vendor.get(REPORTS, test_id=test)["items"] == []
    vendor.advance(1200)
    reports = vendor.get(REPORTS, test_id=test)["items"]
    assert [one["domain"] for one in reports] == ["peers.example.com", "listed.example.com"]
    assert (reports[1]["domain_blacklist_count"], reports[1]["blacklist_report"]["is_blacklisted"]) == (1, True)
    assert vendor.get(f"{REPORTS}/{reports[0]['id']}") == reports[0]


def test_either_part_of_a_report_can_be_left_out(vendor: Any, test_id: str) -> None:
    vendor.advance(HOUR)
    whole, *_ = vendor.get(REPORTS, test_id=test_id)["items"]
    for part in ("blacklist_report", "spam_assassin_report"):
        short, *_ = vendor.get(REPORTS, test_id=test_id, **{f"skip_{part}": "true"})["items"]
        assert set(whole) - set(short) == {part}
    assert vendor.get(REPORTS, test_id=test_id, date_to="2026-11-22")["items"] == []


def test_results_of_a_deleted_test_are_gone(vendor: Any, test_id: str) -> None:
    vendor.http.delete(f"{TESTS}/{test_id}")
    assert vendor.http.get(RESULTS, params={"test_id": test_id}).status_code == 404
    assert vendor.http.get(REPORTS, params={"test_id": test_id}).status_code == 404
    assert vendor.http.get(RESULTS).status_code == 400
