"""What changes a sending account: connecting, settings, pausing, resuming, marking as fixed, disconnecting."""

from typing import Any

from iexdg.sandbox.http.schema import FORMATS
from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.accounts.account import (
    WARMUP_DEFAULTS,
    account_object,
    find_account,
    forget_account,
    let_campaigns_go_on,
    merged_warmup,
    new_account,
)
from iexdg.sandbox.resources.accounts.checks import is_reachable
from iexdg.sandbox.world.accounts import ACCOUNT_ACTIVE, ACCOUNT_MAINTENANCE, ACCOUNT_PAUSED
from iexdg.sandbox.world.audit import ACCOUNT_ADDED, ACCOUNT_DELETED, ACCOUNT_UPDATE
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.records import Account

# Fields of a request that the account itself has; passwords and servers are not remembered at all.
_SETTINGS = (
    "daily_limit", "enable_slow_ramp", "first_name", "inbox_placement_test_limit", "last_name", "reply_to",
    "sending_gap", "signature", "tracking_domain_name", "tracking_domain_status",
)  # fmt: skip
# Assumed: how the vendor refuses a mailbox that does not let it in; a password that begins so is refused here.
_REFUSED = "wrong"


def create_account(call: Call) -> JsonObject:
    """Answer POST /accounts.

    Assumed: 400 for an address that is connected already and for a password that its server refuses; warm-up runs at
        once where its settings are given.
    """
    body, world = call.body, call.world
    email = body["email"].lower()
    if email in world.accounts:
        raise ApiError(400, "Account already exists")
    for protocol in ("imap", "smtp"):
        if body[f"{protocol}_password"].startswith(_REFUSED):
            raise ApiError(400, f"Invalid {protocol.upper()} credentials")
    warmup = merged_warmup(WARMUP_DEFAULTS, body.get("warmup", {}))
    if "warmup_custom_ftag" in body:
        warmup["warmup_custom_ftag"] = body["warmup_custom_ftag"]
    settings = {
        "daily_limit": 30,
        **_settings_of(body),
        "provider_code": body["provider_code"],
        "warmup": warmup,
        "warmup_status": 1 if "warmup" in body else 0,
        "timestamp_warmup_start": iso(call.now) if "warmup" in body else None,
        "daily_limit_max": None,
        "warmup_limit_max": None,
    }
    account = new_account(world, email, "", created=call.now, score=None, **settings)
    _write_audit(call, ACCOUNT_ADDED, [email])
    return account_object(world, account, call.now)


def get_account(call: Call) -> JsonObject:
    """Answer GET /accounts/{email}."""
    return account_object(call.world, find_account(call.world, call.params["email"]), call.now)


def patch_account(call: Call) -> JsonObject:
    """Answer PATCH /accounts/{email}; warm-up settings are changed one by one."""
    account = find_account(call.world, call.params["email"])
    changes = _settings_of(call.body)
    if call.body.get("remove_tracking_domain"):
        changes |= {"tracking_domain_name": None, "tracking_domain_status": None}
    if "warmup" in call.body:
        changes["warmup"] = merged_warmup(account["warmup"], call.body["warmup"])
    return _changed(call, account, changes)


def delete_account(call: Call) -> JsonObject:
    """Answer DELETE /accounts/{email} with the account that is gone; campaigns lose it as a sender."""
    account = find_account(call.world, call.params["email"])
    gone = account_object(call.world, account, call.now)
    forget_account(call.world, account)
    _write_audit(call, ACCOUNT_DELETED, [account["email"]])
    return gone


def pause_account(call: Call) -> JsonObject:
    """Answer POST /accounts/{email}/pause."""
    account = find_account(call.world, call.params["email"])
    return _changed(call, account, {"status": ACCOUNT_PAUSED})


def resume_account(call: Call) -> JsonObject:
    """Answer POST /accounts/{email}/resume.

    Assumed: only a paused account is resumed; one in trouble stays so until it is marked as fixed.
    """
    account = find_account(call.world, call.params["email"])
    resumes = account["status"] in {ACCOUNT_PAUSED, ACCOUNT_MAINTENANCE}
    return _changed(call, account, {"status": ACCOUNT_ACTIVE if resumes else account["status"]})


def mark_account_fixed(call: Call) -> JsonObject:
    """Answer POST /accounts/{email}/mark-fixed: an account in trouble sends again.

    Assumed: a campaign that stopped for its senders stays stopped until it is activated.
    """
    account = find_account(call.world, call.params["email"])
    if account["status"] >= 0:
        return account_object(call.world, account, call.now)
    account.pop("status_message", None)
    return _changed(call, account, {"status": ACCOUNT_ACTIVE, "autofix_failed": False})


def pause_accounts(call: Call) -> JsonObject:
    """Answer POST /accounts/pause; each different address is named once, paused or failed.

    Assumed: only unknown addresses fail.
    """
    asked = list(dict.fromkeys(email.strip().lower() for email in call.body["emails"]))
    known = [email for email in asked if email in call.world.accounts]
    for email in known:
        call.world.accounts[email] |= {"status": ACCOUNT_PAUSED, "timestamp_updated": iso(call.now)}
    if known:
        _write_audit(call, ACCOUNT_UPDATE, known)
    return {"paused_emails": known, "failed_emails": [email for email in asked if email not in known]}


def _settings_of(body: JsonObject) -> JsonObject:
    """Return the settings that a request carries.

    Raises: ApiError 400 - the reply-to address is none, or the tracking domain does not lead to the vendor.
    """
    settings: dict[str, Any] = {name: body[name] for name in _SETTINGS if name in body}
    reply_to = settings.get("reply_to")
    if reply_to == "":
        settings["reply_to"] = None
    elif reply_to is not None and not FORMATS["email"](reply_to):
        raise ApiError(400, 'body/reply_to must match format "email"')
    domain = settings.get("tracking_domain_name")
    if domain and not body.get("skip_cname_check") and not is_reachable(domain):
        raise ApiError(400, "The tracking domain has no CNAME record that leads here")
    if domain:
        settings = {"tracking_domain_status": "active"} | settings
    return settings


def _changed(call: Call, account: Account, changes: JsonObject) -> JsonObject:
    """Change an account, record that and let its campaigns go on where it can send again."""
    could_not_send = account["status"] != ACCOUNT_ACTIVE
    account |= changes | {"timestamp_updated": iso(call.now), "modified_by": call.world.owner}
    if account["status"] == ACCOUNT_ACTIVE and (could_not_send or "daily_limit" in changes):
        let_campaigns_go_on(call.world, account, call.now)
    _write_audit(call, ACCOUNT_UPDATE, [account["email"]], fields=sorted(changes))
    return account_object(call.world, account, call.now)


def _write_audit(call: Call, activity: int, emails: list[str], **more: Any) -> None:
    facts = {"emails": emails, **more}
    call.world.write_audit(
        activity, call.now, affected_count=len(emails), audit_metadata=facts, user_agent=call.user_agent
    )
