"""The list of imports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, IntegerField, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Lower

from campaigns.models import Campaign
from iexdg.ui.filters import Chip, CountedChoice, chips_for, counted_choices, number_in
from iexdg.ui.sorting import SortColumn, Sorting
from iexdg.workspaces.models import Workspace
from leads.models import Import, ImportState, RowCount, RowState
from leads.models.row import OPEN_ROW
from leads.pages.import_rows import OUTCOMES
from leads.queries import imports_of, tallies

PER_PAGE = 50


def _rows(*states: str) -> SortColumn:
    """Sort by how many rows are in some states, counted from the counters."""
    counts = RowCount.objects.filter(imported=OuterRef("pk"))
    found = (counts.filter(state__in=states) if states else counts).order_by().values("imported")
    number = Subquery(found.annotate(rows=Sum("number")).values("rows"), output_field=IntegerField())
    return SortColumn(Coalesce(number, Value(0)), falls_first=True)


COLUMNS = {
    "file": SortColumn(Lower("file_name")),
    "campaign": SortColumn(Lower(Coalesce("campaign__name", "lead_list__name"))),
    "state": SortColumn("state"),
    "lines": _rows(),
    **{name: _rows(*states) for name, (_, states) in OUTCOMES.items()},
    "uploaded": SortColumn("uploaded_at", falls_first=True),
}


@dataclass(frozen=True)
class ImportsPage:
    """One page of the list of imports."""

    page_obj: Page[Import]
    lines: list["ImportLine"]
    choices: list[CountedChoice]
    chips: list[Chip]
    sorting: Sorting
    is_filtered: bool


@dataclass(frozen=True)
class ImportLine:
    """One import in a list: its state and the states of its rows."""

    imported: Import
    tone: str
    rows: int
    loaded: int
    refused: int
    skipped: int
    open: int
    segments: list[tuple[str, int, str]]


def imports_page(workspace: Workspace, query: Mapping[str, str]) -> ImportsPage:
    """Build one page of the list with a fixed number of queries. Shapes: query - of the address."""
    state, campaign = query.get("state", ""), number_in(query.get("campaign", ""))
    state = state if state in ImportState.values else ""
    sorting = Sorting.read(query, COLUMNS)
    every = imports_of(workspace)
    every = every.filter(campaign=campaign) if campaign is not None else every
    counts = dict(every.order_by().values_list("state").annotate(number=Count("pk")))
    found = every.filter(state=state) if state else every
    page = Paginator(found.order_by(*sorting.order("-pk")), PER_PAGE).get_page(query.get("page"))
    named: dict[str, object] = {"campaign": campaign, "state": state, "sort": sorting.text}
    states = [(str(value), str(label), counts.get(value, 0)) for value, label in ImportState.choices]
    return ImportsPage(
        page_obj=page,
        lines=import_lines(list(page.object_list)),
        choices=counted_choices(named, "state", states),
        chips=chips_for(named, {"campaign": f"campaign: {_name_of(workspace, campaign)}"}),
        sorting=sorting,
        is_filtered=bool(state or campaign is not None),
    )


def _name_of(workspace: Workspace, pk: int | None) -> str:
    if pk is None:
        return ""
    found = Campaign.objects.filter(workspace=workspace, pk=pk).values_list("name", flat=True).first()
    return found or "unknown"


def import_lines(imports: Sequence[Import]) -> list[ImportLine]:
    """Build the lines of some imports with a constant number of queries."""
    counted = tallies([imported.pk for imported in imports])
    return [_line(imported, counted[imported.pk]) for imported in imports]


def _line(imported: Import, states: dict[str, int]) -> ImportLine:
    refused = states.get(RowState.REJECTED, 0) + states.get(RowState.LOAD_FAILED, 0) + states.get(RowState.UNKNOWN, 0)
    line = ImportLine(
        imported=imported,
        tone=ImportState.tone_of(imported.state),
        rows=sum(states.values()),
        loaded=states.get(RowState.LOADED, 0),
        refused=refused,
        skipped=states.get(RowState.SKIPPED, 0),
        open=sum(states.get(state, 0) for state in OPEN_ROW),
        segments=[],
    )
    every = [("loaded", line.loaded, "ok"), ("open", line.open, "busy"), ("refused", refused, "bad")]
    every.append(("skipped", line.skipped, "idle"))
    line.segments.extend(segment for segment in every if segment[1])
    return line
