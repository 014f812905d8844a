"""Rehearsals that were played, and plays without a sandbox."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.rehearsals.people import Person
from iexdg.rehearsals.playing import Play, Played
from iexdg.rehearsals.subjects import CastSender, Subject
from iexdg.rehearsals.world import SentMail, WorldSender

# Monday, 09:00 in Detroit.
MONDAY = datetime(2026, 11, 30, 14, tzinfo=UTC)
SCHEDULE = {
    "schedules": [
        {
            "name": "Business hours",
            "timing": {"from": "09:00", "to": "17:00"},
            "days": {str(day): 1 <= day <= 5 for day in range(7)},
            "timezone": "America/Detroit",
        }
    ]
}


def step(subject: str, body: str, delay: int = 1) -> dict[str, Any]:
    return {
        "type": "email",
        "delay": delay,
        "delay_unit": "days",
        "variants": [{"subject": subject, "body": f"<div>{body}</div>"}],
    }


STEPS = [step("Hello {{firstName}}", "Hi {{firstName}} at {{companyName}}"), step("", "Again, {{city|there}}")]


def person(name: str, **values: str) -> Person:
    email = f"{name}@firm.example.com"
    return Person(email, {"firstName": name.title(), "companyName": "Firm", "email": email, **values}, {"email": email})


def mail(name: str, at: datetime, *, number: int = 0, sender: str = "a@peers.example.com") -> SentMail:
    return SentMail(at, "c1", f"{name}@firm.example.com", number, 0, sender)


def cast(*senders: tuple[str, int], status: int = 1, is_known: bool = True) -> list[CastSender]:
    words = "Connected" if status == 1 else "Paused"
    return [CastSender(WorldSender(email, limit, status), is_known, words) for email, limit in senders]


def played(people: Sequence[Person], mails: Sequence[SentMail], **raw: Any) -> Played:
    body = {"name": "Ours", "campaign_schedule": SCHEDULE, "sequences": [{"steps": STEPS}], "daily_limit": None, **raw}
    senders = ("a@peers.example.com", "b@peers.example.com")
    subject = Subject("Ours", {**body, "email_list": list(senders)}, senders, ())
    return Played(subject, people, body, len(people), tuple(mails))


def play_of(*campaigns: Played, still_open: int = 0, out_of_time: bool = False) -> Play:
    return Play(campaigns, MONDAY, MONDAY + timedelta(days=14), still_open, out_of_time)


def done_rehearsal(campaign: Campaign, /, *, words: str = "Ours", **fields: Any) -> Rehearsal:
    """A campaign that was rehearsed as it is: two e-mails to one person on two days."""
    now = timezone.now()
    days = [
        {"date": "2026-11-30", "sent": 1, "by_sender": {words: 1}},
        {"date": "2026-12-01", "sent": 1, "by_sender": {words: 1}},
    ]
    result = {
        "name": words, "remote_id": campaign.remote_id, "zone": "America/Detroit", "schedule": words, "people": 1,
        "emails": 2, "days": days, "last_email_on": "2026-12-01", "skipped": {"bad_email": 3},
        "empty_variables": {words: 1}, "to_verify": 1, "cut": [], "notes": [words], "starts_at": now.isoformat(),
        "senders": [{"email": words, "daily_limit": 30, "assumed": False, "ready": True, "state": words}],
        "caps": [{"day": "2026-11-30", "cap": "campaign", "limit": 1, "sent": 1, "waiting": 1, "sender": words}],
    }  # fmt: skip
    sample = {
        "campaign": words, "email": "ada@firm.example.com", "name": words,
        "emails": [{"step": 1, "variant": "A", "at": "2026-11-30T09:00-05:00", "sender": words,
                    "subject": [[words, "", False]], "lines": [[[words, "", True]]]}],
    }  # fmt: skip
    facts = {
        "state": RehearsalState.DONE, "result": result, "samples": [sample],
        "fingerprint": fingerprint(parts_of(campaign)), "finished_at": now,
    }  # fmt: skip
    row = {"workspace": campaign.workspace, "campaign": campaign, "name": campaign.name, "asked_at": now}
    return Rehearsal.objects.create(**{**row, "changed_at": now, **facts, **fields})
