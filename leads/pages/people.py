"""The leads list: search, filters as removable chips, and the receipt of each address."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from campaigns.models import Campaign
from iexdg.ui.filters import Chip, chips_for, number_in, query_of
from iexdg.workspaces.models import Workspace
from leads.derived.search import older_than
from leads.models import CatchAll, Lead, LeadStatus, Receipt, Verdict
from leads.queries import (
    READ_THROUGH,
    also_elsewhere,
    is_too_short,
    latest_receipts,
    listed_leads,
    search_leads,
    with_gap,
    with_verification,
)

PAGE_ROWS = 50
# Counting further would take too long.
_COUNT_LIMIT = 1000
VERIFICATION = {
    "verified": ("Verified", "ok"),
    "catch_all": ("Catch-all", "warn"),
    "invalid": ("Invalid", "bad"),
    "pending": ("No verdict", "warn"),
    "none": ("No receipt", "idle"),
}
_STATUS_TONES = {
    LeadStatus.ACTIVE: "ok",
    LeadStatus.COMPLETED: "done",
    LeadStatus.BOUNCED: "bad",
    LeadStatus.UNSUBSCRIBED: "bad",
    LeadStatus.SKIPPED: "warn",
}


@dataclass(frozen=True)
class LeadLine:
    """One person in one campaign."""

    lead: Lead
    name: str
    status: str
    status_tone: str
    verification: str
    verification_tone: str
    verified_at: datetime | None


@dataclass(frozen=True)
class LeadsPage:
    """One page of the leads list."""

    lines: list[LeadLine]
    total: str
    chips: list[Chip]
    filters: "LeadFilters"
    campaigns: list[Campaign]
    older_url: str
    newest_url: str
    as_of: datetime | None
    is_mirrored: bool
    # How many of the newest leads were searched; 0 where all were.
    searched_newest: int = 0


@dataclass(frozen=True)
class LeadFilters:
    """The filters of the list, read from the query string and validated here."""

    words: str = ""
    campaign: int | None = None
    status: int | None = None
    verification: str = ""
    empty: str = ""
    also: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "LeadFilters":
        """Read filters; invalid values are ignored."""
        status, verification = query.get("status", ""), query.get("verification", "")
        return cls(
            words=query.get("q", "").strip()[:200],
            campaign=number_in(query.get("campaign", "")),
            status=int(status) if status in {str(code) for code in LeadStatus.values} else None,
            verification=verification if verification in VERIFICATION else "",
            empty=query.get("empty", "").strip()[:100],
            also=query.get("also") == "1",
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
        }

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != LeadFilters()


def filtered_leads(workspace: Workspace, filters: LeadFilters) -> QuerySet[Lead]:
    """The leads that match a set of filters, newest first."""
    return _narrowed(search_leads(workspace, filters.words, campaign_pk=filters.campaign), filters)


def _narrowed(leads: QuerySet[Lead], filters: LeadFilters) -> QuerySet[Lead]:
    if filters.status is not None:
        leads = leads.filter(status=filters.status)
    if filters.empty:
        leads = with_gap(leads, filters.empty)
    if filters.also:
        leads = also_elsewhere(leads)
    return with_verification(leads, filters.verification) if filters.verification else leads


def _with_exact_address(workspace: Workspace, filters: LeadFilters) -> list[Lead]:
    """The leads whose address is exactly what was searched for: they come first, however old they are."""
    if "@" not in filters.words:
        return []
    leads = search_leads(workspace, campaign_pk=filters.campaign).filter(workspace=workspace)
    return list(_narrowed(leads.filter(email=filters.words.lower()), filters)[:PAGE_ROWS])


def leads_page(workspace: Workspace, filters: LeadFilters, before: int | None) -> LeadsPage:
    """One page of the list; pages are keyed by id, so a late page costs no more than the first."""
    leads = filtered_leads(workspace, filters)
    exact = [] if before else _with_exact_address(workspace, filters)
    shown = {lead.pk for lead in exact}
    found = list((older_than(leads, before) if before else leads)[: PAGE_ROWS + 1])
    more = len(found) > PAGE_ROWS
    page = exact + [lead for lead in found[:PAGE_ROWS] if lead.pk not in shown]
    # A list that fits on its first page is already counted.
    counted = _count(workspace, leads, filters) if more or before else len(page)
    campaigns, as_of, is_mirrored = _mirrored_campaigns(workspace)
    return LeadsPage(
        lines=lead_lines(workspace, page),
        total=_total(counted),
        chips=_chips(filters, campaigns),
        filters=filters,
        campaigns=campaigns,
        older_url=filters.as_query(before=found[PAGE_ROWS - 1].pk) if more else "",
        newest_url=filters.as_query() if before else "",
        as_of=as_of,
        is_mirrored=is_mirrored,
        searched_newest=READ_THROUGH if _is_cut_short(workspace, filters) else 0,
    )


def _mirrored_campaigns(workspace: Workspace) -> tuple[list[Campaign], datetime | None, bool]:
    """The campaigns by which the list can be narrowed; when the oldest was read; whether each was."""
    fields = ("name", "leads_mirrored_at", "vanished_at", "workspace")
    campaigns = list(Campaign.objects.filter(workspace=workspace).only(*fields))
    read_at = [campaign.leads_mirrored_at for campaign in campaigns if not campaign.vanished_at]
    known = [moment for moment in read_at if moment]
    return campaigns, min(known) if known else None, len(known) == len(read_at)


def _count(workspace: Workspace, leads: QuerySet[Lead], filters: LeadFilters) -> int | None:
    """How many leads there are; None where it is more than is worth counting."""
    if not (filters.words or filters.verification or filters.empty or filters.also):
        return listed_leads(workspace.pk, campaign_pk=filters.campaign, status=filters.status)
    counted = leads.order_by()[: _COUNT_LIMIT + 1].count()
    return None if counted > _COUNT_LIMIT else counted


def _is_cut_short(workspace: Workspace, filters: LeadFilters) -> bool:
    if not filters.words or not is_too_short(filters.words):
        return False
    return listed_leads(workspace.pk, campaign_pk=filters.campaign) > READ_THROUGH


def _total(counted: int | None) -> str:
    if counted is None:
        return f"more than {_COUNT_LIMIT:,} leads"
    return "1 lead" if counted == 1 else f"{counted:,} leads"


def lead_lines(workspace: Workspace, leads: Sequence[Lead]) -> list[LeadLine]:
    """Combine each lead with the newest receipt of its address, in one query."""
    receipts = latest_receipts(workspace.pk, [lead.email for lead in leads])
    return [_line(lead, receipts.get(lead.email)) for lead in leads]


def _line(lead: Lead, receipt: Receipt | None) -> LeadLine:
    label, tone = VERIFICATION[verification_key(receipt)]
    status, status_tone = status_label(lead.status)
    return LeadLine(
        lead=lead,
        name=f"{lead.first_name} {lead.last_name}".strip(),
        status=status,
        status_tone=status_tone,
        verification=label,
        verification_tone=tone,
        verified_at=receipt.answered_at if receipt else None,
    )


def status_label(code: int | None) -> tuple[str, str]:
    """The label and tone of a lead's status; an unknown code is shown as such."""
    if code is None:
        return "Not reported", "warn"
    if code not in LeadStatus.values:
        return f"Unknown status {code}", "warn"
    return str(LeadStatus(code).label), _STATUS_TONES.get(LeadStatus(code), "idle")


def verification_key(receipt: Receipt | None) -> str:
    """The key in VERIFICATION that describes a receipt; anything unclear is "pending"."""
    if receipt is None:
        return "none"
    if receipt.verdict == Verdict.INVALID:
        return "invalid"
    if receipt.verdict != Verdict.VERIFIED:
        return "pending"
    return {CatchAll.NO: "verified", CatchAll.YES: "catch_all"}.get(CatchAll(receipt.catch_all), "pending")


def _chips(filters: LeadFilters, campaigns: Iterable[Campaign]) -> list[Chip]:
    names = {campaign.pk: campaign.name for campaign in campaigns}
    labels = {
        "q": f"search: {filters.words}",
        "campaign": f"campaign: {names.get(filters.campaign or 0, 'unknown')}",
        "status": f"status: {dict(LeadStatus.choices).get(filters.status or 0)}",
        "verification": f"verification: {VERIFICATION.get(filters.verification, ('', ''))[0]}",
        "empty": f"nothing in {filters.empty}",
        "also": "also in another campaign",
    }
    return chips_for(filters.named(), labels)


def export_cells(leads: QuerySet[Lead]) -> Iterable[list[str]]:
    """Header and rows of the export, read in chunks."""
    yield ["email", "first_name", "last_name", "company_name", "job_title", "campaign", "status", "opens", "replies"]
    for lead in leads.iterator(chunk_size=2000):
        yield [
            lead.email, lead.first_name, lead.last_name, lead.company_name, lead.job_title, lead.campaign.name,
            status_label(lead.status)[0], str(lead.opens), str(lead.replies),
        ]  # fmt: skip
