"""Reads the connection of a workspace, its automations and their ledger."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from iexdg.crm.actions import LABELS, NOTE, OPPORTUNITY
from iexdg.crm.models import (
    Automation,
    AutomationState,
    CrmConnection,
    CrmLists,
    EntryState,
    LedgerEntry,
    TokenKind,
    TokenSource,
    UnmatchedReason,
    UnmatchedReply,
    UnmatchedState,
)
from iexdg.ui.filters import number_in
from iexdg.workspaces.connected import configured_digest
from iexdg.workspaces.models import Workspace

ALL = "all"
# How long a note or an opportunity may be looked for before a person is called: several times what one look takes.
_LOOKED_FOR = timedelta(minutes=15)


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


@dataclass(frozen=True)
class UnmatchedFilters:
    """What the queue of unmatched replies is narrowed to. Shapes: state - "all" for any."""

    state: str = UnmatchedState.WAITING
    reason: str = ""
    address: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "UnmatchedFilters":
        """Return the filters of an address; what makes no sense is left out."""
        state, reason = query.get("state", ""), query.get("reason", "")
        return cls(
            state=state if state in {*UnmatchedState.values, ALL} else UnmatchedState.WAITING,
            reason=reason if reason in UnmatchedReason.values else "",
            address=query.get("address", "").strip().lower()[:320],
        )

    def named(self) -> dict[str, str]:
        """Return the filters by their names in an address; what waits is shown without one."""
        state = "" if self.state == UnmatchedState.WAITING else self.state
        return {"state": state, "reason": self.reason, "address": self.address}


def unmatched_of(workspace: Workspace, filters: UnmatchedFilters) -> QuerySet[UnmatchedReply]:
    """The unmatched replies that the filters leave, the newest first."""
    found = UnmatchedReply.objects.filter(workspace=workspace)
    if filters.state != ALL:
        found = found.filter(state=filters.state)
    if filters.reason:
        found = found.filter(reason=filters.reason)
    if filters.address:
        found = found.filter(address__contains=filters.address)
    return found.select_related("thread__campaign", "campaign", "decided_by", "workspace")


def waiting_unmatched(workspace: Workspace) -> QuerySet[UnmatchedReply]:
    """The unmatched replies that wait for a person."""
    return UnmatchedReply.objects.filter(workspace=workspace, state=UnmatchedState.WAITING)


def automations_of(workspace: Workspace) -> QuerySet[Automation]:
    """The automations of a workspace, by name."""
    found = Automation.objects.filter(workspace=workspace, deleted_at=None)
    return found.select_related("workspace", "changed_by")


def lists_of(workspace: Workspace) -> CrmLists | None:
    """What was read of the workflows and pipelines of the location that the workspace is connected to now."""
    connection = connection_of(workspace)
    found = CrmLists.objects.filter(workspace=workspace).first() if connection is not None else None
    return found if found is not None and connection and found.location_id == connection.location_id else None


def entries_of(workspace: Workspace, filters: LedgerFilters) -> QuerySet[LedgerEntry]:
    """The entries of the ledger that the filters leave, the newest first."""
    found = LedgerEntry.objects.filter(workspace=workspace).select_related("automation", "workspace")
    wanted = {"state": filters.state, "kind": filters.kind, "automation": filters.automation, "lead": filters.lead}
    return found.filter(**{name: value for name, value in wanted.items() if value}).order_by("-pk")


def without_steps(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Entries without those of test steps and clean-ups."""
    return entries.exclude(Q(event__startswith="test:") | Q(event__startswith="cleanup:"))


def backlog_of(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Entries of active automations that are still to be carried out."""
    open_states = [EntryState.ASKED, EntryState.SENT]
    return without_steps(
        LedgerEntry.objects.filter(workspace=workspace, state__in=open_states, automation__state=AutomationState.ACTIVE)
    )


def undecided_of(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Entries that were refused, or whose outcome is unknown."""
    states = [EntryState.REFUSED, EntryState.UNKNOWN]
    return without_steps(LedgerEntry.objects.filter(workspace=workspace, state__in=states))


def for_a_person(workspace: Workspace) -> QuerySet[LedgerEntry]:
    """Entries that were refused, or whose outcome nothing shows.

    A note or an opportunity whose answer was lost is looked for by itself, so that a person is called only where that
    takes long.
    """
    lately = timezone.now() - _LOOKED_FOR
    settles_itself = Q(kind__in=(NOTE, OPPORTUNITY), state=EntryState.UNKNOWN, remote_id="", changed_at__gt=lately)
    return undecided_of(workspace).exclude(settles_itself)
