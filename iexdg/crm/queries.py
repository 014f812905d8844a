"""Reads the connection of a workspace, its automations and their ledger."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from iexdg.crm.actions import CONTACT, LABELS
from iexdg.crm.models import (
    Automation,
    AutomationState,
    CrmConnection,
    EntryState,
    LedgerEntry,
    TokenKind,
    TokenSource,
)
from iexdg.inbox.reconcile import declare_in_crm
from iexdg.ui.filters import number_in
from iexdg.workspaces.connected import configured_digest
from iexdg.workspaces.models import Workspace


def connection_of(workspace: Workspace) -> CrmConnection | None:
    """Return the connection that is in use: the stored one, else that of the environment; None where there is none.

    The environment's has no row before it was checked for the first time: then it is one that was not saved.
    """
    row = CrmConnection.objects.filter(workspace=workspace).first()
    if row is not None and row.is_connected and row.source == TokenSource.STORED:
        return row
    if not environment_serves(workspace):
        return None
    if row is not None and row.is_connected and row.location_id == settings.GHL_LOCATION_ID:
        return row
    return CrmConnection(
        workspace=workspace,
        kind=TokenKind.TOKEN,
        source=TokenSource.ENVIRONMENT,
        location_id=settings.GHL_LOCATION_ID,
        connected_at=timezone.now(),
    )


def environment_serves(workspace: Workspace) -> bool:
    """Whether the token in the environment is that of this workspace: it belongs to the environment's own one."""
    is_set = bool(settings.GHL_TOKEN and settings.GHL_LOCATION_ID)
    return is_set and bool(workspace.connected_as) and workspace.connected_as == configured_digest()


@dataclass(frozen=True)
class LedgerFilters:
    """What a list of the ledger is narrowed to; empty for everything."""

    state: str = ""
    kind: str = ""
    automation: int | None = None
    lead: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "LedgerFilters":
        """Return the filters of an address; what makes no sense is left out."""
        state, kind = query.get("state", ""), query.get("kind", "")
        return cls(
            state=state if state in EntryState.values else "",
            kind=kind if kind in LABELS else "",
            automation=number_in(query.get("automation", "")),
            lead=query.get("lead", "").strip().lower()[:320],
        )

    def named(self) -> dict[str, str]:
        """Return the filters by their names in an address."""
        automation = str(self.automation) if self.automation is not None else ""
        return {"state": self.state, "kind": self.kind, "automation": automation, "lead": self.lead}


def automations_of(workspace: Workspace) -> QuerySet[Automation]:
    """The automations of a workspace, by name."""
    return Automation.objects.filter(workspace=workspace).select_related("workspace", "changed_by")


def entries_of(workspace: Workspace, filters: LedgerFilters) -> QuerySet[LedgerEntry]:
    """The entries of the ledger that the filters leave, the newest first."""
    found = LedgerEntry.objects.filter(workspace=workspace).select_related("automation", "workspace")
    wanted = {"state": filters.state, "kind": filters.kind, "automation": filters.automation, "lead": filters.lead}
    return found.filter(**{name: value for name, value in wanted.items() if value}).order_by("-pk")


def backlog_of(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Entries of active automations that are still to be carried out."""
    return LedgerEntry.objects.filter(
        workspace=workspace,
        state__in=[EntryState.ASKED, EntryState.SENT],
        automation__state=AutomationState.ACTIVE,
    ).exclude(Q(event__startswith="test:") | Q(event__startswith="cleanup:"))


def for_a_person(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Entries that were refused, or whose outcome nothing shows."""
    waiting = LedgerEntry.objects.filter(workspace=workspace, state__in=[EntryState.REFUSED, EntryState.UNKNOWN])
    return waiting.exclude(Q(event__startswith="test:") | Q(event__startswith="cleanup:"))


@declare_in_crm
def people_in_crm(workspace: Workspace) -> Mapping[int, int] | None:
    """Count the people of each campaign whose reply reached their contact; None while no automation was ever active."""
    if not Automation.objects.filter(workspace=workspace, active_since__isnull=False).exists():
        return None
    saved = LedgerEntry.objects.filter(
        workspace=workspace, kind=CONTACT, state=EntryState.DONE, campaign__isnull=False, thread__isnull=False
    )
    counted = saved.order_by().values("campaign").annotate(people=Count("lead", distinct=True))
    return dict(counted.values_list("campaign", "people"))
