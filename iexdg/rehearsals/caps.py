"""Which cap kept a campaign from sending more on a day on which people still waited when its hours ended. Pure."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

CAMPAIGN, NEW_LEADS, SENDER, COMPANY, HOURS, NO_SENDER = (
    "campaign", "new_leads", "sender", "company", "hours", "no_sender",
)  # fmt: skip
LABELS = {
    CAMPAIGN: "daily cap of the campaign",
    NEW_LEADS: "new leads a day",
    SENDER: "daily limit of a sender",
    COMPANY: "e-mails per company",
    HOURS: "sending hours and the gap between e-mails",
    NO_SENDER: "no sender can send",
}


@dataclass(frozen=True)
class Limits:
    """What limits one campaign. Shapes: senders - address -> e-mails a day, of those that can send."""

    daily: int | None
    new_daily: int | None
    senders: Mapping[str, int]
    has_company_limit: bool = False


@dataclass(frozen=True)
class Wait:
    """One e-mail from when it is due until it leaves. Shapes: until - None where it never does."""

    since: datetime
    until: datetime | None
    is_first: bool


@dataclass(frozen=True)
class Day:
    """What one day of one campaign came to. Shapes: by_sender - of this campaign; all_by_sender - of all."""

    day: date
    closes: datetime
    sent: int
    new: int
    all_by_sender: Counter[str]


@dataclass(frozen=True)
class Binding:
    """A cap that was reached while people waited. Shapes: limit - None for hours; waiting - at the end of the hours."""

    day: date
    cap: str
    limit: int | None
    sent: int
    waiting: int
    sender: str = ""


class Waiting:
    """How many e-mails were due and had not left, at any moment."""

    def __init__(self, waits: Sequence[Wait]) -> None:
        self._since = sorted(one.since for one in waits)
        self._until = sorted(one.until for one in waits if one.until is not None)

    def at(self, moment: datetime) -> int:
        """The number at a moment."""
        return bisect_right(self._since, moment) - bisect_right(self._until, moment)


def bindings(days: Sequence[Day], waits: Sequence[Wait], limits: Limits) -> list[Binding]:
    """Return the caps that bound, day by day; a day on which nobody waited has none."""
    everyone, first = Waiting(waits), Waiting([one for one in waits if one.is_first])
    found: list[Binding] = []
    for day in days:
        waiting, new_waiting = everyone.at(day.closes), first.at(day.closes)
        if waiting > 0:
            found += _of_day(day, waiting, new_waiting, limits)
    return found


def _of_day(day: Day, waiting: int, new_waiting: int, limits: Limits) -> list[Binding]:
    found: list[Binding] = []
    if limits.daily is not None and day.sent >= limits.daily:
        found.append(Binding(day.day, CAMPAIGN, limits.daily, day.sent, waiting))
    if limits.new_daily is not None and day.new >= limits.new_daily and new_waiting:
        found.append(Binding(day.day, NEW_LEADS, limits.new_daily, day.new, new_waiting))
    for sender, limit in limits.senders.items():
        if day.all_by_sender[sender] >= limit:
            found.append(Binding(day.day, SENDER, limit, day.all_by_sender[sender], waiting, sender))
    if found:
        return found
    cap = NO_SENDER if not limits.senders else COMPANY if limits.has_company_limit else HOURS
    return [Binding(day.day, cap, None, day.sent, waiting)]


def waits_of(
    sent: Mapping[str, Sequence[tuple[int, datetime]]],
    people: Sequence[str],
    *,
    starts_at: datetime,
    delays: Sequence[timedelta],
) -> list[Wait]:
    """Return when each e-mail was due and when it left.

    Shapes: sent - address -> (step, when) in order; delays - the wait after each step that is sent, by step.
    """
    found: list[Wait] = []
    for email in people:
        mails = sent.get(email, ())
        found.append(Wait(starts_at, mails[0][1] if mails else None, is_first=True))
        for place, (step, at) in enumerate(mails):
            if step + 1 < len(delays):
                after = mails[place + 1][1] if place + 1 < len(mails) else None
                found.append(Wait(at + delays[step], after, is_first=False))
    return found
