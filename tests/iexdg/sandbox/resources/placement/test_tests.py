"""Placement tests: when they are sent, and that they complete, pause and go on."""

from typing import Any

import pytest

from tests.iexdg.sandbox.resources.answers.placement import BODY, RESULTS, TESTS

DAY, HOUR = 86_400, 3600
MONDAYS = {"days": {"1": True}, "timing": {"from": "02:30"}, "timezone": "America/Detroit"}


def sent(vendor: Any, test: str) -> int:
    days = vendor.post(f"{RESULTS}/stats-by-date", {"test_id": test})
    return sum(day["sent_count"] for day in days)


def test_a_one_time_test_is_sent_at_once_and_completes(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY)
    assert (test["status"], test["test_code"][:5], len(test["recipients"])) == (1, "ptid_", 16)
    vendor.advance(600)
    assert sent(vendor, test["id"]) == 32
    vendor.advance(HOUR)
    done = vendor.get(f"{TESTS}/{test['id']}")
    assert (done["status"], done["timestamp_next_run"]) == (3, None)
    vendor.advance(30 * DAY)
    assert sent(vendor, test["id"]) == 32


def test_an_automated_test_is_sent_by_its_schedule(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY | {"type": 2, "schedule": MONDAYS})
    assert (test["timestamp_next_run"], sent(vendor, test["id"])) == ("2026-11-30T07:30:00.000Z", 0)
    vendor.advance(15 * DAY)
    after = vendor.get(f"{TESTS}/{test['id']}")
    assert (after["timestamp_next_run"], after["status"]) == ("2026-12-14T07:30:00.000Z", 1)
    assert sent(vendor, test["id"]) == 2 * 32


def test_it_can_be_sent_at_once_as_well(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY | {"type": 2, "schedule": MONDAYS, "run_immediately": True})
    vendor.advance(600)
    assert sent(vendor, test["id"]) == 32
    assert vendor.get(f"{TESTS}/{test['id']}")["timestamp_next_run"] == "2026-11-30T07:30:00.000Z"


def test_a_paused_test_is_not_sent_and_goes_on_with_the_next_time(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY | {"type": 2, "schedule": MONDAYS})["id"]
    vendor.patch(f"{TESTS}/{test}", {"status": 2})
    vendor.advance(15 * DAY)
    assert sent(vendor, test) == 0
    assert vendor.patch(f"{TESTS}/{test}", {"status": 1})["timestamp_next_run"] == "2026-12-14T07:30:00.000Z"
    vendor.advance(7 * DAY)
    assert sent(vendor, test) == 32


def test_a_one_time_test_that_was_made_paused_is_sent_when_it_is_resumed(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY | {"status": 2})["id"]
    vendor.advance(DAY)
    assert sent(vendor, test) == 0
    vendor.patch(f"{TESTS}/{test}", {"status": 1})
    vendor.advance(600)
    (day,) = vendor.post(f"{RESULTS}/stats-by-date", {"test_id": test})
    assert (day["timestamp_created_date"], day["sent_count"]) == ("2026-11-24", 32)


def test_a_far_jump_of_the_clock_ends(vendor: Any) -> None:
    schedule = MONDAYS | {"days": {str(day): True for day in range(7)}}
    test = vendor.post(TESTS, BODY | {"type": 2, "schedule": schedule, "recipients_labels": _one_kind()})["id"]
    for _ in range(3):
        vendor.advance(365 * DAY)
    assert vendor.get(f"{TESTS}/{test}")["timestamp_next_run"] > "2029-11-22"
    assert sent(vendor, test) == 400 * 4


def _one_kind() -> list[dict[str, str]]:
    return [{"region": "North America", "sub_region": "US", "type": "Personal", "esp": "Google"}]


def test_only_the_kinds_that_were_chosen_get_a_mail(vendor: Any) -> None:
    test = vendor.post(TESTS, BODY | {"recipients_labels": _one_kind()})
    assert test["recipients"] == [f"google.us.personal{number}@seeds.example.com" for number in (1, 2)]
    assert _one_kind()[0] in vendor.get(f"{TESTS}/email-service-provider-options")


@pytest.mark.parametrize(("given", "code"), [("abc-1", "ptid_abc-1"), ("ptid_abc-1", "ptid_abc-1")])
def test_a_code_gets_its_prefix_once(vendor: Any, given: str, code: str) -> None:
    assert vendor.post(TESTS, BODY | {"test_code": given})["test_code"] == code


def test_a_time_that_is_none_is_refused_and_nothing_is_made(vendor: Any) -> None:
    odd = BODY | {"type": 2, "schedule": MONDAYS | {"timing": {"from": "25:00"}}}
    assert vendor.http.post(TESTS, json=odd).status_code == 400
    assert vendor.get(TESTS)["items"] == []


def test_tests_are_listed_newest_first_and_filtered(demo: Any) -> None:
    names = [test["name"] for test in demo.get(TESTS)["items"]]
    assert names == ["Before the launch", "Twice a week"]
    assert [test["name"] for test in demo.get(TESTS, sort_order="asc")["items"]] == names[::-1]
    assert [test["name"] for test in demo.get(TESTS, status=3)["items"]] == ["Before the launch"]
    assert [test["name"] for test in demo.get(TESTS, search="twice")["items"]] == ["Twice a week"]
    first = demo.get(TESTS, limit=1)
    assert demo.get(TESTS, limit=1, starting_after=first["next_starting_after"])["items"][0]["name"] == names[1]


def test_metadata_names_the_campaign(vendor: Any) -> None:
    campaign = vendor.campaign("Placed")
    test = vendor.post(TESTS, BODY | {"campaign_id": campaign})["id"]
    shown = vendor.get(f"{TESTS}/{test}", with_metadata="true")
    assert shown["metadata"] == {"campaign": {"id": campaign, "name": "Placed"}, "tags": {}}
    assert "metadata" not in vendor.get(f"{TESTS}/{test}")
