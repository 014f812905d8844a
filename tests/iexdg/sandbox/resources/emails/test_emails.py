"""Test e-mails: kept, refused inside a 200, ten a minute; and the list of what was sent and received."""

from collections.abc import Callable
from typing import Any

MAIL = {"to_address_email_list": "me@example.com, you@example.com", "subject": "Hi", "body": {"html": "<div>Hi</div>"}}


def test_it_is_kept_to_be_looked_at(demo: Any) -> None:
    assert demo.post("/emails/test", MAIL | {"eaccount": "exec@peers.example.com"}) == {"status": "success"}
    (mail,) = demo.app.world.test_mails
    assert (mail["to"], mail["subject"], mail["html"]) == (["me@example.com", "you@example.com"], "Hi", "<div>Hi</div>")


def test_an_account_that_cannot_send_is_an_error_inside_a_200(demo: Any) -> None:
    assert demo.post("/emails/test", MAIL | {"eaccount": "nobody@example.com"}) == {"error": "ACC_NOT_FOUND"}
    assert demo.post("/emails/test", MAIL | {"eaccount": "chambers@notes.example.com"}) == {"error": "ACC_AUTH_ERROR"}


def test_the_eleventh_in_a_minute_is_refused(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(world="demo", limits=True)
    body = MAIL | {"eaccount": "exec@peers.example.com"}
    codes = [vendor.http.post("/emails/test", json=body).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]
    vendor.advance(61)
    assert vendor.http.post("/emails/test", json=body).status_code == 200


def test_a_field_too_few_is_refused_and_one_too_many_has_no_effect(demo: Any) -> None:
    assert demo.http.post("/emails/test", json=MAIL).status_code == 400
    assert demo.http.post("/emails/test", json=MAIL | {"eaccount": "a@b.example.com", "cc": ""}).status_code == 200


def test_the_e_mails_of_a_lead_are_those_that_its_campaign_sent_and_got(demo: Any) -> None:
    campaign = next(one for one in demo.get("/campaigns", limit=100)["items"] if one["name"].startswith("05A"))
    every = demo.get("/emails", campaign_id=campaign["id"], limit=100)["items"]
    times = [mail["timestamp_email"] for mail in every]
    assert times == sorted(times, reverse=True)
    replied = next(mail for mail in every if mail["ue_type"] == 2)
    of_lead = demo.get("/emails", campaign_id=campaign["id"], lead=replied["lead"], limit=100)["items"]
    assert {mail["lead"] for mail in of_lead} == {replied["lead"]}
    assert {mail["ue_type"] for mail in of_lead} == {1, 2}
    received = demo.get("/emails", lead=replied["lead"], email_type="received", limit=100)["items"]
    assert [mail["from_address_email"] for mail in received] == [replied["lead"]] * len(received)
    first = demo.get("/emails", campaign_id=campaign["id"], limit=2)
    second = demo.get("/emails", campaign_id=campaign["id"], limit=2, starting_after=first["next_starting_after"])
    assert [mail["id"] for mail in first["items"] + second["items"]] == [mail["id"] for mail in every[:4]]


def test_a_fault_can_put_any_error_into_the_200(demo: Any) -> None:
    fault = {"do": "status", "value": 200, "body": {"error": "ACC_UNKNOWN_ERROR"}, "times": 1}
    demo.control("POST", "faults", fault | {"match": {"method": "POST", "path": "/emails/test"}})
    body = MAIL | {"eaccount": "exec@peers.example.com"}
    assert [demo.post("/emails/test", body) for _ in range(2)] == [
        {"error": "ACC_UNKNOWN_ERROR"},
        {"status": "success"},
    ]
    assert len(demo.app.world.test_mails) == 1
