"""The audience of a go-live: in Instantly, verified here, held here."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.models import Campaign
from leads.loading.canary import canaries, canary_capacity
from leads.models import Import, ImportState, Lead, LeadStatus, Row, RowState


@dataclass(frozen=True)
class Audience:
    """Who would be e-mailed. `in_campaign` None: Instantly's count is not known; `later` of `held` after a canary.

    `as_of`: when Instantly's count was read, or changed by a load of ours.
    """

    in_campaign: int | None
    verified: int
    held: int
    later: int = 0
    as_of: datetime | None = None

    @property
    def cap(self) -> int:
        """How many people the approval covers at most."""
        return (self.in_campaign or 0) + self.held


def audience_of(campaign: Campaign) -> Audience:
    """Count the people: in Instantly, loaded here with a receipt, and verified but held here."""
    waiting = Q(state=RowState.VERIFIED, imported__state=ImportState.VERIFIED)
    held = Row.objects.filter(waiting, imported__campaign=campaign).count()
    in_campaign, as_of = _people_in(campaign)
    return Audience(
        in_campaign=in_campaign,
        verified=_loaded_here(campaign).count() + held,
        held=held,
        later=_held_by_canaries(campaign),
        as_of=as_of,
    )


def _held_by_canaries(campaign: Campaign) -> int:
    """People whom the approval covers, but who are loaded only after the canary of their import did not bounce."""
    waiting = 0
    for imported in canaries().filter(campaign=campaign):
        ready = Row.objects.filter(imported=imported, state=RowState.VERIFIED).count()
        waiting += max(ready - (canary_capacity(imported) or 0), 0)
    return waiting


def _people_in(campaign: Campaign) -> tuple[int | None, datetime | None]:
    """Instantly's count and when it was read.

    Before the first e-mail its analytics may be empty (Law 10), then our list is counted.
    """
    if campaign.leads_count is not None or campaign.leads_mirrored_at is None:
        return campaign.leads_count, campaign.leads_count_at
    listed = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True)
    return listed.count(), campaign.leads_mirrored_at


def held_imports(campaign: Campaign) -> list[Import]:
    """Imports whose verified rows wait here for the go-live; the rest of a canary also waits for its release."""
    return [imported for imported in all_held_imports(campaign) if canary_capacity(imported) != 0]


def all_held_imports(campaign: Campaign) -> list[Import]:
    """Imports with verified rows that wait here, for any reason."""
    held = Import.objects.filter(campaign=campaign, state=ImportState.VERIFIED, rows__state=RowState.VERIFIED)
    return list(held.distinct())


def unverified_active_leads(campaign: Campaign) -> int:
    """People Instantly may still e-mail who were not loaded by an import of ours."""
    active = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True, status=LeadStatus.ACTIVE)
    return active.filter(~Exists(_our_rows(campaign))).count()


def _loaded_here(campaign: Campaign) -> QuerySet[Lead]:
    """People who were loaded by an import of ours and whom Instantly still lists; those deleted there do not count."""
    return Lead.objects.filter(Exists(_our_rows(campaign)), campaign=campaign, vanished_at__isnull=True)


def _our_rows(campaign: Campaign) -> QuerySet[Row]:
    # Imports are listed by id, so that the database uses the (import, address) index instead of reading whole imports.
    imports = list(Import.objects.filter(campaign=campaign).values_list("pk", flat=True))
    return Row.objects.filter(imported_id__in=imports, email=OuterRef("email"), state=RowState.LOADED)
