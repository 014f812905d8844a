"""The searches and the page of one, as their templates read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.supersearch.filters import FilterWords, filter_words
from iexdg.supersearch.models import Enrichment, Search
from iexdg.supersearch.orders import COUNT_FRESH_FOR, CREDITS_PER_PERSON, MOST_PEOPLE
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

MOST_SEARCHES = 100
# Instantly names no number above this. Source: OpenAPI, count-leads-from-supersearch.
_MOST_COUNTED = 1_000_000


@dataclass(frozen=True)
class SearchLine:
    """One line of the list."""

    search: Search
    words: str
    newest: Enrichment | None


@dataclass(frozen=True)
class SearchList:
    """What the list shows."""

    lines: Sequence[SearchLine]
    may_search: bool


@dataclass(frozen=True)
class SearchPage:
    """What the page of one search shows. `why_not`: why nothing can be bought now, "" where it can.

    Units: price_each, credits_left in credits.
    """

    search: Search
    filters: Sequence[FilterWords]
    people: Sequence[Mapping[str, Any]]
    enrichments: Sequence[Enrichment]
    is_capped: bool
    most: int
    price_each: Decimal
    credits_left: Decimal | None
    credits_read_at: datetime | None
    may_search: bool
    why_not: str


def search_list(workspace: Workspace, *, member: Member) -> SearchList:
    """Build the list, at a fixed number of queries."""
    newest = Enrichment.objects.filter(search=OuterRef("search")).order_by("-pk").values("pk")[:1]
    newest_ones = Enrichment.objects.filter(pk=Subquery(newest)).select_related("imported")
    rows = Search.objects.filter(workspace=workspace).select_related("by")
    rows = rows.prefetch_related(Prefetch("enrichments", queryset=newest_ones, to_attr="newest"))
    return SearchList(
        lines=[
            SearchLine(row, _short(filter_words(row.filters)), next(iter(getattr(row, "newest", [])), None))
            for row in rows[:MOST_SEARCHES]
        ],
        may_search=member.may(Action.SUPERSEARCH),
    )


def _short(words: Sequence[FilterWords]) -> str:
    text = "; ".join(f"{one.label}: {one.words}" for one in words)
    return text if len(text) <= 160 else f"{text[:159]}…"


def search_page(search: Search, *, member: Member) -> SearchPage:
    """Build the page of one search, at a fixed number of queries."""
    workspace = search.workspace
    related = search.enrichments.select_related("by", "campaign", "lead_list", "imported")
    enrichments = list(related[:20])
    return SearchPage(
        search=search,
        filters=filter_words(search.filters),
        people=search.people,
        enrichments=enrichments,
        is_capped=search.count is not None and search.count >= _MOST_COUNTED,
        most=min(search.count or 0, MOST_PEOPLE),
        price_each=CREDITS_PER_PERSON,
        credits_left=workspace.credits_left,
        credits_read_at=workspace.credits_read_at,
        may_search=member.may(Action.SUPERSEARCH),
        why_not=_why_not(search, enrichments, member),
    )


def _why_not(search: Search, enrichments: Sequence[Enrichment], member: Member) -> str:
    if not member.may(Action.SUPERSEARCH) or not search.workspace.may_write:
        return "An operator enriches, in a workspace in write mode."
    if any(one.is_open for one in enrichments):
        return "An enrichment of this search is in progress. Another can be requested once it has ended."
    if search.count is None or search.error or search.read_at is None:
        return "Its count is not known yet."
    if search.read_at < timezone.now() - COUNT_FRESH_FOR:
        return "Its count is older than an hour. Press Count again, then decide."
    return "" if search.count else "Nobody was found. A value that Instantly does not know finds nobody, too."


def campaigns_to_choose(workspace: Workspace) -> list[tuple[int, str]]:
    """The campaigns that Instantly lists: (id, name)."""
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    return list(there.values_list("pk", "name"))
