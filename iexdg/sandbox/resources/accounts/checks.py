"""Checks of the domains that accounts use: the tracking domain, and the mail records of the sending domain.

The name of a domain decides what is found, as the local part of an address decides a verification.
"""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject

_BROKEN, _PENDING = "broken", "pending"
_RECORDS = ("mx", "spf", "dkim", "dmarc")


def ctd_status(call: Call) -> JsonObject:
    """Answer GET /accounts/ctd/status.

    Assumed: hosts that begin with "broken" lead nowhere (400), with "pending" have no certificate yet.
    """
    host = call.query["host"]
    if not is_reachable(host):
        message = "No CNAME record was found"
        raise ApiError(400, message, exact={"status": "error", "message": message, "host": host})
    is_secured = not host.lower().startswith(_PENDING)
    return {"success": is_secured, "ssl": is_secured, "cname": True, "host": host}


def is_reachable(host: str) -> bool:
    """Say whether a tracking domain leads to the vendor."""
    return "." in host and not host.lower().startswith(_BROKEN)


def test_vitals(call: Call) -> JsonObject:
    """Answer POST /accounts/test/vitals: the records of each domain, in the order of the addresses.

    Assumed: a domain whose name contains "broken" has no records; "no-spf", "no-dkim" and so on lack that one.
    """
    emails = (call.body or {}).get("accounts", [])
    if not emails:
        message = "Bad request - no emails sent"
        raise ApiError(400, message, exact={"error": message})
    domains = dict.fromkeys(email.rpartition("@")[2].strip().lower() for email in emails)
    found = [_vitals_of(domain) for domain in domains]
    return {
        "status": "success",
        "success_list": [vitals for vitals in found if vitals["allPass"]],
        "failure_list": [vitals for vitals in found if not vitals["allPass"]],
    }


def _vitals_of(domain: str) -> JsonObject:
    records = {name: _BROKEN not in domain and f"no-{name}" not in domain for name in _RECORDS}
    return {"domain": domain, "allPass": all(records.values()), **records}
