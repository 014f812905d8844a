"""Asks for values to be put on the block list, or taken off it. They block here from the moment they are asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import require_write_mode
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import note_change
from leads.models import BlockSource, BlockState, Suppression, Unblocked
from leads.queries import among
from leads.states import move_blocked


class Asked(StrEnum):
    """What became of asking for one value; the words are shown."""

    ADDED = "added"
    AGAIN = "asked for again"
    KEPT = "stays on the list"
    ALREADY = "on the list already"
    LEAVING = "is being taken off"
    REMOVED = "is taken off"
    NOT_LISTED = "not on the list"
    ARRIVING = "is being put on: take it off once that is confirmed"


CHANGES = frozenset({Asked.ADDED, Asked.AGAIN, Asked.KEPT, Asked.REMOVED})


def ask_to_block(
    workspace: Workspace, values: Collection[str], *, by: Member, source: str, why: str = "", via: str | None = None
) -> dict[str, Asked]:
    """Ask for normal values to be blocked; returns what became of each. Asking twice changes nothing.

    Raises: NotAllowedError, ObserveModeError - nothing was changed.
    """
    require(by, Action.BLOCK, workspace)
    return put_on(workspace, values, by=by, source=source, why=why, via=via)


def put_on(
    workspace: Workspace,
    values: Collection[str],
    *,
    by: Member | None,
    source: str,
    why: str = "",
    via: str | None = None,
) -> dict[str, Asked]:
    """Do the same for a member or, without one, for the policy.

    Raises: ObserveModeError - nothing was changed.
    """
    require_write_mode(workspace)
    with transaction.atomic():
        known = _known(workspace, values)
        missing = [value for value in dict.fromkeys(values) if value not in known]
        _create(workspace, missing, by=by, source=source, why=why)
        found = _asked_again(known.values())
        found |= dict.fromkeys(missing, Asked.ADDED)
        changed = [value for value, outcome in found.items() if outcome in CHANGES]
        if changed:
            _forget_removal(workspace, changed)
            note_change(workspace.pk)
            _record(workspace, "asked", "put on the block list", changed, by=by, via=via, facts={"source": source})
    return found


def ask_to_unblock(
    workspace: Workspace, values: Collection[str], *, by: Member, via: str | None = None
) -> dict[str, Asked]:
    """Ask for normal values to be taken off; returns what became of each. Until that is confirmed they stay blocked.

    Raises: NotAllowedError, ObserveModeError - nothing was changed.
    """
    require(by, Action.BLOCK, workspace)
    require_write_mode(workspace)
    with transaction.atomic():
        known = _known(workspace, values)
        found = {value: _taken_off(known.get(value), by) for value in dict.fromkeys(values)}
        changed = [value for value, outcome in found.items() if outcome in CHANGES]
        if changed:
            note_change(workspace.pk)
            _record(workspace, "removed", "taken off the block list", changed, by=by, via=via, facts={})
    return found


def _known(workspace: Workspace, values: Collection[str]) -> dict[str, Suppression]:
    found = Suppression.objects.filter(workspace=workspace, value__in=among(list(values)))
    return {row.value: row for row in found.select_for_update()}


def _create(workspace: Workspace, values: list[str], *, by: Member | None, source: str, why: str) -> None:
    now = timezone.now()
    Suppression.objects.bulk_create(
        [
            Suppression(
                workspace=workspace,
                value=value,
                is_domain="@" not in value,
                source=BlockSource(source),
                why=why.strip()[:300],
                asked_by=by,
                since=now,
            )
            for value in values
        ],
        ignore_conflicts=True,
        batch_size=100,
    )


def _asked_again(rows: Iterable[Suppression]) -> dict[str, Asked]:
    """Add values that have a row already, which is locked until the transaction ends."""
    refused: list[Suppression] = []
    kept: list[Suppression] = []
    found: dict[str, Asked] = {}
    for row in rows:
        found[row.value] = Asked.LEAVING if row.is_leaving else Asked.ALREADY
        if row.is_leaving and row.state in (BlockState.ASKED, BlockState.REFUSED):
            # Only what Instantly lists can be leaving, so before anything is sent it simply stays.
            kept.append(row)
            found[row.value] = Asked.KEPT
        elif not row.is_leaving and row.state == BlockState.REFUSED:
            refused.append(row)
            found[row.value] = Asked.AGAIN
    begun = {"error": "", "attempts": 0}
    for part in _parts(refused):
        move_blocked(part, to=BlockState.ASKED, expected=BlockState.REFUSED, **begun)
    for part in _parts(kept):
        states = (BlockState.ASKED, BlockState.REFUSED)
        move_blocked(part, to=BlockState.CONFIRMED, expected=states, is_leaving=False, **begun)
    return found


def _parts(rows: Sequence[Suppression]) -> Iterator[QuerySet[Suppression]]:
    """The rows again, in parts of which the database takes the keys."""
    for place in range(0, len(rows), 500):
        yield Suppression.objects.filter(pk__in=[row.pk for row in rows[place : place + 500]])


def _taken_off(row: Suppression | None, by: Member) -> Asked:
    if row is None:
        return Asked.NOT_LISTED
    this = Suppression.objects.filter(pk=row.pk)
    if row.is_leaving and row.state != BlockState.REFUSED:
        return Asked.LEAVING
    if row.synced_at is None and row.state in (BlockState.ASKED, BlockState.REFUSED):
        this.delete()
        # As for what Instantly no longer lists: the policy must not put it on again.
        memory = {"at": timezone.now(), "by": by}
        Unblocked.objects.update_or_create(workspace=row.workspace, value=row.value, defaults=memory)
        return Asked.REMOVED
    listed = (BlockState.CONFIRMED, BlockState.REFUSED)
    leaves = move_blocked(
        this, to=BlockState.ASKED, expected=listed, is_leaving=True, asked_by=by, error="", attempts=0
    )
    return Asked.REMOVED if leaves else Asked.ARRIVING


def _forget_removal(workspace: Workspace, values: list[str]) -> None:
    Unblocked.objects.filter(workspace=workspace, value__in=among(values)).delete()


def _record(
    workspace: Workspace,
    verb: str,
    words: str,
    values: list[str],
    *,
    by: Member | None,
    via: str | None,
    facts: Mapping[str, object],
) -> None:
    """One event; it counts, and names no address."""
    domains = sum("@" not in value for value in values)
    after = {"addresses": len(values) - domains, "domains": domains, **facts}
    record(
        f"blocklist:values:{verb}",
        f"{plural(len(values), 'value')} {words}",
        subject=f"workspace:{workspace.pk}",
        by=by,
        via=via,
        after=after,
    )
