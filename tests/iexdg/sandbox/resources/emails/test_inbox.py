"""The inbox: a reply arrives unread in its thread, is answered, marked, forwarded, deleted; every filter filters."""

from collections.abc import Callable
from typing import Any

import pytest

SENDER = "exec@peers.example.com"
DAY = 86_400


@pytest.fixture
def replied(vendor: Any) -> Any:
    """A campaign of three steps: one lead has replied, one is out of the office, one says nothing."""
    campaign = vendor.campaign(steps=3)
    vendor.add(campaign, "reply@alder.example.com", "ooo@birch.example.com", "bounce@cedar.example.com")
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(6 * 3600)
    vendor.campaign_id = campaign
    return vendor


def received(vendor: Any, **query: Any) -> Any:
    return vendor.get("/emails", email_type="received", limit=100, **query)["items"]


def listed(vendor: Any, **query: Any) -> list[tuple[int, str]]:
    return [(mail["ue_type"], mail["lead"]) for mail in vendor.get("/emails", limit=100, **query)["items"]]


def test_a_reply_is_an_unread_mail_in_the_thread_of_the_mail_that_it_answers(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    assert (mail["is_unread"], mail["is_auto_reply"], mail["subject"]) == (1, 0, "Re: Hi")
    assert (mail["campaign_id"], mail["step"], mail["i_status"]) == (replied.campaign_id, "0_0_0", 1)
    assert mail["to_address_email_list"] == mail["eaccount"]
    thread = replied.get("/emails", search=f"thread:{mail['thread_id']}", sort_order="asc")["items"]
    assert [one["ue_type"] for one in thread] == [1, 2]
    assert replied.totals(replied.campaign_id)["reply_count"] == 1
    assert replied.get("/emails/unread/count") == {"count": 2}


def test_our_reply_is_in_the_thread_and_marks_it_as_read_and_answered(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    body = {
        "eaccount": SENDER,
        "reply_to_uuid": mail["id"],
        "subject": "Re: Hi",
        "body": {"html": "<div>On <b>Monday</b>?</div>"},
        "cc_address_email_list": "desk@example.com",
        "additional_recipients": ["two@example.com"],
    }
    answer = replied.post("/emails/reply", body)
    assert (answer["ue_type"], answer["thread_id"]) == (3, mail["thread_id"])
    assert answer["to_address_email_list"] == "reply@alder.example.com,two@example.com"
    assert (answer["cc_address_email_list"], answer["body"]["text"]) == ("desk@example.com", "On Monday?")
    assert listed(replied, email_type="manual") == [(3, "reply@alder.example.com")]
    assert replied.get(f"/emails/{mail['id']}")["is_unread"] == 0
    assert len(listed(replied, marked_as_done="true")) == 3
    event = {"kind": "reply", "campaign_id": replied.campaign_id, "email": "reply@alder.example.com", "text": "Fine."}
    replied.control("POST", "events", event)
    assert listed(replied, marked_as_done="true") == []
    newest = replied.get("/emails", search=f"thread:{mail['thread_id']}", limit=1)["items"][0]
    assert (newest["body"]["text"], newest["is_unread"]) == ("Fine.", 1)


def test_an_automatic_reply_is_marked_as_one_and_is_not_counted_as_a_reply(replied: Any) -> None:
    (mail,) = received(replied, lead="ooo@birch.example.com")
    assert (mail["is_auto_reply"], mail["is_focused"]) == (1, 0)
    totals = replied.totals(replied.campaign_id)
    assert (totals["reply_count"], totals["reply_count_automatic"]) == (1, 1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"is_unread": "true"}, {"reply", "ooo"}),
        ({"mode": "emode_others"}, {"ooo"}),
        ({"mode": "emode_focused", "email_type": "received"}, {"reply"}),
        ({"mode": "emode_all", "email_type": "received"}, {"reply", "ooo"}),
        ({"company_domain": "birch.example.com"}, {"ooo"}),
        ({"search": "reply@alder.example.com"}, {"reply"}),
        ({"lead": "BOUNCE@cedar.example.com"}, {"bounce"}),
        ({"i_status": "1"}, {"reply"}),
        ({"i_status": "0"}, {"ooo"}),
        ({"scheduled_only": "true"}, set()),
        ({"has_reminder": "true"}, set()),
        ({"email_type": "manual"}, set()),
        ({"eaccount": "nobody@example.com"}, set()),
        ({"list_id": "0199aaaa-0000-7000-8000-000000000000"}, set()),
        ({"assigned_to": "0199aaaa-0000-7000-8000-000000000000"}, set()),
        ({"campaign_id": "0199aaaa-0000-7000-8000-000000000000"}, set()),
        ({"min_timestamp_created": "2026-11-23T16:00:00Z"}, {"reply"}),
        ({"max_timestamp_created": "2026-11-23T14:00:00Z"}, set()),
        ({"marked_as_done": "true"}, set()),
    ],
)
def test_each_filter_filters(replied: Any, query: dict[str, str], found: set[str]) -> None:
    assert {lead.partition("@")[0] for _, lead in listed(replied, **query)} == found


def test_the_latest_of_each_thread_and_a_preview_without_the_body(replied: Any) -> None:
    latest = replied.get("/emails", latest_of_thread="true", preview_only="true", limit=100)["items"]
    assert len(latest) == len({mail["thread_id"] for mail in latest}) == 3
    assert {mail["ue_type"] for mail in latest if mail["lead"].startswith("reply")} == {2}
    assert [mail["body"] for mail in latest] == [{}, {}, {}]


def test_a_step_with_a_subject_of_its_own_begins_another_thread(vendor: Any) -> None:
    subjects = ("Hi", "", "Last note")
    steps = [
        {"type": "email", "delay": 1, "variants": [{"subject": subject, "body": "<div>Hi {{firstName}}</div>"}]}
        for subject in subjects
    ]
    campaign = vendor.campaign(sequences=[{"steps": steps}])
    vendor.post("/leads", {"campaign": campaign, "email": "quiet@alder.example.com", "first_name": "Ana"})
    vendor.post(f"/campaigns/{campaign}/activate", {})
    vendor.advance(4 * DAY)
    mails = vendor.get("/emails", email_type="sent", sort_order="asc")["items"]
    assert [mail["subject"] for mail in mails] == ["Hi", "Re: Hi", "Last note"]
    assert mails[0]["thread_id"] == mails[1]["thread_id"] != mails[2]["thread_id"]
    assert mails[0]["body"] == {"html": "<div>Hi Ana</div>", "text": "Hi Ana"}


def test_a_mail_is_marked_reminded_of_and_deleted(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    path = f"/emails/{mail['id']}"
    assert replied.patch(path, {"is_unread": 0})["is_unread"] == 0
    assert replied.patch(path, {"reminder_ts": "2026-12-01T09:00:00Z"})["reminder_ts"] == "2026-12-01T09:00:00Z"
    assert [lead for _, lead in listed(replied, has_reminder="true")] == ["reply@alder.example.com"]
    assert replied.patch(path, {"reminder_ts": None})["reminder_ts"] is None
    assert replied.get("/emails/unread/count") == {"count": 1}
    assert replied.http.delete(path).json()["id"] == mail["id"]
    assert replied.http.get(path).status_code == 404
    assert replied.totals(replied.campaign_id)["reply_count"] == 1


def test_a_thread_is_read_as_a_whole(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    path = "/emails/threads/{}/mark-as-read"
    assert replied.http.post(path.format(mail["thread_id"])).json() == {"success": True}
    assert replied.get("/emails/unread/count") == {"count": 1}
    assert replied.http.post(path.format("0199aaaa-0000-7000-8000-000000000000")).status_code == 404


def test_a_forward_carries_the_original_only_where_it_is_asked_for(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    body = {
        "eaccount": SENDER, "reply_to_uuid": mail["id"], "subject": "Fwd: Hi", "to_address_email_list": "a@example.com",
        "body": {"text": "See below"},
    }  # fmt: skip
    assert replied.post("/emails/forward", body)["body"]["text"] == "See below"
    whole = replied.post("/emails/forward", body | {"include_original_body": True, "reply_to": "desk@example.com"})
    assert whole["body"]["text"] == "See below\n\nThank you for writing. Could we speak next week?"
    assert (whole["to_address_email_list"], whole["reply_to"]) == ("a@example.com", "desk@example.com")
    neither = {name: value for name, value in body.items() if name != "body"}
    assert replied.http.post("/emails/forward", json=neither).status_code == 400


def test_a_reply_from_an_unknown_account_to_an_unknown_mail_or_without_words_sends_nothing(replied: Any) -> None:
    (mail,) = received(replied, lead="reply@alder.example.com")
    body = {"eaccount": SENDER, "reply_to_uuid": mail["id"], "subject": "Re: Hi", "body": {"text": "Yes"}}
    wrong = ({"eaccount": "no@example.com"}, {"reply_to_uuid": "no"}, {"body": {}})
    assert [replied.http.post("/emails/reply", json=body | change).status_code for change in wrong] == [400, 404, 400]
    assert listed(replied, email_type="manual") == []


def test_the_twenty_first_list_within_a_minute_is_refused(make_vendor: Callable[..., Any]) -> None:
    vendor = make_vendor(limits=True)
    codes = []
    for _ in range(21):
        codes.append(vendor.http.get("/emails").status_code)
        vendor.clock.now += 0.1
    assert codes == [200] * 20 + [429]
    assert vendor.http.get("/emails/unread/count").status_code == 200
    vendor.clock.now += 61
    assert vendor.http.get("/emails").status_code == 200


def test_a_cursor_that_is_none_ends_the_list(replied: Any) -> None:
    assert replied.get("/emails", starting_after="nonsense") == {"items": []}


def test_the_inbox_survives_a_restart(replied: Any) -> None:
    before = replied.get("/emails", limit=100)
    replied.app.restore(replied.app.saved())
    assert replied.get("/emails", limit=100) == before


def test_the_demo_has_unread_replies_and_one_that_was_answered(demo: Any) -> None:
    assert 0 < demo.get("/emails/unread/count")["count"] < len(received(demo))
    (answer,) = demo.get("/emails", email_type="manual")["items"]
    thread = demo.get("/emails", search=f"thread:{answer['thread_id']}", sort_order="asc")["items"]
    assert [mail["ue_type"] for mail in thread][-2:] == [2, 3]
    assert len(demo.get("/emails", marked_as_done="true", limit=100)["items"]) == len(thread)
