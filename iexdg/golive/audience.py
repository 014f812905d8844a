"""The audience of a go-live: in Instantly, verified here, held here."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet, Sum

from campaigns.models import Campaign
from leads.blocklist.mirror import block_list_version
from leads.derived.kept import kept, lead_changes, rewritten_answers
from leads.loading.canary import canaries, canary_capacity
from leads.models import Import, ImportState, Lead, LeadStatus, Row, RowCount, RowState
from leads.queries import listed_leads, rows_in


@dataclass(frozen=True)
class Audience:
    """Who would be e-mailed. `in_campaign` None: Instantly's count is not known; `later` of `held` after a canary.

    `as_of`: when Instantly's count was read, or changed by a load of ours. `unverified`: people Instantly may still
    e-mail who were not loaded from here; `not_written_to`: those of all it may e-mail whom it has not e-mailed yet.
    """

    in_campaign: int | None
    verified: int
    held: int
    later: int = 0
    as_of: datetime | None = None
    unverified: int = 0
    not_written_to: int = 0

    @property
    def cap(self) -> int:
        """How many people the approval covers at most."""
        return (self.in_campaign or 0) + self.held


def audience_of(campaign: Campaign, depends_on: tuple[object, ...] | None = None) -> Audience:
    """Count the people: in Instantly, loaded here with a receipt, and verified but held here.

    Shapes: depends_on - `people_dependencies` where they were just read.
    """
    held = _held_rows(campaign).aggregate(number=Sum("number"))["number"] or 0
    in_campaign, as_of = _people_in(campaign)
    people = kept(
        "audience", campaign.pk, people_dependencies(campaign), lambda: (_people_at_instantly(campaign), None)
    )
    return Audience(
        in_campaign=in_campaign,
        verified=people["loaded_here"] + held,
        held=held,
        later=_held_by_canaries(campaign),
        as_of=as_of,
        unverified=people["unverified"],
        not_written_to=people["not_written_to"],
    )


def people_dependencies(campaign: Campaign) -> tuple[object, ...]:
    """Everything but time that findings about the people of a campaign depend on, apart from its copy.

    The leads of all campaigns, because no one should be in two; the imports into this one with their rows; receipts,
    which never change once they are answered; the block list.
    """
    imports = Import.objects.filter(campaign=campaign).order_by("pk")
    rows = imports.annotate(changes=Sum("counts__changes")).values_list("pk", "state", "changes")
    workspace_pk = campaign.workspace_id
    return (
        lead_changes(workspace_pk),
        tuple(rows),
        rewritten_answers(workspace_pk),
        block_list_version(workspace_pk),
        settings.RECEIPT_LIFE_DAYS,
        settings.COMPANY_LIMIT,
    )


def _people_at_instantly(campaign: Campaign) -> dict[str, int]:
    ours = Exists(_our_rows(campaign))
    listed = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True)
    active = listed.filter(status=LeadStatus.ACTIVE)
    return {
        # Those deleted at Instantly do not count.
        "loaded_here": listed.filter(ours).count(),
        "unverified": active.filter(~ours).count(),
        "not_written_to": active.filter(last_contact_at__isnull=True).count(),
    }


def _held_rows(campaign: Campaign) -> QuerySet[RowCount]:
    return RowCount.objects.filter(
        imported__campaign=campaign, imported__state=ImportState.VERIFIED, state=RowState.VERIFIED, number__gt=0
    )


def _held_by_canaries(campaign: Campaign) -> int:
    """People whom the approval covers, but who are loaded only after the canary of their import did not bounce."""
    waiting = 0
    for imported in canaries().filter(campaign=campaign):
        waiting += max(rows_in(imported, RowState.VERIFIED) - (canary_capacity(imported) or 0), 0)
    return waiting


def _people_in(campaign: Campaign) -> tuple[int | None, datetime | None]:
    """Instantly's count and when it was read.

    Before the first e-mail its analytics may be empty (Law 10), then our list is counted.
    """
    if campaign.leads_count is not None or campaign.leads_mirrored_at is None:
        return campaign.leads_count, campaign.leads_count_at
    return listed_leads(campaign.workspace_id, campaign_pk=campaign.pk), campaign.leads_mirrored_at


def held_imports(campaign: Campaign) -> list[Import]:
    """Imports whose verified rows wait here for the go-live; the rest of a canary also waits for its release."""
    return [imported for imported in all_held_imports(campaign) if canary_capacity(imported) != 0]


def all_held_imports(campaign: Campaign) -> list[Import]:
    """Imports with verified rows that wait here, for any reason."""
    return list(Import.objects.filter(pk__in=_held_rows(campaign).values("imported")))


def _our_rows(campaign: Campaign) -> QuerySet[Row]:
    # Imports are listed by id, so that the database uses the (import, address) index instead of reading whole imports.
    imports = list(Import.objects.filter(campaign=campaign).values_list("pk", flat=True))
    return Row.objects.filter(imported_id__in=imports, email=OuterRef("email"), state=RowState.LOADED)
