"""The page of a group of changes that were requested at once, and what removing people would do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, F

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.models import PeopleChange, PeopleChangeState, PeopleWanted
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.pages.lists import may_change_people

PER_PAGE = 100
REQUESTS_PER_PAGE = 50
_REMOVE, _TITLES = "Remove people", {PeopleWanted.DELETE_EMAIL.value: "Delete e-mails"}


@dataclass(frozen=True)
class StateCount:
    """How many changes of a group are in one state."""

    label: str
    tone: str
    number: int


@dataclass(frozen=True)
class GroupPage:
    """One group with one page of its changes."""

    number: int
    title: str
    total: int
    counts: list[StateCount]
    changes: list[PeopleChange]
    page_obj: Page[PeopleChange]
    by: str
    asked_at: datetime
    is_open: bool
    can_stop: bool


@dataclass(frozen=True)
class RequestLine:
    """What was requested at once. Shapes: open - not confirmed yet; refused - also what a person stopped."""

    number: int
    title: str
    place: str
    by: str
    asked_at: datetime
    total: int
    open: int
    refused: int


@dataclass(frozen=True)
class RequestsPage:
    """One page of what was requested for lists and people, the newest first."""

    lines: list[RequestLine]
    page_obj: Page[PeopleChange]


@dataclass(frozen=True)
class RemovalPlan:
    """What removing people does, before it is requested."""

    people: int
    contacted: int
    campaign: Campaign | None
    is_sending: bool
    place: str


def group_page(workspace: Workspace, group: int, page: str | None, reader: Member) -> GroupPage | None:
    """Build the page of a group; None where the workspace has no such group."""
    rows = PeopleChange.objects.filter(workspace=workspace, group=group)
    first = rows.select_related("by").order_by("pk").first()
    if first is None:
        return None
    counted = dict(rows.order_by().values_list("state").annotate(number=Count("pk")))
    shown = Paginator(rows.select_related("lead", "listed", "lead_list", "campaign").order_by("pk"), PER_PAGE)
    page_obj = shown.get_page(page)
    states = [(state, counted[state]) for state in PeopleChangeState if state in counted]
    words = str(PeopleWanted(first.wanted).label)
    return GroupPage(
        number=group,
        title=words[:1].upper() + words[1:] if sum(counted.values()) == 1 else _TITLES.get(first.wanted, _REMOVE),
        total=sum(counted.values()),
        counts=[StateCount(str(state.label), state.tone, number) for state, number in states],
        changes=list(page_obj.object_list),
        page_obj=page_obj,
        by=first.by.name if first.by else "",
        asked_at=first.asked_at,
        is_open=any(state not in {"confirmed", "refused"} for state, _ in states),
        can_stop=bool(counted.get(PeopleChangeState.ASKED)) and may_change_people(workspace, reader),
    )


def requests_page(workspace: Workspace, page: str | None) -> RequestsPage:
    """Build one page with a fixed number of queries. What the app requests by itself is in no group, and not listed."""
    firsts = PeopleChange.objects.filter(workspace=workspace, group=F("pk")).order_by("-pk")
    page_obj = Paginator(firsts.select_related("by", "campaign", "lead_list"), REQUESTS_PER_PAGE).get_page(page)
    found = list(page_obj.object_list)
    counted = PeopleChange.objects.filter(group__in=[one.pk for one in found]).order_by()
    numbers: dict[int, dict[str, int]] = {}
    for group, state, number in counted.values_list("group", "state").annotate(number=Count("pk")):
        numbers.setdefault(group, {})[state] = number
    return RequestsPage([_request_line(one, numbers[one.pk]) for one in found], page_obj)


def _request_line(first: PeopleChange, numbers: dict[str, int]) -> RequestLine:
    total = sum(numbers.values())
    words = str(PeopleWanted(first.wanted).label) if total == 1 else _many(first.wanted, total)
    return RequestLine(
        number=first.pk,
        title=words[:1].upper() + words[1:],
        place=first.place,
        by=first.by.name if first.by else "",
        asked_at=first.asked_at,
        total=total,
        open=sum(number for state, number in numbers.items() if state in OPEN_PEOPLE_CHANGE),
        refused=numbers.get(PeopleChangeState.REFUSED, 0),
    )


def _many(wanted: str, total: int) -> str:
    return f"delete {total:,} e-mails" if wanted == PeopleWanted.DELETE_EMAIL else f"remove {total:,} people"


def group_cells(workspace: Workspace, group: int) -> Iterator[list[str]]:
    """Yield header and rows of the export: each person and what came of the request."""
    yield ["email", "place", "request", "state", "error", "requested", "closed"]
    rows = PeopleChange.objects.filter(workspace=workspace, group=group)
    for row in rows.select_related("lead", "listed", "lead_list", "campaign").order_by("pk").iterator(chunk_size=1000):
        person = row.lead or row.listed
        closed = row.closed_at.isoformat(timespec="seconds") if row.closed_at else ""
        asked = row.asked_at.isoformat(timespec="seconds")
        label = str(row.get_wanted_display())
        yield [person.email if person else "", row.place, label, str(row.get_state_display()), row.error, asked, closed]
