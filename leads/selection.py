"""Which leads a list shows: the filters of its address, the order, and how many rows each filter leaves.

No page reads all leads. Some of the filters lead to an index that has their leads in the order of the list; the others
are checked lead by lead, among a limited number of those at a time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Exact, In

from campaigns.queries import campaigns_tagged
from iexdg.ui.filters import number_in, query_of
from iexdg.ui.sorting import SortColumn
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import on_block_list
from leads.derived.search import not_older_than, older_than
from leads.models import Lead, LeadStatus, Verification
from leads.queries import (
    READ_THROUGH,
    containing_words,
    indexed_words,
    listed_by_status,
    listed_leads,
    people_by_status,
    reactions,
    search_leads,
    with_gap,
)

# Said of a filter that is checked lead by lead: as an expression no index is tempted by it, whatever the planner of the
# database guesses, so that the filter with the index is what leads.
_STATUS, _CAMPAIGN = F("status") + 0, F("campaign_id") + 0
_VERIFICATION = Concat(F("verification"), Value(""))
# Most leads are one of these two: a status narrows the list more.
_USUAL = frozenset({Verification.VERIFIED, Verification.NONE})
FINISHED = frozenset({LeadStatus.COMPLETED, LeadStatus.BOUNCED, LeadStatus.UNSUBSCRIBED, LeadStatus.SKIPPED})
_FINISHED = Q(In(_STATUS, sorted(FINISHED)))
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
# Of this many leads at a time it is checked whether they match what no index answers.
LOOKED_THROUGH = 5_000
# Beyond this many the rows that a search or a verification leaves are not counted.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class LeadFilters:
    """The filters of the list, read from the query string and validated here.

    Shapes: tag - Instantly's id of a tag that the campaign of a lead has.
    """

    words: str = ""
    campaign: int | None = None
    tag: str = ""
    status: int | None = None
    verification: str = ""
    empty: str = ""
    also: bool = False
    blocked: bool = False
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
            tag=query.get("tag", "")[:64],
            status=int(status) if status in {str(code) for code in LeadStatus.values} else None,
            verification=verification if verification in Verification.values else "",
            empty=query.get("empty", "").strip()[:100],
            also=query.get("also") == "1",
            blocked=query.get("blocked") == "1",
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
            "tag": self.tag,
            "status": self.status,
            "verification": self.verification,
            "empty": self.empty,
            "also": "1" if self.also else "",
            "blocked": "1" if self.blocked else "",
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


@dataclass(frozen=True)
class Look:
    """Which leads are looked at for one page.

    Shapes: before - only those with a smaller id; oldest - the id of the last one, None where none is left out.
    """

    before: int | None
    oldest: int | None
    is_lead_by_lead: bool

    @property
    def is_part(self) -> bool:
        """Whether there are leads of which it is not known from this page whether they match."""
        return self.oldest is not None or (self.is_lead_by_lead and self.before is not None)

    @property
    def looked_through(self) -> int:
        """How many leads are looked at; 0 where none is left out."""
        return 0 if self.oldest is None else LOOKED_THROUGH

    def within(self, leads: QuerySet[Lead]) -> QuerySet[Lead]:
        """Those of the leads that are looked at."""
        if self.before is not None:
            leads = older_than(leads, self.before)
        return leads if self.oldest is None else not_older_than(leads, self.oldest)


class Selection:
    """The leads that match a set of filters, newest first."""

    def __init__(self, workspace: Workspace, filters: LeadFilters) -> None:
        self.workspace, self.filters = workspace, filters
        self._leading = _leading(workspace, filters)
        self._by_index = _by_index(workspace, self._leading)
        self._tagged = campaigns_tagged(workspace, filters.tag) if filters.tag else None
        self.leads = _checked(self._by_index, filters, self._leading, self._tagged)

    def look(self, before: int | None = None) -> Look:
        """How far it is looked through for the page that begins before an id; one query, where it has an end."""
        everyone = Look(before, None, self._leading != self.filters)
        if not everyone.is_lead_by_lead:
            return everyone
        leads = everyone.within(self._by_index)
        last = leads.values_list("pk", flat=True)[LOOKED_THROUGH - 1 : LOOKED_THROUGH]
        return replace(everyone, oldest=next(iter(last), None))

    def with_exact_address(self) -> list[Lead]:
        """Those whose address is exactly what was searched for, found without the search."""
        words = self.filters.words
        if "@" not in words:
            return []
        # Unordered: SQLite would read the whole list in its order to find them.
        leads = search_leads(self.workspace).filter(email=words.lower()).order_by()
        found = _checked(leads, self.filters, LeadFilters(words=words), self._tagged)
        return sorted(found, key=lambda lead: -lead.pk)


def filtered_leads(workspace: Workspace, filters: LeadFilters) -> QuerySet[Lead]:
    """The leads that match a set of filters, newest first."""
    return Selection(workspace, filters).leads


def _leading(workspace: Workspace, filters: LeadFilters) -> LeadFilters:
    """Those of the filters that one index answers, in the order of the list."""
    words = indexed_words(filters.words)
    if words and listed_leads(workspace.pk, campaign_pk=filters.campaign) > READ_THROUGH:
        return LeadFilters(words=words)
    within = LeadFilters(campaign=filters.campaign)
    if filters.also:
        return replace(within, also=True)
    if filters.verification and (filters.status is None or filters.verification not in _USUAL):
        return replace(within, verification=filters.verification)
    return replace(within, status=filters.status)


def _by_index(workspace: Workspace, leading: LeadFilters) -> QuerySet[Lead]:
    leads = search_leads(workspace, leading.words, campaign_pk=leading.campaign)
    if leading.also:
        leads = leads.filter(is_elsewhere=True)
    if leading.verification:
        leads = leads.filter(verification=leading.verification)
    return leads if leading.status is None else leads.filter(status=leading.status)


def _checked(
    leads: QuerySet[Lead], filters: LeadFilters, leading: LeadFilters, tagged: Collection[int] | None
) -> QuerySet[Lead]:
    """Narrow by the filters that are not leading, each checked lead by lead.

    Shapes: tagged - the campaigns with the tag that is chosen, None where none is.
    """
    if tagged is not None:
        leads = leads.filter(In(_CAMPAIGN, list(tagged)))
    if filters.words != leading.words:
        leads = containing_words(leads, filters.words)
    if filters.campaign != leading.campaign:
        leads = leads.filter(Exact(_CAMPAIGN, filters.campaign))
    if filters.status != leading.status:
        leads = leads.filter(Exact(_STATUS, filters.status))
    if filters.verification != leading.verification:
        leads = leads.filter(Exact(_VERIFICATION, filters.verification))
    if filters.also != leading.also:
        leads = leads.filter(is_elsewhere=True)
    if filters.blocked:
        leads = on_block_list(leads)
    for chosen, parts in ((filters.progress, PROGRESS), (filters.reaction, REACTIONS)):
        if chosen:
            leads = leads.filter(parts[chosen].condition)
    return with_gap(leads, filters.empty) if filters.empty else leads


@dataclass(frozen=True)
class Counts:
    """How many leads there are, and how many in each part: "status:2", or a key of PROGRESS or REACTIONS.

    A key of these two is missing where it is not counted.
    """

    everyone: int
    parts: Mapping[str, int]


def counts_of(selection: Selection, look: Look | None = None) -> Counts | None:
    """Count what the filters without status, progress and reaction leave; None where that is too much to count.

    Shapes: look - how far the selection is looked through, if that is known already.

    Progress and reactions are counted for one campaign: over all of them they would answer no question.
    """
    workspace, base = selection.workspace, selection.filters.without_part
    if base == LeadFilters():
        return _by_status(listed_by_status(workspace.pk))
    if base == LeadFilters(campaign=base.campaign):
        return _of_campaign(base)
    if base != selection.filters:
        selection, look = Selection(workspace, base), None
    if look is not None and look.before is not None:
        look = None
    if (look or selection.look()).is_part:
        return None
    # As a list: what is counted of them is read by their keys, whatever found them.
    pks = list(selection.leads.order_by().values_list("pk", flat=True)[: MOST_COUNTED + 1])
    if len(pks) > MOST_COUNTED:
        return None
    leads = Lead.objects.filter(pk__in=pks)
    found = _by_status(dict(leads.order_by().values_list("status").annotate(number=Count("pk"))))
    counted = {**PROGRESS, **REACTIONS} if base.campaign is not None else {}
    return Counts(found.everyone, {**found.parts, **_counted(leads, counted)})


def _by_status(numbers: Mapping[int | None, int]) -> Counts:
    return Counts(sum(numbers.values()), {f"status:{status}": number for status, number in numbers.items()})


def _of_campaign(filters: LeadFilters) -> Counts:
    """Everything comes from counters."""
    people = people_by_status(filters.campaign or 0)
    listed: dict[int | None, int] = {}
    for status, _, number in people:
        listed[status] = listed.get(status, 0) + number
    finished = sum(number for status, _, number in people if status in FINISHED)
    in_progress = sum(number for status, is_contacted, number in people if is_contacted and status not in FINISHED)
    found = _by_status(listed)
    parts = {
        **found.parts,
        **reactions(filters.campaign or 0),
        "contacted": sum(number for _, is_contacted, number in people if is_contacted),
        "in_progress": in_progress,
        "finished": finished,
        "waiting": found.everyone - finished - in_progress,
    }
    return Counts(found.everyone, parts)


def _counted(leads: QuerySet[Lead], parts: Mapping[str, Part]) -> dict[str, int]:
    if not parts:
        return {}
    counts = {name: Count("pk", filter=part.condition) for name, part in parts.items()}
    return {name: int(number) for name, number in leads.order_by().aggregate(**counts).items()}
