"""What a rehearsal came to, as JSON: days by sender, caps that bound, who was left out, what would be empty. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.copy.sequence import Step, read_sequence
from campaigns.copy.variables import needed_names
from campaigns.sending.windows import Window, next_windows, read_schedule, summary
from iexdg.rehearsals.caps import Day, Limits, bindings, waits_of
from iexdg.rehearsals.nothing import why_nothing
from iexdg.rehearsals.playing import MOST_DAYS, Play, Played
from iexdg.rehearsals.subjects import CastSender
from iexdg.rehearsals.world import SentMail
from iexdg.ui.formatting import plural

NOT_REACHED, REFUSED = "not_reached", "refused_by_the_world"
LABELS = {
    NOT_REACHED: "gets no e-mail within the days that were played",
    REFUSED: "was refused when it was loaded",
}
_UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}
_LONGEST_WAIT = timedelta(days=3650)


@dataclass(frozen=True)
class Left:
    """Who was not rehearsed. Shapes: skipped - reason -> how many; cut - people or lines beyond the most."""

    skipped: Mapping[str, int]
    cut: int
    to_verify: int


def report_of(play: Play, cast: Sequence[CastSender], left: Left) -> dict[str, Any]:
    """Return the result of a rehearsal.

    Shapes: {"days": [{date, sent, by_sender}], "last_email_on": date | None, "is_cut": whether more would follow,
        "skipped": {reason: n}, "empty_variables": {name: n}, "campaigns": [the same of each, with its caps, and
        "why_nothing", a sentence or ""], "senders", "cut": [sentence], "notes": [sentence], …}. Each campaign's days
        are those of its own zone.
    """
    per_day: dict[date, Counter[str]] = {}
    for one in play.campaigns:
        for day, by_sender in _by_day(one).items():
            per_day.setdefault(day, Counter()).update(by_sender)
    campaigns = [
        _campaign(one, play, cast, per_day) | {"is_cut": play.is_cut or left.cut > 0} for one in play.campaigns
    ]
    days = _days(per_day)
    empty: Counter[str] = Counter()
    skipped: Counter[str] = Counter(left.skipped)
    for campaign in campaigns:
        empty.update(campaign["empty_variables"])
        skipped.update(campaign["skipped"])
    return {
        "days": days,
        "last_email_on": days[-1]["date"] if days else None,
        "is_cut": play.is_cut or left.cut > 0,
        "skipped": dict(sorted((+skipped).items())),
        "empty_variables": dict(sorted(empty.items())),
        "emails": sum(day["sent"] for day in days),
        "people": sum(len(one.people) for one in play.campaigns),
        "starts_at": play.starts_at.isoformat(),
        "campaigns": campaigns,
        "senders": [one.facts for one in cast],
        "to_verify": left.to_verify,
        "cut": _cut(play, left),
        "notes": _notes(play, cast, left),
    }


def _campaign(
    one: Played, play: Play, cast: Sequence[CastSender], all_days: Mapping[date, Counter[str]]
) -> dict[str, Any]:
    days = _days(_by_day(one))
    reached = {mail.email for mail in one.mails}
    skipped = {REFUSED: len(one.people) - one.taken, NOT_REACHED: one.taken - len(reached)}
    found = bindings(_cap_days(one, play, all_days), _waits(one, play), _limits(one, cast))
    return {
        "name": one.subject.name,
        "remote_id": one.subject.campaign.remote_id if one.subject.campaign else None,
        "zone": zone_of(one).key,
        "schedule": summary(_schedule(one)),
        "people": len(one.people),
        "emails": len(one.mails),
        "days": days,
        "last_email_on": days[-1]["date"] if days else None,
        "why_nothing": why_nothing(one, play, cast),
        "skipped": {reason: number for reason, number in skipped.items() if number},
        "empty_variables": empty_variables(one),
        "caps": [asdict(binding) | {"day": binding.day.isoformat()} for binding in found],
    }


def zone_of(one: Played) -> ZoneInfo:
    """The zone in which the days of a campaign are shown: that of its first window."""
    rules = read_schedule(_schedule(one)).rules
    return rules[0].zone if rules else ZoneInfo("UTC")


def _schedule(one: Played) -> Mapping[str, Any]:
    found: Mapping[str, Any] = one.raw["campaign_schedule"]
    return found


def day_of(mail: SentMail, zone: ZoneInfo) -> date:
    """The day on which an e-mail leaves, in a zone."""
    return mail.at.astimezone(zone).date()


def _by_day(one: Played) -> dict[date, Counter[str]]:
    zone = zone_of(one)
    found: dict[date, Counter[str]] = {}
    for mail in one.mails:
        found.setdefault(day_of(mail, zone), Counter())[mail.sender] += 1
    return found


def _days(per_day: Mapping[date, Counter[str]]) -> list[dict[str, Any]]:
    return [
        {"date": day.isoformat(), "sent": by_sender.total(), "by_sender": dict(sorted(by_sender.items()))}
        for day, by_sender in sorted(per_day.items())
    ]


def empty_variables(one: Played) -> dict[str, int]:
    """How many people have no value for each variable that the copy needs; names that everyone fills are left out."""
    needed = needed_names(one.raw["sequences"])
    counted = Counter(name for person in one.people for name in needed if not person.values.get(name, "").strip())
    return dict(sorted(counted.items()))


# -- caps ----------------------------------------------------------------------------------------


def _limits(one: Played, cast: Sequence[CastSender]) -> Limits:
    ready = {sender.world.email: sender.world.daily_limit for sender in cast if sender.is_ready}
    company = one.raw.get("limit_emails_per_company_override")
    return Limits(
        daily=one.raw.get("daily_limit"),
        new_daily=one.raw.get("daily_max_leads"),
        senders={email: ready[email] for email in one.subject.addresses if email in ready},
        has_company_limit=isinstance(company, Mapping) and company.get("mode") == "custom",
    )


def _cap_days(one: Played, play: Play, all_days: Mapping[date, Counter[str]]) -> list[Day]:
    """The sending days from the first to the day of the last e-mail, with when their hours end."""
    zone, closes = zone_of(one), dict[date, datetime]()
    end = one.mails[-1].at if one.mails else play.until
    for window in _windows(one, play.starts_at, end):
        day = window.opens.astimezone(zone).date()
        closes[day] = max(closes.get(day, window.closes), window.closes)
    by_day = _by_day(one)
    new = Counter(day_of(mail, zone) for mail in one.mails if mail.step == _first_step(one))
    nothing: Counter[str] = Counter()
    return [
        Day(day, moment, by_day.get(day, nothing).total(), new[day], all_days.get(day, nothing))
        for day, moment in sorted(closes.items())
    ]


def _windows(one: Played, starts_at: datetime, end: datetime) -> list[Window]:
    found = next_windows(_schedule(one), starts_at, MOST_DAYS)
    return [window for window in found if window.opens <= end]


def _first_step(one: Played) -> int:
    return min((mail.step for mail in one.mails), default=0)


def _waits(one: Played, play: Play) -> Any:
    sent: dict[str, list[tuple[int, datetime]]] = {}
    for mail in one.mails:
        sent.setdefault(mail.email, []).append((mail.step, mail.at))
    steps = read_sequence(one.raw["sequences"]).steps
    emails = [person.email for person in one.people]
    return waits_of(sent, emails, starts_at=play.starts_at, delays=[_delay(step) for step in steps])


def _delay(step: Step) -> timedelta:
    amount = min(max(step.delay or 0, 0), _LONGEST_WAIT / _UNITS.get(step.unit, timedelta(days=1)))
    return _UNITS.get(step.unit, timedelta(days=1)) * amount


# -- sentences -----------------------------------------------------------------------------------


def _cut(play: Play, left: Left) -> list[str]:
    found: list[str] = []
    if left.cut:
        found.append(f"{plural(left.cut, 'person or line', 'people or lines')} beyond the most were not rehearsed.")
    if play.out_of_time:
        found.append(f"It took too long and was ended at {play.until.astimezone(UTC):%Y-%m-%d}.")
    elif play.still_open:
        left_over = plural(play.still_open, "person", "people")
        found.append(f"After {MOST_DAYS} days it was not at its end: e-mails to {left_over} were left.")
    return found


def _notes(play: Play, cast: Sequence[CastSender], left: Left) -> list[str]:
    found = ["Nobody answers, bounces or unsubscribes in a rehearsal: this is the most that would leave."]
    if left.to_verify:
        found.append(f"Would be verified first: {left.to_verify:,}. They count as verified here; nothing was paid.")
    if len(play.campaigns) > 1:
        found.append(f"The people were dealt in turn over the {len(play.campaigns)} campaigns.")
    assumed = [one.world.email for one in cast if not one.is_known]
    if assumed:
        limit = cast[[one.world.email for one in cast].index(assumed[0])].world.daily_limit
        found.append(f"{', '.join(assumed)}: not read yet, taken to send {limit} a day.")
    broken = [f"{one.world.email} ({one.words.lower()})" for one in cast if not one.is_ready]
    if broken:
        found.append(f"Cannot send now, and did not here: {', '.join(broken)}.")
    found.append("Other campaigns of these senders, and subsequences, are not in the rehearsal.")
    return found
