"""Labels: numbers of their own, what becomes of leads when one is deleted, and the trial of a reply."""

from collections.abc import Callable
from typing import Any

import pytest


def made(vendor: Any, label: str = "Later", kind: str = "positive", **more: Any) -> Any:
    return vendor.post("/lead-labels", {"label": label, "interest_status_label": kind, **more})


def test_a_label_is_made_read_changed_and_deleted_and_keeps_its_number(vendor: Any) -> None:
    label = made(vendor)
    assert (label["label"], label["description"], label["use_with_ai"]) == ("Later", None, False)
    changes = {"label": "Soon", "interest_status_label": "neutral", "description": "This year", "use_with_ai": True}
    changed = vendor.patch(f"/lead-labels/{label['id']}", changes)
    assert changed == label | changes
    assert vendor.get(f"/lead-labels/{label['id']}") == changed
    assert vendor.http.delete(f"/lead-labels/{label['id']}").json() == changed
    assert vendor.http.get(f"/lead-labels/{label['id']}").status_code == 404


def test_every_label_has_a_number_that_is_nobody_elses_and_a_negative_one_is_below_zero(vendor: Any) -> None:
    positive, negative = ([made(vendor, f"{kind} {n}", kind)["interest_status"] for n in range(20)]
                          for kind in ("positive", "negative"))  # fmt: skip
    assert len({*positive, *negative}) == 40
    assert all(4 < number <= 30_000 for number in positive)
    assert all(-30_000 <= number < -4 for number in negative)


def test_labels_are_listed_by_kind_and_words_and_page_by_time(vendor: Any) -> None:
    labels = [made(vendor, "Later"), made(vendor, "Never", "negative"), made(vendor, "Third", description="Later on")]
    assert vendor.get("/lead-labels", interest_status="negative")["items"] == [labels[1]]
    assert vendor.get("/lead-labels", search="later")["items"] == [labels[0], labels[2]]
    first = vendor.get("/lead-labels", limit=2)
    assert first["next_starting_after"] == labels[1]["timestamp_created"]
    assert vendor.get("/lead-labels", limit=2, starting_after=first["next_starting_after"])["items"] == [labels[2]]


@pytest.mark.parametrize(("body", "interest"), [({}, None), ({"reassigned_status": -1}, -1)])
def test_the_leads_of_a_deleted_label_get_another_interest_or_none(vendor: Any, body: Any, interest: Any) -> None:
    label = made(vendor)
    lead = vendor.post("/leads", {"first_name": "Ana"})["id"]
    vendor.app.world.leads[lead]["interest"] = label["interest_status"]
    vendor.http.request("DELETE", f"/lead-labels/{label['id']}", **({"json": body} if body else {}))
    shown = vendor.get(f"/leads/{lead}")
    assert (shown.get("lt_interest_status"), shown["timestamp_last_interest_change"] is None) == (interest, False)


def test_a_label_is_not_replaced_by_an_interest_that_nobody_knows_or_by_itself(vendor: Any) -> None:
    label = made(vendor)
    for number in (77_777, label["interest_status"]):
        answer = vendor.http.request("DELETE", f"/lead-labels/{label['id']}", json={"reassigned_status": number})
        assert answer.status_code == 400
    assert vendor.get(f"/lead-labels/{label['id']}") == label


@pytest.mark.parametrize(
    ("reply", "result"),
    [
        ("I am out of the office until Monday.", "Out of Office"),
        ("Thank you, but we are not interested.", "Not Interested"),
        ("Sounds good, tell me more.", "Interested"),
        ("Later, perhaps.", "Later"),
        ("Who are you?", "Lead"),
    ],
)
def test_a_reply_gets_the_label_that_its_words_name(vendor: Any, reply: str, result: str) -> None:
    made(vendor, "Later", use_with_ai=True)
    made(vendor, "perhaps")
    answer = vendor.post("/lead-labels/ai-reply-label", {"reply_text": reply})
    assert answer == {"result": result, "custom_labels_considered": ["Later"]}


def test_500_trials_in_30_days_are_the_limit(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(limits=True)
    vendor.app.world.label_tests = [vendor.app.world.now()] * 499
    assert vendor.http.post("/lead-labels/ai-reply-label", json={"reply_text": "Hi"}).status_code == 200
    refused = vendor.http.post("/lead-labels/ai-reply-label", json={"reply_text": "Hi"})
    assert (refused.status_code, set(refused.json())) == (429, {"error"})
    vendor.advance(30 * 86_400 + 1)
    assert vendor.http.post("/lead-labels/ai-reply-label", json={"reply_text": "Hi"}).status_code == 200
