"""What imports hold for a campaign: verified rows that wait for a go-live, and imports that were stopped."""

from django.urls import reverse

from campaigns.models import Campaign
from campaigns.pages.needs import Need, add_needs_of_campaign
from iexdg.team.models import Member
from leads.models import Import, ImportState, RowState
from leads.models.row import OPEN_ROW
from leads.queries import tallies

# Older ones are on the list of imports.
_MOST = 5


@add_needs_of_campaign
def held_rows(campaign: Campaign, member: Member) -> list[Need]:
    """Imports of this campaign that wait for a person; two queries."""
    waiting = Import.objects.filter(campaign=campaign, state__in=[ImportState.VERIFIED, ImportState.STOPPED])
    imports = list(waiting.order_by("pk")[:_MOST])
    counted = tallies([imported.pk for imported in imports]) if imports else {}
    return [need for imported in imports if (need := _need(imported, counted[imported.pk])) is not None]


def _need(imported: Import, states: dict[str, int]) -> Need | None:
    url = reverse("leads:import", args=[imported.pk])
    if imported.state == ImportState.VERIFIED:
        held = states.get(RowState.VERIFIED, 0)
        if not held:
            return None
        title = f"{held:,} verified {_rows(held)} of {imported.file_name} {'is' if held == 1 else 'are'} held here"
        detail = imported.stop_reason or "They are loaded when the go-live is approved, or when the import is resumed."
        return Need("warn", title, detail, imported.verified_at, url, "Open import")
    left = sum(states.get(state, 0) for state in OPEN_ROW)
    title = f"The import of {imported.file_name} is stopped with {left:,} open {_rows(left)}"
    detail = imported.stop_reason or "Resume it; nothing is verified or loaded twice."
    return Need("warn", title, detail, None, url, "Open import")


def _rows(number: int) -> str:
    return "row" if number == 1 else "rows"
