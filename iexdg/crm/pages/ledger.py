"""The list of the ledger, one entry, and the list as a file, as their templates read them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iexdg.crm.actions import LABELS
from iexdg.crm.models import EntryState, LedgerEntry
from iexdg.crm.queries import LedgerFilters, automations_of, connection_of
from iexdg.crm.thread_panel import contact_url
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of
from iexdg.workspaces.models import Workspace

CSV_HEADER = ("id", "asked_at", "event", "automation", "action", "lead", "state", "attempts", "remote_id", "read_back",
              "error")  # fmt: skip


@dataclass(frozen=True)
class EntryPage:
    """One entry. Shapes: request, answer - JSON, indented; contact_url - at GoHighLevel, "" where there is none."""

    entry: LedgerEntry
    action: str
    request: str
    answer: str
    contact_url: str
    may_replay: bool
    may_leave_out: bool


def entry_page(entry: LedgerEntry, reader: Member) -> EntryPage:
    """Build the page of one entry."""
    connection = connection_of(entry.workspace) if entry.contact_id else None
    may_write = reader.may(Action.CONNECT, entry.workspace)
    return EntryPage(
        entry=entry,
        action=LABELS.get(entry.kind, entry.kind),
        request=json.dumps(entry.request, indent=2, ensure_ascii=False, sort_keys=True),
        answer=json.dumps(entry.answer, indent=2, ensure_ascii=False, sort_keys=True),
        contact_url=contact_url(connection.location_id, entry.contact_id) if connection is not None else "",
        may_replay=may_write and entry.is_replayable,
        may_leave_out=may_write and entry.may_be_left_out,
    )


def chips_of(filters: LedgerFilters, workspace: Workspace) -> list[Chip]:
    """The filters that are on."""
    named = automations_of(workspace).filter(pk=filters.automation).first() if filters.automation is not None else None
    labels = {
        "state": EntryState(filters.state).label if filters.state else "",
        "kind": LABELS.get(filters.kind, ""),
        "automation": named.name if named is not None else f"automation {filters.automation}",
        "lead": filters.lead,
    }
    return chips_for(filters.named(), labels)


def menus(filters: LedgerFilters, workspace: Workspace) -> dict[str, list[Choice]]:
    """The entries of the menus."""
    named = [(str(one.pk), one.name) for one in automations_of(workspace)]
    return {
        "states": menu_of(EntryState.choices, filters.state),
        "kinds": menu_of(LABELS.items(), filters.kind),
        "automations": menu_of(named, filters.named()["automation"]),
    }


def csv_rows(found: Iterable[LedgerEntry]) -> Iterator[tuple[object, ...]]:
    """Yield the header, then each entry as cells, without what was sent."""
    yield CSV_HEADER
    for one in found:
        yield (
            one.pk, one.asked_at.isoformat(timespec="seconds"), one.event, one.automation.name, one.kind, one.lead,
            one.state, one.attempts, one.remote_id, one.read_back, one.error,
        )  # fmt: skip
