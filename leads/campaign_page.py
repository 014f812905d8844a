"""What the page of a campaign shows of its people: how far they are, and rows that wait for a person."""

from urllib.parse import urlencode

from django.urls import reverse

from campaigns.models import Approval, Campaign
from campaigns.pages.needs import Need, add_needs_of_campaign
from campaigns.pages.people import Part, People, counts_people
from campaigns.sending.loading import open_approvals_of
from iexdg.team.models import Member
from leads.imports.effects import effect_of_resuming_given, held_words
from leads.loading.canary import is_canary
from leads.models import Import, ImportState, LeadStatus, RowState
from leads.models.row import OPEN_ROW
from leads.queries import tallies
from leads.selection import PROGRESS, Counts, LeadFilters, counts_of

# Older ones are on the list of imports.
_MOST = 5


@add_needs_of_campaign
def held_rows(campaign: Campaign, member: Member) -> list[Need]:
    """Imports of this campaign that wait for a person; up to three queries."""
    waiting = Import.objects.filter(campaign=campaign, state__in=[ImportState.VERIFIED, ImportState.STOPPED])
    waiting = waiting.select_related("campaign")
    imports = list(waiting.order_by("pk")[:_MOST])
    counted = tallies([imported.pk for imported in imports]) if imports else {}
    approval = open_approvals_of([campaign.pk]).get(campaign.pk) if imports else None
    return [need for imported in imports if (need := _need(imported, counted[imported.pk], approval)) is not None]


def _need(imported: Import, states: dict[str, int], approval: Approval | None) -> Need | None:
    url = reverse("leads:import", args=[imported.pk])
    if imported.state == ImportState.VERIFIED:
        held = states.get(RowState.VERIFIED, 0)
        if not held:
            return None
        title = f"{held:,} verified {_rows(held)} of {imported.file_name} {'is' if held == 1 else 'are'} held here"
        return Need("warn", title, _why_held(imported, approval), imported.verified_at, url, "Open import")
    left = sum(states.get(state, 0) for state in OPEN_ROW)
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
    counts = counts_of(campaign.workspace, LeadFilters(campaign=campaign.pk)) or Counts(0, {})
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
