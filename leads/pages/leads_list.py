"""The list of leads, of the workspace or of one campaign: search, filters with counts, order, pages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from campaigns.models import Campaign
from campaigns.queries import with_campaign_line
from iexdg.ui.filters import Chip, Choice, CountedChoice, chips_for, counted_choices, menu_of, number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.ui.sorting import Sorting
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace
from leads.models import Lead, LeadStatus
from leads.pages.people import VERIFICATION, LeadLine, lead_lines
from leads.selection import (
    COLUMNS,
    MOST_COUNTED,
    MOST_SORTED,
    NO_PART,
    PROGRESS,
    REACTIONS,
    Counts,
    LeadFilters,
    Look,
    Part,
    Selection,
    counts_of,
)

PAGE_ROWS = 30
_PARTS = ("status", "progress", "reaction")


@dataclass(frozen=True)
class PartChoices:
    """The values of one filter with their numbers of rows."""

    label: str
    choices: list[CountedChoice]


@dataclass(frozen=True)
class LeadsPage:
    """One page of the list. `query` is the address's end without the place in the list."""

    address: str
    query: str
    lines: list[LeadLine]
    total: str
    chips: list[Chip]
    choices: list[PartChoices]
    filters: LeadFilters
    is_filtered: bool
    sorting: Sorting
    too_many_to_sort: bool
    campaigns: list[Campaign]
    tags: list[Choice]
    older_url: str
    newest_url: str
    as_of: datetime | None
    is_mirrored: bool
    # Of how many leads it was checked for this page whether they match; 0 where none was left out.
    looked_through: int


@dataclass(frozen=True)
class _Slice:
    """The rows of one page, and the addresses of the next and of the first one."""

    rows: list[Lead]
    older: dict[str, object]
    is_first: bool


def leads_page(workspace: Workspace, query: Mapping[str, str], campaign: Campaign | None = None) -> LeadsPage:
    """Build one page of the list. Shapes: query - of the address; campaign - whose tab the list is, if it is one."""
    asked = LeadFilters.read(query)
    filters = replace(asked, campaign=campaign.pk) if campaign else asked
    selection = Selection(workspace, filters)
    leads, look = selection.leads, selection.look(number_in(query.get("before", "")))
    sorting, too_many = _sorting(leads, query, look)
    found = _slice_sorted(leads, sorting, query) if sorting.name else _slice(look.within(leads), look)
    if found.is_first and not sorting.name:
        found = _exact_first(found, selection)
    counts = counts_of(selection, look)
    # The campaign of a tab is in its path.
    named = replace(asked, campaign=None if campaign else asked.campaign).named() | {"sort": sorting.text}
    every, as_of, is_mirrored = _mirrored(workspace, campaign)
    _, tags = tags_of(workspace)
    return LeadsPage(
        address=reverse("leads:campaign", args=[campaign.pk]) if campaign else reverse("leads:list"),
        query=query_of(named) or "?",
        lines=lead_lines(workspace, found.rows),
        total=_total(leads, filters, counts, found, look),
        chips=chips_for(named, _labels(filters, every, tags, counts)),
        choices=_choices(named, counts, _untracked(filters, every)) if counts else [],
        filters=filters,
        is_filtered=asked.any,
        sorting=sorting,
        too_many_to_sort=too_many,
        campaigns=every,
        tags=menu_of(tags.items(), filters.tag),
        older_url=query_of(named | found.older) if found.older else "",
        newest_url="" if found.is_first else query_of(named) or "?",
        as_of=as_of,
        is_mirrored=is_mirrored,
        looked_through=look.looked_through,
    )


def _sorting(leads: QuerySet[Lead], query: Mapping[str, str], look: Look) -> tuple[Sorting, bool]:
    """The order that was asked for, and whether it is not followed because there are too many leads."""
    asked = Sorting.read(query, COLUMNS)
    if not asked.name:
        return asked, False
    too_many = look.is_part or leads.order_by()[: MOST_SORTED + 1].count() > MOST_SORTED
    return (Sorting(COLUMNS), True) if too_many else (asked, False)


def _exact_first(found: _Slice, selection: Selection) -> _Slice:
    """An exact address comes first, however old the lead is."""
    exact = selection.with_exact_address()[:PAGE_ROWS]
    return replace(found, rows=[*exact, *(lead for lead in found.rows if lead not in exact)])


def _mirrored(workspace: Workspace, campaign: Campaign | None) -> tuple[list[Campaign], datetime | None, bool]:
    """The campaigns by which the list can be narrowed; when the oldest was read; whether each was."""
    fields = ("name", "leads_mirrored_at", "vanished_at", "workspace", "flags")
    every = [campaign] if campaign else list(Campaign.objects.filter(workspace=workspace).only(*fields))
    read_at = [one.leads_mirrored_at for one in every if not one.vanished_at]
    known = [moment for moment in read_at if moment]
    return every, min(known) if known else None, len(known) == len(read_at)


def _slice_sorted(leads: QuerySet[Lead], sorting: Sorting, query: Mapping[str, str]) -> _Slice:
    number = max(1, number_in(query.get("page", "")) or 1)
    first = (min(number, MOST_SORTED) - 1) * PAGE_ROWS
    rows = list(with_campaign_line(leads).order_by(*sorting.order("-pk"))[first : first + PAGE_ROWS + 1])
    return _Slice(rows[:PAGE_ROWS], {"page": number + 1} if len(rows) > PAGE_ROWS else {}, number == 1)


def _slice(leads: QuerySet[Lead], look: Look) -> _Slice:
    """In its own order pages are keyed by id, so that a late page costs no more than the first.

    Shapes: leads - those that match, of the ones that are looked at.
    """
    rows = list(with_campaign_line(leads)[: PAGE_ROWS + 1])
    last = rows[PAGE_ROWS - 1].pk if len(rows) > PAGE_ROWS else look.oldest
    return _Slice(rows[:PAGE_ROWS], {} if last is None else {"before": last}, look.before is None)


def _total(leads: QuerySet[Lead], filters: LeadFilters, counts: Counts | None, found: _Slice, look: Look) -> str:
    """How many leads there are, in words; a list that fits on its first page is already counted."""
    if found.is_first and not found.older:
        return plural(len(found.rows), "lead")
    has_part = filters != filters.without_part
    if counts is not None and not has_part:
        return plural(counts.everyone, "lead")
    if counts is not None and filters.part in counts.parts:
        return plural(counts.parts[filters.part], "lead")
    if counts is None and not has_part and not look.is_part:
        # That is why they were not counted; a search would have to be made again to count so far.
        return f"more than {MOST_COUNTED:,} leads"
    counted = (look.within(leads) if look.is_part else leads).order_by()[: MOST_COUNTED + 1].count()
    number = f"more than {MOST_COUNTED:,} leads" if counted > MOST_COUNTED else plural(counted, "lead")
    return f"{number} among those looked through" if look.is_part else number


def _choices(named: Mapping[str, object], counts: Counts, untracked: Collection[str]) -> list[PartChoices]:
    """The parts that one can choose. They exclude each other: each is counted without the other two."""
    statuses: list[tuple[str, str, int | None]] = [
        (str(code), str(label), counts.parts.get(f"status:{code}", 0)) for code, label in LeadStatus.choices
    ]
    reactions = [(key, label, None if key in untracked else rows) for key, label, rows in _options(REACTIONS, counts)]
    groups = [("Progress", "progress", _options(PROGRESS, counts)), ("Status", "status", statuses)]
    groups.append(("Reaction", "reaction", reactions))
    return [
        PartChoices(label, counted_choices(named, name, options, instead_of=_PARTS)) for label, name, options in groups
    ]


def _untracked(filters: LeadFilters, campaigns: Iterable[Campaign]) -> set[str]:
    """The reactions that the campaign of the list does not track: what was counted before says nothing of it."""
    shown = [one for one in campaigns if one.pk == filters.campaign]
    opened = {"opened" for one in shown if not one.tracks_opens}
    return opened | {"clicked" for one in shown if not one.tracks_clicks}


def _options(parts: Mapping[str, Part], counts: Counts) -> list[tuple[str, str, int | None]]:
    return [(key, part.label, counts.parts[key]) for key, part in parts.items() if key in counts.parts]


def _labels(
    filters: LeadFilters, campaigns: Iterable[Campaign], tags: Mapping[str, str], counts: Counts | None
) -> dict[str, str]:
    """The words of the filters that are on; what is shown with its count needs no chip of its own."""
    names = {campaign.pk: campaign.name for campaign in campaigns}
    labels = {
        "q": f"search: {filters.words}",
        "campaign": f"campaign: {names.get(filters.campaign or 0, 'unknown')}",
        "tag": f"tag: {tags.get(filters.tag, 'unknown')}",
        "verification": f"verification: {VERIFICATION.get(filters.verification, ('', ''))[0]}",
        "empty": f"nothing in {filters.empty}",
        "also": "also in another campaign",
        "blocked": "on the block list",
    }
    # What is off has no value, so its label is not used.
    parts = {
        "status": (f"status:{filters.status}", f"status: {dict(LeadStatus.choices).get(filters.status or 0)}"),
        "progress": (filters.progress, f"progress: {PROGRESS.get(filters.progress, NO_PART).label}"),
        "reaction": (filters.reaction, f"reaction: {REACTIONS.get(filters.reaction, NO_PART).label}"),
    }
    counted = {} if counts is None else {f"status:{code}": 0 for code in LeadStatus.values} | dict(counts.parts)
    return labels | {name: label for name, (key, label) in parts.items() if key not in counted}
