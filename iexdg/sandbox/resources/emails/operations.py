"""One e-mail: read, marked and deleted; conversations marked as read; test e-mails, stored for inspection."""

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.emails.view import email_object
from iexdg.sandbox.world.inbox import Mail
from iexdg.sandbox.world.world import World

# Source: instantly-facts.md §1, Rate limits: POST /emails/test 10 a minute for the workspace.
_MOST_A_MINUTE = 10
_MINUTE_S = 60.0
_CONNECTED = 1
_NEEDS_SIGN_IN = -1


def find_mail(world: World, mail_id: str) -> Mail:
    """Return one e-mail, or raise NotFoundError."""
    mail = world.inbox.mails.get(mail_id.strip().lower())
    if mail is None:
        raise NotFoundError
    return mail


def get_email(call: Call) -> JsonObject:
    """Answer GET /emails/{id}."""
    return email_object(call.world, find_mail(call.world, call.params["id"]))


def patch_email(call: Call) -> JsonObject:
    """Answer PATCH /emails/{id}; a null reminder takes it off."""
    mail = find_mail(call.world, call.params["id"])
    if "is_unread" in call.body:
        mail["unread"] = bool(call.body["is_unread"])
    if "reminder_ts" in call.body:
        mail["reminder"] = call.body["reminder_ts"]
    call.world.touch()
    return email_object(call.world, mail)


def delete_email(call: Call) -> JsonObject:
    """Answer DELETE /emails/{id} with the e-mail that is gone; analytics still count it."""
    mail = find_mail(call.world, call.params["id"])
    gone = email_object(call.world, mail)
    del call.world.inbox.mails[mail["id"]]
    call.world.touch()
    return gone


def unread_count(call: Call) -> JsonObject:
    """Answer GET /emails/unread/count."""
    return {"count": sum(mail.get("unread", False) for mail in call.world.inbox.mails.values())}


def mark_thread_as_read(call: Call) -> JsonObject:
    """Answer POST /emails/threads/{thread_id}/mark-as-read.

    Raises: NotFoundError - no e-mail is in that conversation.
    """
    mails = call.world.inbox.thread(call.params["thread_id"].lower())
    if not mails:
        raise NotFoundError
    for mail in mails:
        mail["unread"] = False
    call.world.touch()
    return {"success": True}


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
