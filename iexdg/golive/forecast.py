"""What a campaign would send from now on: a plan of its days from schedule, caps, waits and audience. Pure."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.copy.sequence import Step, read_sequence
from campaigns.sending.windows import Window, last_window, midnight_after, next_windows, read_schedule

# The plan covers at most a year of sending days; beyond that the end is unknown.
_HORIZON = 260
_LONGEST_WAIT_DAYS = 3650


@dataclass(frozen=True)
class PlannedDay:
    """One calendar day in the campaign's zone; 0 on days without sending hours. `new`: first e-mails among them."""

    day: date
    emails: int
    new: int = 0


@dataclass(frozen=True)
class Forecast:
    """Every day of the run, and when the last people are e-mailed; None where that is after the schedule ends.

    `planned_until`: the last planned day; `is_cut`: the schedule continues after it; `is_done`: all is sent.
    """

    days: tuple[PlannedDay, ...] = ()
    last_first_touch: date | None = None
    last_follow_up: date | None = None
    planned_until: date | None = None
    is_cut: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class Resets:
    """When the daily caps reset; both aware."""

    campaign: datetime
    senders: datetime


@dataclass(frozen=True)
class SenderLoad:
    """One sender's share of the campaign's cap; `limit` is its own, None is unknown."""

    email: str
    share: int
    limit: int | None


@dataclass(frozen=True)
class Hours:
    """The upcoming sending hours; `first` None: no window is left, `last` None: the schedule has no end."""

    first: Window | None
    last: Window | None
    is_open: bool


@dataclass(frozen=True)
class Capacity:
    """How many e-mails are sent at most; None where no cap is known. `loads`: their spread over the senders."""

    per_day: int | None
    today: int | None
    loads: tuple[SenderLoad, ...]
    resets: Resets | None


def hours_ahead(raw: Mapping[str, Any], now: datetime) -> Hours:
    """Return when a campaign sends next and last. Shapes: raw - `campaign_schedule` as Instantly returned it."""
    first = next(iter(next_windows(raw, now)), None)
    return Hours(first, last_window(raw, now), first is not None and first.is_open_at(now))


def next_resets(raw: Mapping[str, Any], now: datetime) -> Resets | None:
    """Return when both caps reset next; None where the schedule has no zone.

    Source: instantly-facts.md §1, the campaign's cap resets at midnight of its zone, a sender's at midnight UTC
    (read 2026-11-22).
    """
    rules = read_schedule(raw).rules
    if not rules:
        return None
    return Resets(midnight_after(now, rules[0].zone), midnight_after(now, ZoneInfo("UTC")))


def at_most_a_day(cap: int | None, limits: Sequence[int | None]) -> int | None:
    """The campaign's cap or what its senders may send together, whichever is less; None where no cap is known.

    Where a limit is unknown, only the cap counts. Passing: 50 and [20, 20] -> 40; 30 and [20, None] -> 30.
    """
    if cap is None:
        return None
    known = [limit for limit in limits if limit is not None]
    if not limits or len(known) < len(limits):
        return max(cap, 0)
    return max(min(cap, sum(known)), 0)


def at_most_today(raw: Mapping[str, Any], now: datetime, per_day: int, sent_today: int | None) -> int:
    """How many may still be sent before the campaign's midnight; 0 where no window is left until then.

    Where sent_today is unknown (None), the whole cap may still be sent.
    """
    windows = next_windows(raw, now)
    if not windows:
        return 0
    opens = max(windows[0].opens, now.astimezone(windows[0].opens.tzinfo))
    if opens.date() != now.astimezone(opens.tzinfo).date():
        return 0
    return max(per_day - (sent_today or 0), 0)


def sender_loads(per_day: int, senders: Sequence[tuple[str, int | None]]) -> tuple[SenderLoad, ...]:
    """Spread a day's e-mails evenly over senders, none over its own limit; what exceeds all limits is left out.

    Assumed: Instantly rotates through the senders of a campaign.
    Passing: 20 over three without limits -> 7, 7, 6; 20 over limits 3 and 30 -> 3, 17.
    """
    shares = [0] * len(senders)
    left = per_day
    while left > 0:
        free = [place for place, (_, limit) in enumerate(senders) if limit is None or shares[place] < limit]
        if not free:
            break
        each = max(left // len(free), 1)
        for place in free:
            limit = senders[place][1]
            more = min(each, left, each if limit is None else limit - shares[place])
            shares[place] += more
            left -= more
    return tuple(SenderLoad(email, share, limit) for (email, limit), share in zip(senders, shares, strict=True))


def waits_of(sequences: object) -> tuple[int, ...]:
    """Days between an e-mail and the next one, rounded up; only the first sequence is sent.

    Shapes: sequences - as Instantly returns them. A wait that is not a number or negative counts as 0 days.
    Source: reference, `sequences[].steps[].delay` is the wait after that step, in `delay_unit` (read 2026-11-22).
    """
    return tuple(_days(step) for step in read_sequence(sequences).steps[:-1])


def _days(step: Step) -> int:
    days = (step.delay or 0) / {"minutes": 24 * 60, "hours": 24}.get(step.unit, 1)
    # Limited, so that adding it to a date cannot overflow.
    return math.ceil(min(max(days, 0), _LONGEST_WAIT_DAYS))


def forecast(
    sending_days: Iterable[date], *, people: int, per_day: int, new_per_day: int | None, waits: Sequence[int]
) -> Forecast:
    """Plan day by day: follow-ups that are due go first, the rest of the cap goes to people not e-mailed yet.

    An upper bound: replies, bounces and unsubscribes end a person's sequence earlier.
    Passing: 45 people, 20 a day, no follow-ups -> three sending days of 20, 20 and 5.
    """
    if people <= 0 or per_day <= 0:
        return Forecast()
    run = _Run(people, [Counter() for _ in waits], waits)
    most_new = per_day if new_per_day is None else new_per_day
    for _, day in zip(range(_HORIZON), sending_days, strict=False):
        run.send(day, per_day, most_new)
        if run.is_done:
            break
    last_day = max(run.plan, default=None)
    return Forecast(
        _calendar(run.plan),
        run.last_first_touch if not run.untouched else None,
        last_day if run.is_done and waits else None,
        planned_until=last_day,
        is_cut=not run.is_done and len(run.plan) >= _HORIZON,
        is_done=run.is_done,
    )


@dataclass
class _Run:
    """A plan, built day by day. Shapes: due - for each wait, how many follow-ups are due from which day."""

    untouched: int
    due: list[Counter[date]]
    waits: Sequence[int]
    plan: dict[date, PlannedDay] = field(default_factory=dict)
    last_first_touch: date | None = None

    @property
    def is_done(self) -> bool:
        """Whether everyone has received everything."""
        return not self.untouched and not any(self.due)

    def send(self, day: date, per_day: int, most_new: int) -> None:
        """Add a day: what is due first, then people not e-mailed yet."""
        follow_ups = _send_follow_ups(self.due, self.waits, day, per_day)
        new = min(self.untouched, per_day - follow_ups, most_new)
        self.plan[day] = PlannedDay(day, follow_ups + new, new)
        if not new:
            return
        self.untouched -= new
        self.last_first_touch = day
        if self.waits:
            self.due[0][day + timedelta(days=self.waits[0])] += new


def _send_follow_ups(due: list[Counter[date]], waits: Sequence[int], day: date, capacity: int) -> int:
    """Send what is due, later steps first; what does not fit waits for the next day."""
    sent = 0
    for step in range(len(due) - 1, -1, -1):
        for since in sorted(when for when in due[step] if when <= day):
            count = min(due[step][since], capacity - sent)
            due[step][since] -= count
            sent += count
            if step + 1 < len(due):
                due[step + 1][day + timedelta(days=waits[step + 1])] += count
        due[step] = +due[step]
    return sent


def _calendar(plan: Mapping[date, PlannedDay]) -> tuple[PlannedDay, ...]:
    """Consecutive calendar days from the first to the last one, so that weekends show as gaps."""
    if not plan:
        return ()
    first, last = min(plan), max(plan)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return tuple(plan.get(day, PlannedDay(day, 0)) for day in days)
