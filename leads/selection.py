"""Which leads a list shows: the filters of its address, the order, and how many rows each filter leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower

from iexdg.ui.filters import number_in, query_of
from iexdg.ui.sorting import SortColumn
from iexdg.workspaces.models import Workspace
from leads.models import Lead, LeadStatus
from leads.queries import (
    READ_THROUGH,
    also_elsewhere,
    contacted_by_status,
    is_too_short,
    listed_by_status,
    listed_leads,
    search_leads,
    with_gap,
    with_verification,
)

VERIFICATIONS = ("verified", "catch_all", "invalid", "pending", "none")
FINISHED = frozenset({LeadStatus.COMPLETED, LeadStatus.BOUNCED, LeadStatus.UNSUBSCRIBED, LeadStatus.SKIPPED})
_FINISHED = Q(status__in=FINISHED)
_CONTACTED = Q(last_contact_at__isnull=False)
# A status that Instantly did not report is not finished: SQL alone would make it neither.
_OPEN = ~_FINISHED | Q(status__isnull=True)


@dataclass(frozen=True)
class Part:
    """A part of a campaign's people: waiting + in progress + finished are all of them."""

    label: str
    formula: str
    condition: Q


NO_PART = Part("", "", Q())
PROGRESS = {
    "contacted": Part("contacted", "people with a last e-mail", _CONTACTED),
    "in_progress": Part("in progress", "contacted and not finished", _CONTACTED & _OPEN),
    "finished": Part("finished", "completed, bounced, unsubscribed or skipped", _FINISHED),
    "waiting": Part("waiting", "not contacted yet and not finished", ~_CONTACTED & _OPEN),
}
REACTIONS = {
    "opened": Part("opened", "people with at least one open", Q(opens__gt=0)),
    "clicked": Part("clicked", "people with at least one click", Q(clicks__gt=0)),
    "replied": Part("replied", "people with at least one reply", Q(replies__gt=0)),
}
COLUMNS = {
    "email": SortColumn("email"),
    "company": SortColumn(Lower("company_name")),
    "campaign": SortColumn(Lower("campaign__name")),
    "status": SortColumn("status"),
    "opens": SortColumn("opens", falls_first=True),
    "clicks": SortColumn("clicks", falls_first=True),
    "replies": SortColumn("replies", falls_first=True),
    "last": SortColumn("last_contact_at", falls_first=True),
}
# Sorting needs all rows at once; beyond this many the list stays in its own order and says why.
MOST_SORTED = 20_000
# Beyond this many the rows that a search or a verification leaves are not counted.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class LeadFilters:
    """The filters of the list, read from the query string and validated here."""

    words: str = ""
    campaign: int | None = None
    status: int | None = None
    verification: str = ""
    empty: str = ""
    also: bool = False
    progress: str = ""
    reaction: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "LeadFilters":
        """Read filters; invalid values are ignored."""
        status, verification = query.get("status", ""), query.get("verification", "")
        progress, reaction = query.get("progress", ""), query.get("reaction", "")
        return cls(
            words=query.get("q", "").strip()[:200],
            campaign=number_in(query.get("campaign", "")),
            status=int(status) if status in {str(code) for code in LeadStatus.values} else None,
            verification=verification if verification in VERIFICATIONS else "",
            empty=query.get("empty", "").strip()[:100],
            also=query.get("also") == "1",
            progress=progress if progress in PROGRESS else "",
            reaction=reaction if reaction in REACTIONS else "",
        )

    def as_query(self, **more: object) -> str:
        """The same filters as a query string; "?" without filters, which links to the unfiltered list."""
        return query_of({**self.named(), **more}) or "?"

    def named(self) -> dict[str, object]:
        """The filters by their names in the query string."""
        return {
            "q": self.words,
            "campaign": self.campaign,
            "status": self.status,
            "verification": self.verification,
            "empty": self.empty,
            "also": "1" if self.also else "",
            "progress": self.progress,
            "reaction": self.reaction,
        }

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != LeadFilters()

    @property
    def without_part(self) -> "LeadFilters":
        """The same filters without status, progress and reaction: the rows among which these three are counted."""
        return replace(self, status=None, progress="", reaction="")

    @property
    def part(self) -> str:
        """What of the three is on, as a key of `Counts.parts`; empty for none, and for several at once."""
        status = "" if self.status is None else f"status:{self.status}"
        on = [name for name in (status, self.progress, self.reaction) if name]
        return on[0] if len(on) == 1 else ""


def filtered_leads(workspace: Workspace, filters: LeadFilters) -> QuerySet[Lead]:
    """The leads that match a set of filters, newest first."""
    return _narrowed(search_leads(workspace, filters.words, campaign_pk=filters.campaign), filters)


def with_exact_address(workspace: Workspace, filters: LeadFilters) -> QuerySet[Lead]:
    """Those of the leads whose address is exactly what was searched for, found without the search."""
    if "@" not in filters.words:
        return Lead.objects.none()
    leads = search_leads(workspace, campaign_pk=filters.campaign).filter(workspace=workspace)
    return _narrowed(leads.filter(email=filters.words.lower()), filters)


def is_cut_short(workspace: Workspace, filters: LeadFilters) -> bool:
    """Whether only the newest leads were searched, because the words are in no index."""
    if not filters.words or not is_too_short(filters.words):
        return False
    return listed_leads(workspace.pk, campaign_pk=filters.campaign) > READ_THROUGH


def _narrowed(leads: QuerySet[Lead], filters: LeadFilters) -> QuerySet[Lead]:
    if filters.status is not None:
        leads = leads.filter(status=filters.status)
    for chosen, parts in ((filters.progress, PROGRESS), (filters.reaction, REACTIONS)):
        if chosen:
            leads = leads.filter(parts[chosen].condition)
    if filters.empty:
        leads = with_gap(leads, filters.empty)
    if filters.also:
        leads = also_elsewhere(leads)
    return with_verification(leads, filters.verification) if filters.verification else leads


@dataclass(frozen=True)
class Counts:
    """How many leads there are, and how many in each part: "status:2", or a key of PROGRESS or REACTIONS.

    A key of these two is missing where it is not counted.
    """

    everyone: int
    parts: Mapping[str, int]


def counts_of(workspace: Workspace, filters: LeadFilters) -> Counts | None:
    """Count what the filters without status, progress and reaction leave; None where that is too much to count.

    Progress and reactions are counted for one campaign: over all of them they would answer no question.
    """
    base = filters.without_part
    if base == LeadFilters():
        return _by_status(listed_by_status(workspace.pk))
    if base == LeadFilters(campaign=base.campaign):
        return _of_campaign(workspace, base)
    # As a list: the search index of SQLite cannot be a part of another statement.
    pks = list(filtered_leads(workspace, base).order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    leads = Lead.objects.filter(pk__in=pks)
    found = _by_status(dict(leads.order_by().values_list("status").annotate(number=Count("pk"))))
    if found.everyone > MOST_COUNTED:
        return None
    counted = {**PROGRESS, **REACTIONS} if base.campaign is not None else {}
    return Counts(found.everyone, {**found.parts, **_counted(leads, counted)})


def _by_status(numbers: Mapping[int | None, int]) -> Counts:
    return Counts(sum(numbers.values()), {f"status:{status}": number for status, number in numbers.items()})


def _of_campaign(workspace: Workspace, filters: LeadFilters) -> Counts:
    """Everything but the reactions comes from counters and from an index; they need the leads themselves."""
    listed = listed_by_status(workspace.pk, campaign_pk=filters.campaign)
    contacted = contacted_by_status(filters.campaign or 0)
    found = _by_status(listed)
    finished = sum(number for status, number in listed.items() if status in FINISHED)
    in_progress = sum(number for status, number in contacted.items() if status not in FINISHED)
    parts = {
        **found.parts,
        "contacted": sum(contacted.values()),
        "in_progress": in_progress,
        "finished": finished,
        "waiting": found.everyone - finished - in_progress,
    }
    if found.everyone <= READ_THROUGH:
        parts |= _counted(filtered_leads(workspace, filters), REACTIONS)
    return Counts(found.everyone, parts)


def _counted(leads: QuerySet[Lead], parts: Mapping[str, Part]) -> dict[str, int]:
    if not parts:
        return {}
    counts = {name: Count("pk", filter=part.condition) for name, part in parts.items()}
    return {name: int(number) for name, number in leads.order_by().aggregate(**counts).items()}
