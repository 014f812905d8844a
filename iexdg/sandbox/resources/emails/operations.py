"""Test e-mails: not delivered, stored for inspection."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject

# Source: instantly-facts.md §1, Rate limits: POST /emails/test 10 a minute for the workspace.
_MOST_A_MINUTE = 10
_MINUTE_S = 60.0
_CONNECTED = 1
_NEEDS_SIGN_IN = -1


def send_test(call: Call) -> JsonObject:
    """Answer POST /emails/test; an account that cannot send is a 200 with an error inside.

    Source: instantly-facts.md §2.5 and OpenAPI sendTestEmail. Assumed: which code an account in trouble
        gets, and that a refused test counts against the limit.
    Raises: ApiError 429 - ten were asked for within the last minute.
    """
    mails = call.world.test_mails
    if call.options.limits and sum(1 for mail in mails if mail["at"] > call.now - _MINUTE_S) >= _MOST_A_MINUTE:
        raise ApiError(429, "Rate limit exceeded")
    account = call.world.accounts.get(call.body["eaccount"].strip().lower())
    error = _trouble(account["status"] if account else None)
    mails.append(
        {
            "at": call.now,
            "from": call.body["eaccount"],
            "to": [one.strip() for one in call.body["to_address_email_list"].split(",")],
            "subject": call.body["subject"],
            "html": call.body["body"]["html"],
            "error": error,
        }
    )
    return {"error": error} if error else {"status": "success"}


def _trouble(status: int | None) -> str:
    if status is None:
        return "ACC_NOT_FOUND"
    if status == _CONNECTED:
        return ""
    return "ACC_AUTH_ERROR" if status == _NEEDS_SIGN_IN else "ACC_UNKNOWN_ERROR"
