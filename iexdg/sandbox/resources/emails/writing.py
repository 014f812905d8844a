"""What people write in the inbox: replies and forwards."""

from typing import Any

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.resources.emails.operations import find_mail
from iexdg.sandbox.resources.emails.view import addresses, email_object
from iexdg.sandbox.world.inbox import MANUAL, RECEIVED, Mail


def reply(call: Call) -> JsonObject:
    """Answer POST /emails/reply with the e-mail that was sent; its thread counts as read and as answered.

    Source: instantly-facts.md §2.5. Assumed: the answers to an account that is unknown and to a body without words.
    Raises: ApiError 404 - there is no such e-mail to reply to; 400 - the account or the body cannot be used.
    """
    body, original = call.body, find_mail(call.world, call.body["reply_to_uuid"])
    to = _other_side(original)
    mail = _write(call, original, ",".join([to, *body.get("additional_recipients", ())]))
    for other in call.world.inbox.thread(mail["thread"]):
        other["unread"] = False
    call.world.inbox.answered[mail["thread"]] = True
    if body.get("reminder_ts"):
        mail["reminder"] = body["reminder_ts"]
    lead = call.world.leads.get(mail["lead_id"] or "")
    if lead is not None:
        lead["last"]["manual"] = lead["updated"] = call.now
    return email_object(call.world, mail)


def forward(call: Call) -> JsonObject:
    """Answer POST /emails/forward with the e-mail that was sent; the thread keeps its state."""
    body, original = call.body, find_mail(call.world, call.body["reply_to_uuid"])
    mail = _write(call, original, body["to_address_email_list"])
    if body.get("include_original_body"):
        before = email_object(call.world, original)["body"]
        mail["words"] = mail["words"] | {
            "html": f"{mail['words'].get('html', '')}<blockquote>{before['html']}</blockquote>",
            "text": f"{mail['words'].get('text', '')}\n\n{before['text']}".strip(),
        }
    if body.get("reply_to"):
        mail["reply_to"] = body["reply_to"]
    return email_object(call.world, mail)


def _other_side(original: Mail) -> str:
    if original["type"] == RECEIVED:
        return original["lead"] or ""
    return original.get("recipients", original["lead"] or "")


def _write(call: Call, original: Mail, recipients: str) -> Mail:
    body, world = call.body, call.world
    account = world.accounts.get(body["eaccount"].strip().lower())
    words: dict[str, Any] = {name: text for name, text in body.get("body", {}).items() if text}
    if account is None or account["status"] < 0:
        raise ApiError(400, "Email account not found or not connected")
    if not (words.get("html") or words.get("text") or body.get("include_original_body")):
        raise ApiError(400, "Email body must have html or text")
    mail: Mail = {
        "id": world.new_id(),
        "thread": original["thread"],
        "at": call.now,
        "type": MANUAL,
        "campaign": original["campaign"],
        "lead_id": original["lead_id"],
        "lead": original["lead"],
        "account": account["email"],
        "recipients": ",".join(addresses(recipients)),
        "words": {"subject": body["subject"]} | {name: words[name] for name in ("html", "text") if name in words},
    }
    if "subsequence" in original:
        mail["subsequence"] = original["subsequence"]
    if body.get("cc_address_email_list"):
        mail["cc"] = body["cc_address_email_list"]
    if body.get("bcc_address_email_list"):
        mail["bcc"] = body["bcc_address_email_list"]
    world.inbox.mails[mail["id"]] = mail
    world.touch()
    return mail
