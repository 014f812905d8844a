"""The page of a campaign's rehearsal."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.rehearsals.caps import LABELS
from iexdg.rehearsals.labels import reason_words
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.rehearsals.people import MOST_PEOPLE
from iexdg.rehearsals.playing import MOST_DAYS
from iexdg.rehearsals.queries import fits, rehearsals_of
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import date_words, day_words

_EARLIER = 10
# A longer run is drawn by weeks, and more series than the chart has colours are one.
_MOST_DAYS_DRAWN = 70
_TONES = ("c1", "c2", "c3", "c4")


@dataclass(frozen=True)
class DayLine:
    """One day. Shapes: by_sender - in the order of the columns; caps - in words, what kept it from sending more."""

    label: str
    sent: int
    by_sender: Sequence[int]
    caps: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """A pair of words and a number."""

    label: str
    number: int


@dataclass(frozen=True)
class SamplePiece:
    """A piece of text, with what `campaigns/_pieces.html` reads."""

    text: str
    href: str
    is_gap: bool


@dataclass(frozen=True)
class SampleMail:
    """One rendered e-mail."""

    title: str
    sender: str
    at: datetime
    subject: Sequence[SamplePiece]
    lines: Sequence[Sequence[SamplePiece]]
    note: str


@dataclass(frozen=True)
class Sample:
    """The e-mails of one person."""

    name: str
    email: str
    mails: Sequence[SampleMail]


@dataclass(frozen=True)
class ResultCard:
    """What a rehearsal came to. Shapes: starts, last - days in words; is_cut - more would follow after the last;
    why_nothing - a sentence where nothing leaves; fits - it is what a go-live would approve.
    """

    row: Rehearsal
    fits: bool
    emails: int
    people: int
    zone: str
    schedule: str
    starts: str
    last: str
    is_cut: bool
    why_nothing: str
    to_verify: int
    senders: Sequence[str]
    days: Sequence[DayLine]
    chart: Mapping[str, Any] | None
    unit: str
    limited: Sequence[Shown]
    skipped: Sequence[Shown]
    empty: Sequence[Shown]
    sentences: Sequence[str]
    mailboxes: Sequence[Mapping[str, Any]]
    samples: Sequence[Sample]


@dataclass(frozen=True)
class RehearsalPage:
    """Everything the template reads. Shapes: running - the one that waits or is being played; failed - the newest one
    where it failed.
    """

    campaign: Campaign
    running: Rehearsal | None
    failed: Rehearsal | None
    result: ResultCard | None
    earlier: Sequence[Rehearsal]
    may_rehearse: bool
    most_people: int
    most_days: int

    @property
    def version(self) -> str:
        """What differs once there is something new to show."""
        one = self.running
        return f"{one.pk}-{one.changed_at.timestamp():.3f}" if one is not None else ""


def rehearsal_page(campaign: Campaign, member: Member) -> RehearsalPage:
    """Build the page, at a fixed number of queries."""
    rows = list(rehearsals_of(campaign).select_related("by").defer("samples", "result")[: _EARLIER + 1])
    running = next((row for row in rows if row.is_open), None)
    done = next((row for row in rows if row.state == RehearsalState.DONE), None)
    newest = rows[0] if rows else None
    result = None
    if done is not None:
        result = result_card(Rehearsal.objects.select_related("by").get(pk=done.pk), campaign, timezone.now().date())
    return RehearsalPage(
        campaign=campaign,
        running=running,
        failed=newest if newest is not None and newest.state == RehearsalState.FAILED else None,
        result=result,
        earlier=[row for row in rows if row != done and not row.is_open],
        may_rehearse=member.may(Action.REHEARSE, campaign.workspace),
        most_people=MOST_PEOPLE,
        most_days=MOST_DAYS,
    )


def result_card(row: Rehearsal, campaign: Campaign, today: date) -> ResultCard:
    """Put a result into words."""
    found: Mapping[str, Any] = row.result or {}
    senders = sorted({sender for day in found["days"] for sender in day["by_sender"]})
    chart, unit = _chart(found["days"], senders, today)
    last = found["last_email_on"]
    return ResultCard(
        row=row,
        fits=fits(row, campaign),
        emails=found["emails"],
        people=found["people"],
        zone=found["zone"],
        schedule=found["schedule"],
        starts=day_words(date.fromisoformat(found["days"][0]["date"]), today=today) if found["days"] else "",
        last=day_words(date.fromisoformat(last), today=today) if last else "",
        # Results that are older than these two have neither.
        is_cut=bool(found.get("is_cut")),
        why_nothing=found.get("why_nothing", ""),
        to_verify=found["to_verify"],
        senders=senders,
        days=list(_day_lines(found, senders, today)),
        chart=chart,
        unit=unit,
        limited=_limited(found["caps"]),
        skipped=[
            Shown(reason_words(reason, found.get("why_nothing", "")), number)
            for reason, number in found["skipped"].items()
        ],
        empty=[Shown(name, number) for name, number in found["empty_variables"].items()],
        sentences=[*found["cut"], *found["notes"]],
        mailboxes=found["senders"],
        samples=[_sample(one) for one in row.samples],
    )


def _cap_words(cap: Mapping[str, Any]) -> str:
    who = f" {cap['sender']}" if cap["sender"] else ""
    limit = f", {cap['limit']:,}" if cap["limit"] is not None else ""
    return f"{LABELS[cap['cap']]}{who}{limit}: {cap['waiting']:,} waited"


def _day_lines(found: Mapping[str, Any], senders: Sequence[str], today: date) -> Iterator[DayLine]:
    caps: dict[str, list[str]] = {}
    for cap in found["caps"]:
        caps.setdefault(cap["day"], []).append(_cap_words(cap))
    sent = {day["date"]: day for day in found["days"]}
    for day in sorted({*sent, *caps}):
        by_sender = sent[day]["by_sender"] if day in sent else {}
        yield DayLine(
            day_words(date.fromisoformat(day), today=today),
            sum(by_sender.values()),
            [by_sender.get(sender, 0) for sender in senders],
            caps.get(day, []),
        )


def _limited(caps: Sequence[Mapping[str, Any]]) -> list[Shown]:
    """On how many days each cap kept it from sending more, the most often first."""
    counted = Counter((cap["cap"], cap["sender"]) for cap in caps)
    return [Shown(f"{LABELS[cap]} {sender}".strip(), days) for (cap, sender), days in counted.most_common()]


def _chart(days: Sequence[Mapping[str, Any]], senders: Sequence[str], today: date) -> tuple[dict[str, Any] | None, str]:
    """The columns of each day, or each week of a long run, by sender; None where nothing leaves."""
    if not days:
        return None, "day"
    sums = {date.fromisoformat(day["date"]): Counter(day["by_sender"]) for day in days}
    by_week = (max(sums) - min(sums)).days >= _MOST_DAYS_DRAWN
    unit = "week" if by_week else "day"
    parts = _parts(sums, by_week=by_week)
    series = [
        {"name": name, "type": "bar", "stack": "all", "tone": tone, "data": data}
        for (name, data), tone in zip(_named(list(parts.values()), senders), _TONES, strict=False)
    ]
    labels = [date_words(part, today=today) for part in parts]
    return {"title": f"E-mails a {unit}", "unit": f"e-mails a {unit}", "x": labels, "series": series}, unit


def _parts(sums: Mapping[date, Counter[str]], *, by_week: bool) -> dict[date, Counter[str]]:
    """Every day from the first to the last, so that weekends show as gaps; or every week, with its Monday."""
    first, found = min(sums), dict[date, Counter[str]]()
    for ahead in range((max(sums) - first).days + 1):
        day = first + timedelta(days=ahead)
        start = max(day - timedelta(days=day.weekday()), first) if by_week else day
        found.setdefault(start, Counter()).update(sums.get(day, Counter()))
    return found


def _named(parts: Sequence[Counter[str]], senders: Sequence[str]) -> list[tuple[str, list[int]]]:
    """The columns of each sender; those for whom there is no colour are one."""
    own = senders if len(senders) <= len(_TONES) else senders[: len(_TONES) - 1]
    named = [(sender, [part[sender] for part in parts]) for sender in own]
    rest = senders[len(own) :]
    if rest:
        named.append((f"{len(rest)} others", [sum(part[sender] for sender in rest) for part in parts]))
    return named


def _sample(one: Mapping[str, Any]) -> Sample:
    mails = [
        SampleMail(
            f"Step {mail['step']}{mail['variant'] and ' ' + mail['variant']}",
            mail["sender"],
            datetime.fromisoformat(mail["at"]),
            _pieces(mail["subject"]),
            [_pieces(line) for line in mail["lines"]],
            mail.get("note", ""),
        )
        for mail in one["emails"]
    ]
    return Sample(one["name"] or one["email"], one["email"], mails)


def _pieces(raw: Sequence[Sequence[Any]]) -> list[SamplePiece]:
    return [SamplePiece(*piece) for piece in raw]


def csv_rows(row: Rehearsal | None) -> Iterator[list[object]]:
    """The days as a table: date, sent, each sender, and what kept it from sending more."""
    found: Mapping[str, Any] = row.result if row is not None and row.result else {"days": [], "caps": []}
    senders = sorted({sender for day in found["days"] for sender in day["by_sender"]})
    caps: dict[str, list[str]] = {}
    for cap in found["caps"]:
        caps.setdefault(cap["day"], []).append(_cap_words(cap))
    yield ["date", "sent", *senders, "limited_by"]
    for day in found["days"]:
        by_sender = [day["by_sender"].get(sender, 0) for sender in senders]
        yield [day["date"], day["sent"], *by_sender, "; ".join(caps.get(day["date"], []))]
