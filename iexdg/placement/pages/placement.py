"""The list of placement tests and the page of one, as their templates read them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from iexdg.mailboxes.models import Mailbox
from iexdg.placement.models import PlacementKind, PlacementStatus, PlacementTally, PlacementTest
from iexdg.placement.pages.figures import COUNTED, Landed, landed, provider_words
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import CountedChoice, counted_choices, number_in
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.orders import open_changes
from iexdg.workspaces.killswitch import STOPPED_WORDS, is_stopped
from iexdg.workspaces.models import Workspace

_MOST_CHANGES = 5
_DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


@dataclass(frozen=True)
class PlacementLine:
    """One line of the list."""

    row: PlacementTest
    when: str
    sums: Landed
    change: ObjectChange | None


@dataclass(frozen=True)
class PlacementList:
    """What the list shows."""

    lines: Sequence[PlacementLine]
    read: Kept
    choices: Sequence[CountedChoice]
    changes: Sequence[ObjectChange]
    why_not: str


@dataclass(frozen=True)
class Difference:
    """A sum of ours that is not Instantly's."""

    name: str
    ours: int
    theirs: int


@dataclass(frozen=True)
class Report:
    """What block lists and a spam filter say about one sending domain; None is unknown."""

    domain: str
    ip: str
    domain_listings: int | None
    ip_listings: int | None
    lists: Sequence[str]
    score: float | None
    is_spam: bool | None
    rules: Sequence[Mapping[str, str]]
    at: datetime | None

    @property
    def is_listed(self) -> bool | None:
        """Whether it is on a block list; None where that is not known."""
        known = [count for count in (self.domain_listings, self.ip_listings) if count is not None]
        return sum(known) > 0 if known else None


@dataclass(frozen=True)
class PlacementPage:
    """What the page of one test shows. `why_not`: why it is not resumed now, "" where it may be."""

    row: PlacementTest
    when: str
    sums: Landed
    by_provider: Sequence[Landed]
    by_mailbox: Sequence[Landed]
    differences: Sequence[Difference]
    reports: Sequence[Report]
    changes: Sequence[ObjectChange]
    may_change: bool
    why_not: str


def when_words(row: PlacementTest) -> str:
    """Say when a test runs: "once", "Mon, Wed at 09:00, America/Detroit"."""
    if row.kind != PlacementKind.AUTOMATED:
        return "once" if row.kind == PlacementKind.ONE_TIME else "unknown"
    days = _entries(row.schedule.get("days"))
    chosen = [name for number, name in enumerate(_DAYS) if days.get(str(number)) is True]
    at = str(_entries(row.schedule.get("timing")).get("from") or "")
    zone = str(row.schedule.get("timezone") or "")
    words = ", ".join(chosen) if 0 < len(chosen) < len(_DAYS) else "every day"
    return f"{words}{f' at {at}' if at else ''}{f', {zone}' if zone else ''}"


def _entries(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def placement_list(workspace: Workspace, query: QueryDict, *, member: Member) -> PlacementList:
    """Build the list, at a fixed number of queries."""
    rows = PlacementTest.objects.filter(workspace=workspace, vanished_at__isnull=True)
    status = number_in(query.get("status", ""))
    counts = dict(rows.order_by().values_list("status").annotate(number=Count("pk")))
    options = [(str(one.value), one.label, counts.get(one.value, 0)) for one in PlacementStatus]
    changes = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.PLACEMENT).select_related("by")
    opened = {one.remote_id: one for one in open_changes(workspace, ObjectKind.PLACEMENT)}
    (read,) = kept(workspace, ObjectKind.PLACEMENT)
    sums = _sums_of(workspace)
    chosen = rows.filter(status=status) if status is not None else rows
    return PlacementList(
        lines=[
            PlacementLine(row, when_words(row), sums.get(row.pk, landed("", [])), opened.get(row.remote_id))
            for row in chosen
        ],
        read=read,
        choices=counted_choices({"status": status}, "status", options),
        changes=list(changes[:_MOST_CHANGES]),
        why_not=why_not_started(workspace, member),
    )


def _sums_of(workspace: Workspace) -> dict[int, Landed]:
    there = PlacementTally.objects.filter(test__workspace=workspace, test__vanished_at__isnull=True).order_by()
    rows: Iterable[Any] = there.values("test").annotate(**{name: Sum(name) for name in COUNTED})
    return {row["test"]: Landed("", "", **{name: row[name] for name in COUNTED}) for row in rows}


def why_not_started(workspace: Workspace, member: Member) -> str:
    """Return why a member cannot start a test now; "" where they can."""
    if not member.may(Action.PLACEMENT) or not workspace.may_write:
        return "An operator starts placement tests, in a workspace in write mode."
    return STOPPED_WORDS if is_stopped(workspace) else ""


def placement_page(row: PlacementTest, *, member: Member) -> PlacementPage:
    """Build the page of one test, at a fixed number of queries."""
    tallies = list(row.tallies.all())
    boxes = dict(Mailbox.objects.filter(workspace=row.workspace, email__in=row.senders).values_list("email", "pk"))
    changes = ObjectChange.objects.filter(workspace=row.workspace, kind=ObjectKind.PLACEMENT, remote_id=row.remote_id)
    sums = landed(row.name, tallies)
    return PlacementPage(
        row=row,
        when=when_words(row),
        sums=sums,
        by_provider=_grouped(tallies, lambda one: one.provider, provider_words),
        by_mailbox=_grouped(tallies, lambda one: one.sender, str, lambda sender: _url_of(boxes.get(sender))),
        differences=[] if row.is_cut else _differences(row, sums),
        reports=[_report(one) for one in row.reports],
        changes=list(changes.select_related("by")[:_MOST_CHANGES]),
        may_change=member.may(Action.PLACEMENT) and row.workspace.may_write,
        why_not=why_not_started(row.workspace, member),
    )


def _url_of(pk: int | None) -> str:
    return reverse("mailboxes:detail", args=[pk]) if pk is not None else ""


def _grouped(
    tallies: Sequence[PlacementTally],
    key: Callable[[PlacementTally], Any],
    words: Callable[[Any], str],
    url: Callable[[Any], str] = lambda _: "",
) -> list[Landed]:
    groups: dict[Any, list[PlacementTally]] = defaultdict(list)
    for tally in tallies:
        groups[key(tally)].append(tally)
    return [landed(words(of), group, url=url(of)) for of, group in sorted(groups.items())]


def _differences(row: PlacementTest, sums: Landed) -> list[Difference]:
    theirs = row.vendor_sums
    names = ("received", "inbox", "spam", "category")
    return [
        Difference(name, getattr(sums, name), theirs[name])
        for name in names
        if theirs.get(name) is not None and theirs[name] != getattr(sums, name)
    ]


def _report(one: Mapping[str, Any]) -> Report:
    return Report(**{**one, "at": parse_datetime(one["at"]) if one["at"] else None})


def consequences(senders: Sequence[str], new_kind: PlacementKind, seeds: int | None, *, at_once: bool) -> list[str]:
    """Say what starting a test does. Shapes: seeds - of the newest test to the same kinds; None: not known."""
    mailboxes = plural(len(senders), "mailbox", "mailboxes")
    counted = plural(seeds, "seed mailbox", "seed mailboxes") if seeds else ""
    each = f"{counted} in the newest test" if seeds else "a number that Instantly chooses"
    starts = "at once" if at_once or new_kind == PlacementKind.ONE_TIME else "by the schedule"
    return [
        f"Instantly sends real e-mails from {mailboxes}, {starts}.",
        f"Each mailbox writes to every seed mailbox: {each}. The seeds belong to Instantly; no lead gets an e-mail.",
        "The e-mails count against the reputation of the mailboxes, like every other.",
        "The test counts against the placement tests of the Instantly plan.",
    ]
