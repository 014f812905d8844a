"""Every answer about sending accounts."""

from typing import Any

NEW = "ada+new@peers.example.com"
BODY = {
    "email": NEW,
    "first_name": "Ada",
    "last_name": "New",
    "provider_code": 1,
    **{f"{protocol}_host": f"{protocol}.peers.example.com" for protocol in ("imap", "smtp")},
    **{f"{protocol}_port": 993 for protocol in ("imap", "smtp")},
    **{f"{protocol}_username": NEW for protocol in ("imap", "smtp")},
    **{f"{protocol}_password": "invented" for protocol in ("imap", "smtp")},
}


def write_all(vendor: Any) -> None:
    vendor.post("/accounts", BODY)
    vendor.get(f"/accounts/{NEW}")
    vendor.patch(f"/accounts/{NEW}", {"signature": "Ada", "warmup": {"limit": 20}})
    for action in ("pause", "resume", "mark-fixed"):
        vendor.post(f"/accounts/{NEW}/{action}", {})
    vendor.post("/accounts/pause", {"emails": [NEW, "nobody@peers.example.com"]})
    vendor.post("/accounts/warmup-analytics", {"emails": [NEW, "exec@peers.example.com"]})
    vendor.post("/accounts/warmup/enable", {"emails": [NEW]})
    vendor.post("/accounts/warmup/disable", {"include_all_emails": True, "excluded_emails": [NEW]})
    vendor.advance(60)
    vendor.get("/accounts/ctd/status", host="track.peers.example.com")
    vendor.post("/accounts/test/vitals", {"accounts": [NEW, "ada@broken.example.com"]})
    vendor.get(f"/account-campaign-mappings/{NEW}")
    vendor.get("/account-campaign-mappings/exec@peers.example.com")
    assert vendor.http.get("/accounts/ctd/status", params={"host": "broken.example.com"}).status_code == 400
    assert vendor.http.post("/accounts/test/vitals", json={"accounts": []}).status_code == 400
    assert vendor.http.delete(f"/accounts/{NEW}").status_code == 200
    assert vendor.http.delete(f"/accounts/{NEW}").status_code == 404
