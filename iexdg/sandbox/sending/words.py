"""What an e-mail says: the words of its step filled for the lead, or those that somebody wrote."""

import re
from html import unescape
from typing import Any

from iexdg.sandbox.sending.links import auto_linked
from iexdg.sandbox.world.inbox import Mail
from iexdg.sandbox.world.records import Lead
from iexdg.sandbox.world.world import World

_TAG = re.compile(r"<[^>]+>")
_LINE_END = re.compile(r"</(?:div|p)>|<br\s*/?>", re.IGNORECASE)
_MERGE_TAG = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_CORE = {"firstName": "first_name", "lastName": "last_name", "companyName": "company_name", "jobTitle": "job_title"}


def subject_of(sequences: list[dict[str, Any]], step: int, variant: int) -> str:
    """Return the subject that a step is sent with; an empty one is that of the step whose thread it stays in.

    Source: instantly-facts.md §2.1: an empty subject stays in the thread, only sequences[0] is used.
    """
    variants = variants_of(sequences, first_of_thread(sequences, step))
    return str(variants[min(variant, len(variants) - 1)]["subject"]) if variants else ""


def variants_of(sequences: list[dict[str, Any]], step: int) -> list[dict[str, Any]]:
    """Return the variants of a step, or none where the step is gone."""
    steps = sequences[0]["steps"] if sequences else []
    found: list[dict[str, Any]] = steps[step]["variants"] if step < len(steps) else []
    return found


def first_of_thread(sequences: list[dict[str, Any]], step: int) -> int:
    """Return the step that began the thread of a step: the last one with a subject of its own."""
    for earlier in range(step, 0, -1):
        if any(variant["subject"] for variant in variants_of(sequences, earlier)):
            return earlier
    return 0


def words_of(world: World, mail: Mail) -> tuple[str, str, str]:
    """Return subject, HTML and text; those of a step are the step's as it is now, filled for the lead."""
    own = mail.get("words")
    if own is not None:
        text = own.get("text") or plain_text(own.get("html", ""))
        lines = "".join(f"<div>{line or '<br>'}</div>" for line in text.splitlines())
        return own["subject"], own.get("html") or lines, text
    sequences = _sequences(world, mail)
    step, nth, lead = mail.get("step", 0), mail.get("variant", 0), world.leads.get(mail["lead_id"] or "")
    variants = variants_of(sequences, step)
    body = filled(str(variants[min(nth, len(variants) - 1)]["body"]), lead) if variants else ""
    subject = filled(subject_of(sequences, step, nth), lead)
    return (f"Re: {subject}" if _continues(sequences, step, nth) else subject), auto_linked(body), plain_text(body)


def plain_text(html: str) -> str:
    """Return what a mail body says, a line for each block."""
    return unescape(_TAG.sub("", _LINE_END.sub("\n", html))).strip()


def filled(text: str, lead: Lead | None) -> str:
    """Return a text with the merge tags of a lead filled in; a tag that the lead does not fill is empty."""
    values = lead["variables"] | {tag: lead["person"].get(name) for tag, name in _CORE.items()} if lead else {}
    return _MERGE_TAG.sub(lambda found: str(values.get(found[1]) or ""), text)


def _continues(sequences: list[dict[str, Any]], step: int, variant: int) -> bool:
    variants = variants_of(sequences, step)
    return step > 0 and bool(variants) and not variants[min(variant, len(variants) - 1)]["subject"]


def _sequences(world: World, mail: Mail) -> list[dict[str, Any]]:
    subsequence = world.subsequences.by_id.get(mail.get("subsequence", ""))
    if subsequence is not None:
        return list(subsequence["fields"]["sequences"])
    campaign = world.campaigns.get(mail["campaign"] or "")
    found: list[dict[str, Any]] = campaign["fields"]["sequences"] if campaign else []
    return found
