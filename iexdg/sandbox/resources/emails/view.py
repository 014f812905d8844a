"""An e-mail as the API shows it, complete."""

from typing import Any

from iexdg.sandbox.http.wire import JsonObject
from iexdg.sandbox.sending.words import words_of
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.inbox import RECEIVED, Mail
from iexdg.sandbox.world.world import World

_PREVIEW = 100


def email_object(world: World, mail: Mail, *, preview_only: bool = False) -> JsonObject:
    """Return an e-mail as the API shows it.

    Source: OpenAPI, schema Email. Assumed: i_status is the lead's interest status.
    """
    subject, html, text = words_of(world, mail)
    lead = world.leads.get(mail["lead_id"] or "")
    shown: JsonObject = {
        "id": mail["id"],
        "timestamp_created": iso(mail["at"]),
        "timestamp_email": iso(mail["at"]),
        "message_id": f"<{mail['id']}@sandbox.example.com>",
        "subject": subject,
        **_people(world, mail),
        "body": {} if preview_only else {"text": text, "html": html},
        "organization_id": world.organization,
        "eaccount": mail["account"],
        "campaign_id": mail["campaign"],
        "subsequence_id": mail.get("subsequence"),
        "list_id": lead["list_id"] if lead else None,
        "lead": mail["lead"],
        "lead_id": mail["lead_id"],
        "ue_type": mail["type"],
        "step": f"0_{mail['step']}_{mail.get('variant', 0)}" if "step" in mail else None,
        "is_unread": int(mail.get("unread", False)),
        "is_auto_reply": int(mail.get("is_auto", False)),
        "is_focused": int(is_focused(mail)),
        "i_status": lead["interest"] if lead else None,
        "ai_interest_value": None,
        "ai_assisted": 0,
        "ai_agent_id": None,
        "reminder_ts": mail.get("reminder"),
        "thread_id": mail["thread"],
        "content_preview": " ".join(text.split())[:_PREVIEW],
        "attachment_json": {"files": mail["files"]} if mail.get("files") else None,
    }
    return shown


def is_focused(mail: Mail) -> bool:
    """Say whether an e-mail belongs in the focused part of the inbox: everything but automatic replies (assumed)."""
    return not mail.get("is_auto", False)


def _people(world: World, mail: Mail) -> JsonObject:
    account, person = mail["account"], mail["lead"] or ""
    received = mail["type"] == RECEIVED
    sender, recipients = (person, account) if received else (account, mail.get("recipients", person))
    return {
        "from_address_email": sender,
        "to_address_email_list": recipients,
        "cc_address_email_list": mail.get("cc"),
        "bcc_address_email_list": mail.get("bcc"),
        "reply_to": mail.get("reply_to"),
        "from_address_json": [_named(world, mail, sender)],
        "to_address_json": [_named(world, mail, one) for one in addresses(recipients)],
        "cc_address_json": [{"address": one, "name": ""} for one in addresses(mail.get("cc"))],
    }


def addresses(text: str | None) -> list[str]:
    """Return the addresses of a list that is separated by commas."""
    return [one.strip() for one in (text or "").split(",") if one.strip()]


def _named(world: World, mail: Mail, address: str) -> JsonObject:
    account, lead = world.accounts.get(address.lower()), world.leads.get(mail["lead_id"] or "")
    person: Any = account or (lead["person"] if lead and lead["email"] == address else {})
    name = f"{person.get('first_name') or ''} {person.get('last_name') or ''}".strip()
    return {"address": address, "name": name}
