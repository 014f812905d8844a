"""The rows of one import by their outcome: what every number of an import leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from iexdg.ui.filters import Chip, CountedChoice, chips_for, counted_choices, number_in, query_of
from leads.models import Import, Lead, ListedLead, Reason, Row, RowCount, RowState
from leads.models.row import OPEN_ROW
from leads.pages.person import source_of

PAGE_ROWS = 50
# Outcome in the address -> (label, states). Every state is in exactly one, so they add up to the file.
OUTCOMES: dict[str, tuple[str, tuple[RowState, ...]]] = {
    "open": ("open", OPEN_ROW),
    "loaded": ("loaded", (RowState.LOADED,)),
    "refused": ("refused", (RowState.REJECTED, RowState.LOAD_FAILED, RowState.UNKNOWN)),
    "skipped": ("skipped", (RowState.SKIPPED,)),
}
# The reason of rows that have none.
NO_REASON = "none"
_TONES = {
    RowState.LOADED: "ok", RowState.REJECTED: "bad", RowState.LOAD_FAILED: "bad", RowState.UNKNOWN: "bad",
    RowState.SKIPPED: "idle",
}  # fmt: skip


@dataclass(frozen=True)
class RowFilters:
    """The filters of the list, read from the query string and validated here.

    Shapes: batch - its number in the import.
    """

    outcome: str = ""
    state: str = ""
    reason: str = ""
    batch: int | None = None

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "RowFilters":
        """Read filters; invalid values are ignored."""
        outcome, state, reason = (query.get(name, "") for name in ("outcome", "state", "reason"))
        return cls(
            outcome=outcome if outcome in OUTCOMES else "",
            state=state if state in RowState.values else "",
            reason=reason if reason in Reason.values or reason == NO_REASON else "",
            batch=number_in(query.get("batch", "")),
        )

    def named(self) -> dict[str, object]:
        """The filters by their names in the query string."""
        return {"outcome": self.outcome, "state": self.state, "reason": self.reason, "batch": self.batch}

    @property
    def condition(self) -> Q:
        """What a row, or a count of rows, has to have."""
        found = Q()
        if self.outcome:
            found &= Q(state__in=OUTCOMES[self.outcome][1])
        if self.state:
            found &= Q(state=self.state)
        if self.reason:
            found &= Q(reason="" if self.reason == NO_REASON else self.reason)
        return found


@dataclass(frozen=True)
class RowLine:
    """One row: the person, the outcome, the page of the person where Instantly lists one, and where its receipt comes
    from if that was imported.
    """

    row: Row
    name: str
    outcome: str
    tone: str
    reason: str
    person_url: str
    source: str = ""


@dataclass(frozen=True)
class RowsPage:
    """One page of the rows of an import."""

    imported: Import
    address: str
    lines: list[RowLine]
    total: int
    chips: list[Chip]
    choices: list[CountedChoice]
    is_filtered: bool
    first_url: str
    next_url: str


def rows_url(imported_pk: int, **filters: str) -> str:
    """The address of the rows that fit the filters."""
    query = urlencode(filters)
    return f"{reverse('leads:import-rows', args=[imported_pk])}{f'?{query}' if query else ''}"


def rows_page(imported: Import, query: Mapping[str, str]) -> RowsPage:
    """Build one page; pages are keyed by id, so a late one costs no more than the first."""
    filters = RowFilters.read(query)
    after = number_in(query.get("after", ""))
    found = Row.objects.filter(filters.condition, imported=imported).order_by("pk").select_related("receipt__came_with")
    if filters.batch is not None:
        found = found.filter(batch__imported=imported, batch__number=filters.batch)
    rows = list((found.filter(pk__gt=after) if after else found)[: PAGE_ROWS + 1])
    more, named = len(rows) > PAGE_ROWS, filters.named()
    counts = RowCount.objects.filter(imported=imported)
    return RowsPage(
        imported=imported,
        address=rows_url(imported.pk),
        lines=_lines(imported, rows[:PAGE_ROWS]),
        # A batch has at most a thousand rows; the others are counted already.
        total=_number(counts.filter(filters.condition)) if filters.batch is None else found.count(),
        chips=chips_for(named, _labels(filters)),
        choices=counted_choices(named, "outcome", _outcomes(counts), instead_of=("state", "reason", "batch")),
        is_filtered=filters != RowFilters(),
        first_url=(query_of(named) or "?") if after else "",
        next_url=query_of({**named, "after": rows[PAGE_ROWS - 1].pk}) if more else "",
    )


def _outcomes(counts: QuerySet[RowCount]) -> list[tuple[str, str, int]]:
    by_state = dict(counts.order_by().values_list("state").annotate(rows=Sum("number")))
    return [(key, label, sum(by_state.get(state, 0) for state in states)) for key, (label, states) in OUTCOMES.items()]


def _number(counts: QuerySet[RowCount]) -> int:
    return counts.aggregate(rows=Sum("number"))["rows"] or 0


def _labels(filters: RowFilters) -> dict[str, str]:
    """The words of the filters that are on; the outcome is shown with its count."""
    labels = {}
    if filters.batch is not None:
        labels["batch"] = f"batch {filters.batch:,}"
    if filters.state:
        labels["state"] = str(RowState(filters.state).label)
    if filters.reason:
        labels["reason"] = "no reason" if filters.reason == NO_REASON else str(Reason(filters.reason).label)
    return labels


def _lines(imported: Import, rows: list[Row]) -> list[RowLine]:
    """Shape the rows, with the people of the campaign or list that have these addresses, in one query."""
    emails = [row.email for row in rows if row.email]
    if imported.lead_list_id is None:
        listed = Lead.objects.filter(campaign=imported.to_campaign, email__in=emails).order_by()
        page, people = "leads:person", dict(listed.values_list("email", "pk"))
    else:
        in_list = ListedLead.objects.filter(lead_list_id=imported.lead_list_id, email__in=emails).order_by("pk")
        page, people = "leads:listed-person", dict(in_list.values_list("email", "pk"))
    return [
        RowLine(
            row=row,
            name=f"{row.first_name} {row.last_name}".strip(),
            outcome=_capital(str(RowState(row.state).label)),
            tone=_TONES.get(RowState(row.state), "busy"),
            reason=str(Reason(row.reason).label) if row.reason in Reason.values else "",
            person_url=reverse(page, args=[people[row.email]]) if row.email in people else "",
            source=source_of(row.receipt) if row.receipt else "",
        )
        for row in rows
    ]


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
