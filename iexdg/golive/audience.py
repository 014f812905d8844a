"""The audience of a go-live: in Instantly, verified here, held here."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from campaigns.models import Campaign
from leads.derived.kept import kept, people_changes, stored_results
from leads.loading.canary import canary_capacity_given
from leads.models import (
    Batch,
    BatchState,
    Import,
    ImportState,
    KeptResult,
    Lead,
    LeadStatus,
    Row,
    RowCount,
    RowState,
)
from leads.queries import listed_leads

# What was read of the file itself; long, and in no finding.
_UNUSED = ("header", "reading", "asks", "flags", "column_remarks")
# Changes when counts that were kept before must be counted again.
_FORM = "with all whom Instantly may still e-mail"
_OPEN = (BatchState.SENDING, BatchState.SENT, BatchState.UNKNOWN)


@dataclass(frozen=True)
class Audience:
    """Who would be e-mailed. `in_campaign` None: Instantly's count is not known; `later` of `held` after a canary.

    `as_of`: when Instantly's count was read, or changed by a load of ours. `unverified`: people Instantly may still
    e-mail who were not loaded from here, of `remaining`: all those, and who is held here; `not_written_to`: those of
    all it may e-mail whom it has not e-mailed yet.
    `files`: (file name, people) of what is held here and loaded first, in the order in which it is loaded.
    """

    in_campaign: int | None
    verified: int
    held: int
    later: int = 0
    as_of: datetime | None = None
    unverified: int = 0
    remaining: int = 0
    not_written_to: int = 0
    files: tuple[tuple[str, int], ...] = ()

    @property
    def cap(self) -> int:
        """How many people the approval covers at most."""
        return (self.in_campaign or 0) + self.held


@dataclass(frozen=True)
class Load:
    """An import into the campaign, with counts of its rows; `is_open` and `is_short` tell of its batches.

    `held`: verified rows that wait here. `capacity`: how many more its canary may load, None for no limit.
    """

    imported: Import
    held: int
    unknown: int
    capacity: int | None
    is_open: bool
    is_short: bool
    batches: int

    @property
    def next_rows(self) -> int:
        """How many rows a go-live loads; the others wait for the canary."""
        return self.held if self.capacity is None else min(self.held, self.capacity)


@dataclass(frozen=True)
class PeopleFacts:
    """What findings about the people of a campaign depend on, read before anything is computed from it.

    `key` has everything but time that they depend on, apart from the copy: the leads of all campaigns, because no one
    should be in two; the imports into this one with their rows; receipts, which never change once they are answered;
    the block list.
    """

    loads: tuple[Load, ...]
    key: tuple[object, ...]
    block_list_read_at: datetime | None
    stored: Mapping[str, KeptResult]

    @property
    def held(self) -> tuple[Load, ...]:
        """Imports with verified rows that wait here, for any reason."""
        return tuple(load for load in self.loads if load.held)


def people_facts(campaign: Campaign) -> PeopleFacts:
    """Read the facts, in four queries."""
    changes, read_at = people_changes(campaign.workspace_id)
    loads, rows = _loads(campaign)
    key = (changes, rows, settings.RECEIPT_LIFE_DAYS, settings.COMPANY_LIMIT)
    return PeopleFacts(loads, key, read_at, stored_results(campaign.pk, "audience", "people"))


def audience_of(campaign: Campaign, facts: PeopleFacts) -> Audience:
    """Count the people: in Instantly, loaded here with a receipt, and verified but held here."""
    held = sum(load.held for load in facts.loads)
    in_campaign, as_of = _people_in(campaign)
    people = kept(
        "audience", campaign.pk, (facts.key, _FORM), lambda: (_people_at_instantly(campaign), None), stored=facts.stored
    )
    return Audience(
        in_campaign=in_campaign,
        verified=people["loaded_here"] + held,
        held=held,
        # They are covered by the approval, but loaded only after the canary of their import did not bounce.
        later=sum(load.held - load.next_rows for load in facts.loads),
        as_of=as_of,
        unverified=people["unverified"],
        remaining=people["active"] + held,
        not_written_to=people["not_written_to"],
        files=tuple((load.imported.file_name, load.next_rows) for load in facts.held if load.next_rows),
    )


def _loads(campaign: Campaign) -> tuple[tuple[Load, ...], tuple[object, ...]]:
    """The imports into a campaign, oldest first, and what changes with every change of their rows."""
    batches = Batch.objects.filter(imported=OuterRef("pk")).order_by()
    reconciled = batches.filter(state=BatchState.RECONCILED).values("imported")
    imports = (
        Import.objects.filter(campaign=campaign)
        .order_by("pk")
        .defer(*_UNUSED)
        .annotate(
            is_open=Exists(batches.filter(state__in=_OPEN)),
            is_short=Exists(batches.filter(adds_up=False)),
            reconciled=Subquery(reconciled.annotate(number=Count("pk")).values("number")),
        )
    )
    found = list(imports)
    counts = RowCount.objects.filter(imported__campaign=campaign).order_by("pk")
    numbers: dict[int, Counter[str]] = {imported.pk: Counter() for imported in found}
    changes: Counter[int] = Counter()
    for pk, state, number, changed in counts.values_list("imported_id", "state", "number", "changes"):
        changes[pk] += changed
        # An import that was added since the imports were read is in the next reading.
        numbers.setdefault(pk, Counter())[state] += number
    loads = tuple(_load(imported, numbers[imported.pk]) for imported in found)
    return loads, tuple((imported.pk, imported.state, changes[imported.pk]) for imported in found)


def _load(imported: Any, rows: Counter[str]) -> Load:
    return Load(
        imported=imported,
        held=rows[RowState.VERIFIED] if imported.state == ImportState.VERIFIED else 0,
        unknown=rows[RowState.UNKNOWN],
        capacity=canary_capacity_given(imported, rows),
        is_open=imported.is_open,
        is_short=imported.is_short,
        batches=imported.reconciled or 0,
    )


def _people_at_instantly(campaign: Campaign) -> dict[str, int]:
    ours = Exists(_our_rows(campaign))
    listed = Lead.objects.filter(campaign=campaign, vanished_at__isnull=True)
    active = listed.filter(status=LeadStatus.ACTIVE)
    return {
        # Those deleted at Instantly do not count.
        "loaded_here": listed.filter(ours).count(),
        "active": active.count(),
        "unverified": active.filter(~ours).count(),
        "not_written_to": active.filter(last_contact_at__isnull=True).count(),
    }


def _people_in(campaign: Campaign) -> tuple[int | None, datetime | None]:
    """Instantly's count and when it was read.

    Before the first e-mail its analytics may be empty (Law 10), then our list is counted.
    """
    if campaign.leads_count is not None or campaign.leads_mirrored_at is None:
        return campaign.leads_count, campaign.leads_count_at
    return listed_leads(campaign.workspace_id, campaign_pk=campaign.pk), campaign.leads_mirrored_at


def held_imports(campaign: Campaign) -> list[Import]:
    """Imports whose verified rows wait here for the go-live; the rest of a canary also waits for its release."""
    loads, _ = _loads(campaign)
    return [load.imported for load in loads if load.next_rows]


def held_rows(campaign: Campaign) -> QuerySet[Row]:
    """The verified rows that wait here, for any reason."""
    # Listed explicitly, so that the database uses the (import, address) index instead of reading whole imports.
    held = Import.objects.filter(campaign=campaign, state=ImportState.VERIFIED).order_by()
    imports = list(held.values_list("pk", flat=True))
    return Row.objects.filter(imported_id__in=imports, state=RowState.VERIFIED).order_by()


def _our_rows(campaign: Campaign) -> QuerySet[Row]:
    # Imports are listed by id, so that the database uses the (import, address) index instead of reading whole imports.
    imports = list(Import.objects.filter(campaign=campaign).values_list("pk", flat=True))
    return Row.objects.filter(imported_id__in=imports, email=OuterRef("email"), state=RowState.LOADED)
