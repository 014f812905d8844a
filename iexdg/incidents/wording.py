"""The text of messages about incidents: pure functions. A message never contains an e-mail address."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from django.urls import reverse

from iexdg.clients.http.redaction import redact
from iexdg.incidents.models import Incident, IncidentState
from iexdg.team.current import in_workspace

# Wider than the masking of logs: a message leaves the product, so the domain is removed too.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+(?:@|%40)[^\s<>\"'(),;]*[^\s<>\"'(),;.]", re.IGNORECASE)
TEST_SUBJECT = "[Outreach] Test: messages reach you"
TEST_TEXT = "This is a test of IEXDG Outreach. When an incident opens, you are notified like this."


def without_addresses(text: str) -> str:
    """Return the text on one line without addresses and keys: "to jane@example.com" -> "to (an address)"."""
    return " ".join(redact(_ADDRESS.sub("(an address)", text)).split())


def _summary(incident: Incident, *, says_where: bool) -> str:
    """What it is about, after the name of its workspace where there are several: "Acme: it flipped"."""
    where = f"{without_addresses(incident.workspace.name)}: " if says_where else ""
    return where + without_addresses(incident.summary)


def subject_of(incidents: Sequence[Incident], *, says_where: bool = False) -> str:
    """Return the subject of one e-mail: the first cause that is not resolved, and how many more there are."""
    more = len(incidents) - 1
    rest = f" and {more} more" if more else ""
    first = _urgent_first(incidents)[0]
    over = "Resolved: " if first.state == IncidentState.RESOLVED else ""
    return f"[Outreach] {over}{_summary(first, says_where=says_where)[:120]}{rest}"


def _urgent_first(incidents: Sequence[Incident]) -> list[Incident]:
    return sorted(incidents, key=lambda one: (one.state == IncidentState.RESOLVED, one.declared.tone != "bad"))


def email_text(incidents: Sequence[Incident], public_url: str, *, says_where: bool = False) -> str:
    """Return the body of one e-mail about some incidents: what is not resolved first, oldest first."""
    parts = ["\n".join(_lines(one, public_url, says_where=says_where)) for one in _urgent_first(incidents)]
    with in_workspace(incidents[0].workspace.slug):
        parts.append(f"Change your notifications: {public_url}{reverse('incidents:notifications')}")
    return "\n\n".join(parts) + "\n"


def slack_text(incidents: Sequence[Incident], public_url: str, *, says_where: bool = False) -> str:
    """Return the text of one webhook message.

    Source: Slack, "Formatting text for app surfaces" (read 2026-11-22): & < > are escaped, *bold*, <url|words>.
    """
    parts = []
    for incident in _urgent_first(incidents):
        summary = _escaped(_summary(incident, says_where=says_where))
        step = _escaped(incident.declared.next_step.text)
        if incident.state == IncidentState.RESOLVED:
            step = "Resolved meanwhile."
        parts.append(f"*{summary}*\n{step}\n<{_url(incident, public_url)}|Open the incident>")
    return "\n\n".join(parts)


def _lines(incident: Incident, public_url: str, *, says_where: bool) -> list[str]:
    lines = [_summary(incident, says_where=says_where), f"{incident.declared.label}, {_time(incident.opened_at)}"]
    if incident.detail:
        lines.append(without_addresses(incident.detail))
    is_over = incident.state == IncidentState.RESOLVED
    lines.append("Resolved meanwhile." if is_over else f"What to do: {incident.declared.next_step.text}")
    return [*lines, _url(incident, public_url)]


def _time(moment: datetime) -> str:
    there = moment.astimezone(UTC)
    return f"{there:%a} {there.day} {there:%b %Y, %H:%M} UTC"


def _url(incident: Incident, public_url: str) -> str:
    with in_workspace(incident.workspace.slug):
        return public_url + reverse("incidents:detail", args=[incident.pk])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
