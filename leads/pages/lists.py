"""The pages of lead lists: all of them, one with its people, and what deleting one does."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models.functions import Lower

from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import Chip, chips_for, query_of
from iexdg.ui.sorting import SortColumn, Sorting
from iexdg.workspaces.models import Workspace
from leads.imports.moving import listed_with
from leads.lists.mirror import lists_of, people_in
from leads.models import Import, LeadList, ListedLead, PeopleChange, PeopleWanted, Receipt, Verification
from leads.models.change import OPEN_PEOPLE_CHANGE
from leads.pages.people import VERIFICATION, verification_key
from leads.queries import latest_receipts

PER_PAGE = 50
COLUMNS = {"email": SortColumn("email"), "company": SortColumn(Lower("company_name"))}
# Instantly's counts: key -> label and formula.
FIGURES = {
    "verified": ("verified", "people whose address Instantly verified as valid"),
    "invalid": ("invalid", "people whose address Instantly verified as invalid"),
    "risky": ("risky", "people whose address Instantly calls risky"),
    "catch_all": ("catch-all", "people whose domain accepts every address"),
    "job_change": ("job change", "people who no longer work there, says Instantly"),
    "pending": ("being verified", "people whose address Instantly is verifying"),
    "pending_in_search": ("waiting in SuperSearch", "people whose address waits in Instantly's SuperSearch"),
}


@dataclass(frozen=True)
class Figure:
    """One of Instantly's counts; None was not reported."""

    label: str
    number: int | None
    formula: str


@dataclass(frozen=True)
class ListLine:
    """One list. `change`: what of it is requested or was refused last."""

    row: LeadList
    figures: tuple[Figure, ...]
    unverified: int | None
    change: PeopleChange | None


@dataclass(frozen=True)
class ListsPage:
    """All lists. `creating`: new ones that Instantly has not confirmed."""

    lines: list[ListLine]
    creating: list[PeopleChange]
    read_at: datetime | None
    may_change: bool
    why_not: str


@dataclass(frozen=True)
class PersonInList:
    """One person of a list, with our own newest receipt of the address."""

    row: ListedLead
    name: str
    verification: str
    tone: str
    verified_at: datetime | None


@dataclass(frozen=True)
class ListPage:
    """One list with one page of its people."""

    line: ListLine
    people: list[PersonInList]
    page_obj: Page[ListedLead]
    words: str
    query: str
    chips: list[Chip]
    sorting: Sorting
    imports: list[Import]
    moves: list[Import]
    may_change: bool
    why_not: str


def lists_page(workspace: Workspace, reader: Member) -> ListsPage:
    """Build the page with a fixed number of queries."""
    lists = list(lists_of(workspace).order_by(Lower("name"), "pk"))
    newest = _changes_of(workspace)
    creating = PeopleChange.objects.filter(
        workspace=workspace, wanted=PeopleWanted.CREATE_LIST, state__in=OPEN_PEOPLE_CHANGE
    )
    return ListsPage(
        lines=[_line(one, newest.get(one.pk)) for one in lists],
        creating=list(creating.order_by("pk")[:10]),
        read_at=max((one.synced_at for one in lists), default=None),
        may_change=may_change_people(workspace, reader),
        why_not=why_no_change(workspace, reader),
    )


def list_page(lead_list: LeadList, query: Mapping[str, str], reader: Member) -> ListPage:
    """Build one page of a list's people with a fixed number of queries. Shapes: query - of the address."""
    workspace = lead_list.workspace
    words, sorting = query.get("q", "").strip()[:200], Sorting.read(query, COLUMNS)
    found = listed_with(people_in(lead_list), words).order_by(*sorting.order("-pk"))
    page = Paginator(found, PER_PAGE).get_page(query.get("page"))
    rows = list(page.object_list)
    receipts = latest_receipts(workspace.pk, [row.email for row in rows])
    named = {"q": words, "sort": sorting.text}
    return ListPage(
        line=_line(lead_list, _changes_of(workspace).get(lead_list.pk)),
        people=[_person(row, receipts.get(row.email)) for row in rows],
        page_obj=page,
        words=words,
        query=query_of(named) or "?",
        chips=chips_for(named, {"q": f"search: {words}"}),
        sorting=sorting,
        imports=list(Import.objects.filter(lead_list=lead_list).order_by("-pk")[:5]),
        moves=list(
            Import.objects.filter(source_list=lead_list).select_related("campaign", "lead_list").order_by("-pk")[:5]
        ),
        may_change=may_change_people(workspace, reader),
        why_not=why_no_change(workspace, reader),
    )


def may_change_people(workspace: Workspace, reader: Member) -> bool:
    """Whether the reader can change lists and people now."""
    return reader.may(Action.PEOPLE, workspace) and workspace.may_write


def why_no_change(workspace: Workspace, reader: Member) -> str:
    """Why the reader cannot change lists and people now; "" where they can."""
    if not reader.may(Action.PEOPLE, workspace):
        return "An operator can change lists and people."
    if not workspace.may_write:
        return "The workspace is in observe mode: an admin turns writing on under Settings, Workspace."
    return ""


def _changes_of(workspace: Workspace) -> dict[int, PeopleChange]:
    """The newest change of each list, where it is open or was refused."""
    wanted = [PeopleWanted.RENAME_LIST, PeopleWanted.DELETE_LIST]
    rows = PeopleChange.objects.filter(workspace=workspace, wanted__in=wanted, lead_list__isnull=False)
    newest = {row.lead_list_id: row for row in rows.order_by("pk")}
    return {pk: row for pk, row in newest.items() if pk is not None and row.state != "confirmed"}


def _line(lead_list: LeadList, change: PeopleChange | None) -> ListLine:
    stats = lead_list.stats
    figures = tuple(Figure(label, stats.get(key), formula) for key, (label, formula) in FIGURES.items())
    known = sum(number for number in stats.values() if isinstance(number, int))
    unverified = None if lead_list.people is None or not stats else max(0, lead_list.people - known)
    return ListLine(lead_list, figures, unverified, change)


def _person(row: ListedLead, receipt: Receipt | None) -> PersonInList:
    label, tone = VERIFICATION[verification_key(receipt)]
    at = receipt.answered_at if receipt else None
    return PersonInList(row, f"{row.first_name} {row.last_name}".strip(), label, tone, at)


def lists_cells(lines: Iterable[ListLine]) -> Iterator[list[str]]:
    """Yield header and rows of the export of all lists."""
    yield ["name", "created", "people", *FIGURES, "counted"]
    for line in lines:
        row = line.row
        numbers = ["" if one.number is None else str(one.number) for one in line.figures]
        yield [row.name, _iso(row.created_at), _number(row.people), *numbers, _iso(row.stats_read_at)]


def list_cells(lead_list: LeadList, words: str) -> Iterator[list[str]]:
    """Yield header and rows of the export of a list, read in chunks."""
    yield ["email", "first_name", "last_name", "company_name", "job_title", "verification", "list", "listed"]
    chunk: list[ListedLead] = []
    for row in listed_with(people_in(lead_list), words).order_by("-pk").iterator(chunk_size=1000):
        chunk.append(row)
        if len(chunk) == 1000:
            yield from _cells(lead_list, chunk)
            chunk = []
    yield from _cells(lead_list, chunk)


def _cells(lead_list: LeadList, rows: list[ListedLead]) -> Iterator[list[str]]:
    receipts = latest_receipts(lead_list.workspace_id, [row.email for row in rows])
    for row in rows:
        key = verification_key(receipts.get(row.email))
        words = str(Verification(key).label)
        own = [row.email, row.first_name, row.last_name, row.company_name, row.job_title]
        yield [*own, words, lead_list.name, _iso(row.synced_at)]


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
