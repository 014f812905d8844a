"""The page of one mailbox as its template reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from iexdg.incidents.models import Incident
from iexdg.mailboxes.incident_kinds import DISCONNECTED, GONE
from iexdg.mailboxes.limit_words import LABELS, changed_words
from iexdg.mailboxes.models import Mailbox, MailboxChange, MailboxDay
from iexdg.mailboxes.pages.listing import MailboxRow, inbox_share, rows_of, served_in
from iexdg.mailboxes.placements import Placement, placements_of
from iexdg.mailboxes.queries import changes_of, days_of
from iexdg.mailboxes.reading import DAYS
from iexdg.mailboxes.served import ServedCampaign
from iexdg.ui.formatting import date_words

_MOST = 20
_RECORDS = {
    "mx": ("MX", "Replies and bounces cannot be delivered. Add the MX record that the provider of the mailbox names."),
    "spf": ("SPF", "Receivers cannot tell that this server may send. Add the provider's SPF record, one TXT only."),
    "dkim": ("DKIM", "E-mails are not signed. Turn DKIM on at the provider, and publish the key that it shows as TXT."),
    "dmarc": ("DMARC", "Google and Yahoo ask for it. Add a TXT record at _dmarc, to begin with: v=DMARC1; p=none."),
    "tracking": (
        "Tracking domain",
        "Links and opens are not counted. Point its CNAME to the address that Instantly shows, then check again.",
    ),
}


_NO_TRACKING_DOMAIN = (
    "Links go over a domain that Instantly shares. Add one of your own there to be counted apart from others."
)


@dataclass(frozen=True)
class Vital:
    """One mail record: whether it is there, and what to do where it is not. Shapes: is_used - False: none is set up."""

    label: str
    is_there: bool | None
    advice: str
    is_used: bool = True


@dataclass(frozen=True)
class ChangeLine:
    """One change that was requested here. Shapes: limits - what of them, in words."""

    change: MailboxChange
    limits: Sequence[str]


@dataclass(frozen=True)
class MailboxPage:
    """One mailbox and what was done with it."""

    row: MailboxRow
    campaigns: Sequence[ServedCampaign]
    sent_chart: dict[str, Any]
    warmup_chart: dict[str, Any]
    days: Sequence[tuple[MailboxDay, float | None]]
    vitals: Sequence[Vital]
    placements: Sequence[Placement]
    incidents: Sequence[Incident]
    changes: Sequence[ChangeLine]


def mailbox_page(box: Mailbox, now: datetime) -> MailboxPage:
    """Build the page of one mailbox, at a fixed number of queries."""
    campaigns = [one for one in served_in(box.workspace) if box.email in one.senders]
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=DAYS - 1)
    days = days_of([box], first)[box.pk]
    return MailboxPage(
        row=rows_of(box.workspace, [box], campaigns, now)[0],
        campaigns=campaigns,
        sent_chart=_chart("E-mails of campaigns", days, first, today, (("sent", "c1"), ("bounced", "c4"))),
        warmup_chart=_chart("Warm-up e-mails", days, first, today, (("warmup_inbox", "c2"), ("warmup_spam", "c4"))),
        days=[(day, inbox_share(day)) for day in reversed(days)],
        vitals=vitals_of(box),
        placements=placements_of(box),
        incidents=_incidents(box),
        changes=[_change_line(one) for one in changes_of(box.workspace, email=box.email)[:_MOST]],
    )


def _change_line(change: MailboxChange) -> ChangeLine:
    limits = {name: value for name, value in change.values.items() if name in LABELS}
    return ChangeLine(change, [changed_words(name, change.before.get(name), value) for name, value in limits.items()])


def vitals_of(box: Mailbox) -> list[Vital]:
    """Return the mail records as last read; nothing before the first check."""
    if box.vitals_read_at is None:
        return []
    found = [
        Vital(label, box.vitals[name], "" if box.vitals[name] else advice)
        for name, (label, advice) in _RECORDS.items()
        if name in box.vitals
    ]
    if "tracking" not in box.vitals:
        found.append(Vital(_RECORDS["tracking"][0], None, _NO_TRACKING_DOMAIN, is_used=False))
    return found


def _incidents(box: Mailbox) -> list[Incident]:
    found = Incident.objects.filter(workspace=box.workspace, kind__in=[DISCONNECTED.code, GONE.code])
    return list(found.filter(dedupe_key__startswith=f"mailbox:{box.pk}:").order_by("-opened_at")[:_MOST])


def _chart(
    title: str, days: Sequence[MailboxDay], first: date, last: date, lines: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    dates = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    known = {day.day: day for day in days}

    def values(name: str) -> list[int]:
        return [getattr(known.get(day), name, 0) or 0 for day in dates]

    return {
        "title": f"{title} a day, the last {DAYS} days (UTC)",
        "unit": "e-mails",
        "x": [date_words(day, today=last) for day in dates],
        "series": [
            # What bounced was sent too, so it is not stacked on it.
            {
                "name": _NAMES[name],
                "type": "line" if name == "bounced" else "bar",
                "stack": "" if name == "bounced" else "day",
                "tone": tone,
                "data": values(name),
            }
            for name, tone in lines
        ],
    }


_NAMES = {"sent": "sent", "bounced": "bounced", "warmup_inbox": "landed in the inbox", "warmup_spam": "landed in spam"}
