"""Attempts: repeated after 1, 8 and 20 s, logged one by one, ten failures disable a webhook, a resume enables it."""

from typing import Any

URL = "https://hooks.example.com"
DAY = 86_400


def subscribe(vendor: Any, path: str, **fields: Any) -> str:
    body = {"target_hook_url": URL + path, "event_type": "email_sent", **fields}
    return str(vendor.post("/webhooks", body)["id"])


def running(vendor: Any, count: int) -> None:
    campaign = vendor.campaign()
    vendor.add(campaign, *(f"p{number}@alder.example.com" for number in range(count)))
    vendor.post(f"/campaigns/{campaign}/activate", {})


def events(vendor: Any, **query: Any) -> list[Any]:
    return list(reversed(vendor.get("/webhook-events", limit=100, **query)["items"]))


def test_a_failed_delivery_is_repeated_three_times_and_each_attempt_is_logged(vendor: Any) -> None:
    subscribe(vendor, "/status/503")
    running(vendor, 1)
    vendor.advance(DAY)
    found = events(vendor)
    start = vendor.app.world.hooks.attempts[0]["at"]
    assert [attempt["at"] - start for attempt in vendor.app.world.hooks.attempts] == [0, 1, 9, 29]
    assert [(one["retry_count"], one["will_retry"]) for one in found] == [(0, True), (1, True), (2, True), (3, False)]
    assert found[0]["timestamp_next_retry"] == found[1]["timestamp_created"]
    assert {one["status_code"] for one in found} == {503}
    assert len({one["retry_group_id"] for one in found}) == 1
    assert [one["retry_successful"] for one in found] == [False, False, False, None]
    assert found[0]["error_message"] == "Request failed with status code 503"


def test_a_repetition_that_succeeds_ends_the_series(vendor: Any) -> None:
    webhook = subscribe(vendor, "/status/500")
    running(vendor, 1)
    vendor.advance(120)
    vendor.patch(f"/webhooks/{webhook}", {"target_hook_url": f"{URL}/fixed"})
    vendor.app.world.hooks.waiting[0][2]["url"] = f"{URL}/fixed"
    vendor.advance(DAY)
    assert [(one["success"], one["will_retry"]) for one in events(vendor)] == [(False, True), (True, False)]
    assert [one["retry_successful"] for one in events(vendor)] == [True, None]
    assert vendor.app.world.hooks.webhooks[webhook]["failures"] == 0


def test_ten_failures_in_a_row_disable_a_webhook_until_it_is_resumed(vendor: Any) -> None:
    webhook = subscribe(vendor, "/status/500")
    running(vendor, 20)
    vendor.advance(3 * 3600)
    shown = vendor.get(f"/webhooks/{webhook}")
    found = events(vendor)
    assert len(found) == 10
    assert (shown["status"], shown["timestamp_error"]) == (-1, found[-1]["timestamp_created"])
    assert found[-1]["will_retry"] is False
    (entry,) = vendor.get("/audit-logs", activity_type=20)["items"]
    assert (entry["webhook_id"], entry["from_api"]) == (webhook, False)
    resumed = vendor.post(f"/webhooks/{webhook}/resume", {})
    assert (resumed["status"], resumed["timestamp_error"]) == (1, None)
    assert len(vendor.get("/audit-logs", activity_type=21)["items"]) == 1
    assert len(events(vendor)) == 10


def test_a_target_that_never_answers_is_a_failure_without_a_status(vendor: Any) -> None:
    subscribe(vendor, "/timeout")
    running(vendor, 1)
    vendor.advance(DAY)
    assert {(one["status_code"], one["response_time_ms"]) for one in events(vendor)} == {(None, 10_000)}


def test_a_target_outside_of_this_machine_is_never_called(vendor: Any) -> None:
    webhook = subscribe(vendor, "", target_hook_url="https://somebody.dev/hook")
    running(vendor, 1)
    answer = vendor.http.post(f"/webhooks/{webhook}/test").json()
    assert (answer["success"], answer["error"]) == (False, "The simulator does not call this host")


def test_the_log_is_filtered_and_summed(vendor: Any) -> None:
    subscribe(vendor, "/ok")
    subscribe(vendor, "/status/500")
    running(vendor, 1)
    vendor.advance(DAY)
    assert [one["success"] for one in events(vendor, success="true")] == [True]
    assert len(events(vendor, search="P0@alder")) == 5
    assert events(vendor, search="other") == events(vendor, **{"from": "2026-11-25"}) == []
    assert len(events(vendor, to="2026-11-23")) == 5
    counts = {"total_events": 5, "successful_events": 1, "failed_events": 4, "success_rate": 20.0}
    assert vendor.get("/webhook-events/summary") == counts | {"failure_rate": 80.0}
    assert vendor.get("/webhook-events/summary-by-date")["items"] == [{"date": "2026-11-23", **counts}]
    nothing = vendor.get("/webhook-events/summary", **{"from": "2026-11-25"})
    assert (nothing["total_events"], nothing["success_rate"], nothing["failure_rate"]) == (0, 0, 0)


def test_what_is_in_flight_is_sent_again_after_a_restart(make_vendor: Any) -> None:
    vendor = make_vendor(webhook_sender=lambda outgoing: None)
    subscribe(vendor, "/ok")
    running(vendor, 1)
    vendor.advance(DAY)
    world = vendor.app.world
    taken = world.hooks.take_due(world.now())
    assert taken is not None
    assert world.hooks.take_due(world.now()) is None
    vendor.app.restore(vendor.app.saved())
    assert world.hooks.take_due(world.now()) == taken
