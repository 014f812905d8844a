"""The e-mails that sending leaves in the inbox: what went out, and what came back in which thread."""

from typing import Any

from iexdg.sandbox.sending.words import filled, first_of_thread, subject_of
from iexdg.sandbox.world.ids import uuid_of
from iexdg.sandbox.world.inbox import RECEIVED, SENT, Mail
from iexdg.sandbox.world.records import Event, Lead
from iexdg.sandbox.world.world import World

_ANSWERS = {
    "reply": "Thank you for writing. Could we speak next week?",
    "auto_reply": "I am out of the office and read my mail again on Monday.",
}


def keep_mail(
    world: World,
    lead: Lead,
    event: Event,
    sequences: list[dict[str, Any]],
    *,
    campaign_id: str,
    subsequence_id: str | None = None,
    variant: int = 0,
    text: str = "",
) -> Mail | None:
    """Put what an event sent or brought into the inbox and return it; other events bring nothing.

    Shapes: sequences - of the campaign or subsequence that wrote; campaign_id - the parent's for a subsequence;
        text - what a reply says; without one it has the usual words.
    """
    if event["kind"] not in ("sent", *_ANSWERS):
        return None
    sent = event["kind"] == "sent"
    mail: Mail = {
        "id": _named(world, f"{lead['id']}|{event['kind']}|{event['at']}"),
        "thread": _thread(world, lead, subsequence_id or campaign_id, sequences, event["step"]),
        "at": event["at"],
        "type": SENT if sent else RECEIVED,
        "campaign": campaign_id,
        "lead_id": lead["id"],
        "lead": lead["email"],
        "account": event["sender"] or "",
        "step": event["step"],
        "variant": variant,
    }
    if subsequence_id is not None:
        mail["subsequence"] = subsequence_id
    if not sent:
        subject = filled(subject_of(sequences, event["step"], variant), lead)
        mail["is_auto"], mail["unread"] = event["kind"] == "auto_reply", True
        mail["words"] = {"subject": f"Re: {subject}", "text": text or _ANSWERS[event["kind"]]}
        world.inbox.answered.pop(mail["thread"], None)
    world.inbox.mails[mail["id"]] = mail
    return mail


def _thread(world: World, lead: Lead, written_by: str, sequences: list[dict[str, Any]], step: int) -> str:
    return _named(world, f"thread|{lead['id']}|{written_by}|{first_of_thread(sequences, step)}")


def _named(world: World, text: str) -> str:
    return uuid_of(f"{world.seed}|{text}")
