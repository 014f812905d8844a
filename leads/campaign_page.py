"""What the page of a campaign shows of its people: how far they are, and rows that wait for a person."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.db.models import OuterRef, Subquery, Sum
from django.urls import reverse

from campaigns.models import Approval, Campaign
from campaigns.pages.needs import Need, add_needs_of_campaign
from campaigns.pages.people import Part, People, counts_people
from campaigns.sending.loading import open_approvals_of
from iexdg.team.models import Member
from leads.imports.effects import effect_of_resuming_given, held_words
from leads.loading.canary import is_canary
from leads.models import Import, ImportState, LeadStatus, RowCount, RowState
from leads.models.row import OPEN_ROW
from leads.selection import PROGRESS, Counts, LeadFilters, Selection, counts_of

# Older ones are on the list of imports.
_MOST = 5


@add_needs_of_campaign
def held_rows(campaign: Campaign, member: Member) -> list[Need]:
    """Imports of this campaign that wait for a person; up to two queries."""
    waiting = Import.objects.filter(campaign=campaign, state__in=[ImportState.VERIFIED, ImportState.STOPPED])
    waiting = waiting.annotate(held=_rows_in([RowState.VERIFIED]), left=_rows_in(OPEN_ROW))
    imports = list(waiting.order_by("pk")[:_MOST])
    approval = open_approvals_of([campaign.pk]).get(campaign.pk) if imports else None
    needs = []
    for imported in imports:
        # The one in hand, instead of another query for each.
        imported.campaign = campaign
        needs.append(_need(imported, imported.held or 0, imported.left or 0, approval))
    return [need for need in needs if need is not None]


def _rows_in(states: Iterable[str]) -> Subquery:
    """How many rows of an import are in these states; null for none."""
    counts = RowCount.objects.filter(imported=OuterRef("pk"), state__in=states).order_by().values("imported")
    return Subquery(counts.annotate(rows=Sum("number")).values("rows"))


def _need(imported: Import, held: int, left: int, approval: Approval | None) -> Need | None:
    url = reverse("leads:import", args=[imported.pk])
    if imported.state == ImportState.VERIFIED:
        if not held:
            return None
        title = f"{held:,} verified {_rows(held)} of {imported.file_name} {'is' if held == 1 else 'are'} held here"
        return Need("warn", title, _why_held(imported, approval), imported.verified_at, url, "Open import")
    title = f"The import of {imported.file_name} is stopped with {left:,} open {_rows(left)}"
    detail = imported.stop_reason or "Resume it; nothing is verified or loaded twice."
    return Need("warn", title, detail, None, url, "Open import")


def _why_held(imported: Import, approval: Approval | None) -> str:
    effect = effect_of_resuming_given(imported, approval)
    if imported.stop_reason and (is_canary(imported) or not effect.holds_by_default):
        return imported.stop_reason
    return held_words(effect)


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"


# Bar of the funnel -> the filter of the list of leads that shows the same people.
_LISTS = {
    "E-mailed": ("contacted", {"progress": "contacted"}),
    "Opened": ("opened", {"reaction": "opened"}),
    "Clicked": ("clicked", {"reaction": "clicked"}),
    "Replied": ("replied", {"reaction": "replied"}),
    "Unsubscribed": (f"status:{LeadStatus.UNSUBSCRIBED.value}", {"status": str(LeadStatus.UNSUBSCRIBED.value)}),
    "Bounced": (f"status:{LeadStatus.BOUNCED.value}", {"status": str(LeadStatus.BOUNCED.value)}),
}
_TONES = {"contacted": "c1", "in_progress": "c1", "finished": "c2", "waiting": "idle"}


@counts_people
def people(campaign: Campaign) -> People:
    """How far the people of a campaign are, counted in the mirror of Instantly's list; up to three queries."""
    counts = counts_of(Selection(campaign.workspace, LeadFilters(campaign=campaign.pk))) or Counts(0, {})
    address = reverse("leads:campaign", args=[campaign.pk])
    parts = tuple(
        Part(part.label, counts.parts.get(name, 0), part.formula, f"{address}?progress={name}", _TONES[name])
        for name, part in PROGRESS.items()
    )
    lists = {
        bar: Part(bar, counts.parts.get(name, 0), "", f"{address}?{urlencode(query)}")
        for bar, (name, query) in _LISTS.items()
        if name in counts.parts or name.startswith("status:")
    }
    return People(Part("all", counts.everyone, "", address), parts, lists, campaign.leads_mirrored_at)
