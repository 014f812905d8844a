"""Every answer about orders, telephone numbers and sign-in sessions."""

from typing import Any

from iexdg.sandbox.resources.orders.phones import new_phone

ORDERS = "/dfy-email-account-orders"
ADA = {"email_address_prefix": "ada", "first_name": "Ada", "last_name": "Lane"}
ITEM = {"domain": "new-alder.example.com", "accounts": [ADA], "forwarding_domain": "alder.example.com"}


def write_all(vendor: Any) -> None:
    vendor.post(ORDERS, {"order_type": "dfy", "items": [ITEM], "simulation": True})
    vendor.post(ORDERS, {"order_type": "dfy", "items": [ITEM]})
    vendor.post(ORDERS, {"order_type": "dfy", "items": [ITEM, {"domain": "google-x.example.com"}]})
    vendor.get(f"{ORDERS}/accounts", with_passwords="true")
    vendor.get(ORDERS)
    vendor.post(f"{ORDERS}/accounts/cancel", {"accounts": ["ada@new-alder.example.com"]})
    vendor.get(f"{ORDERS}/accounts")
    vendor.get(ORDERS)
    vendor.post(f"{ORDERS}/domains/check", {"domains": ["a.example.com", "google.example.com", "taken.example.com"]})
    vendor.post(f"{ORDERS}/domains/similar", {"domain": "alder.example.com"})
    assert vendor.http.post(f"{ORDERS}/domains/similar", json={"domain": "google.com"}).status_code == 400
    vendor.post(f"{ORDERS}/domains/pre-warmed-up-list", {})
    unknown = {"accounts": ["nobody@alder.example.com"]}
    assert vendor.http.post(f"{ORDERS}/accounts/cancel", json=unknown).status_code == 404
    new_phone(vendor.app.world, "+15550100999", "Detroit", at=vendor.app.world.now())
    (phone,) = vendor.get("/crm-actions/phone-numbers")
    assert vendor.http.delete(f"/crm-actions/phone-numbers/{phone['id']}").status_code == 200
    assert vendor.http.delete(f"/crm-actions/phone-numbers/{phone['id']}").status_code == 404
    vendor.post("/oauth/microsoft/init", {})
    session = vendor.post("/oauth/google/init", {})
    vendor.get(f"/oauth/session/status/{session['session_id']}")
