"""Every answer about the inbox, in a world in which somebody has replied."""

from typing import Any

SENDER = "exec@peers.example.com"


def write_all(vendor: Any) -> None:
    vendor.get("/emails/unread/count")
    received = vendor.get("/emails", email_type="received")["items"][0]
    vendor.get(f"/emails/{received['id']}")
    words = {"eaccount": SENDER, "reply_to_uuid": received["id"], "subject": "Re: Hi", "body": {"text": "Yes"}}
    answer = vendor.post("/emails/reply", words | {"cc_address_email_list": "a@example.com"})
    vendor.post("/emails/forward", words | {"to_address_email_list": "b@example.com", "include_original_body": True})
    vendor.patch(f"/emails/{received['id']}", {"is_unread": 1, "reminder_ts": "2026-12-01T09:00:00.000Z"})
    vendor.get("/emails", limit=100)
    assert vendor.http.post(f"/emails/threads/{received['thread_id']}/mark-as-read").json() == {"success": True}
    assert vendor.http.delete(f"/emails/{answer['id']}").status_code == 200
