"""Sends what was asked for to Instantly: values onto the block list, and off it. The mirror reads it back.

The rows are the intents: they are claimed and marked as sent before the call, so that a worker that dies in it leaves
rows whose outcome the next read of the list settles.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from iexdg.clients.http.errors import (
    ClientError,
    EdgeBlockedError,
    NetworkError,
    RateLimitError,
    ServerError,
)
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.block_list import MOST_AT_ONCE, BlockEntry, BulkBlocked
from iexdg.workspaces.connected import client_for, require_write_mode
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import Outcome, perform_write
from leads.blocklist.mirror import mirror_block_list, note_change
from leads.models import BlockState, Suppression
from leads.models.suppression import OPEN_BLOCK
from leads.states import move_blocked

# What passes by itself: the same request can be sent in a while.
_PASSING = (NetworkError, RateLimitError, ServerError, EdgeBlockedError)
_MOST_BATCHES = 20


class _Batch:
    """Values that one call puts on the list, or takes off it."""

    def __init__(self, workspace: Workspace, *, is_leaving: bool) -> None:
        self._due = Suppression.objects.filter(workspace=workspace, is_leaving=is_leaving, state=BlockState.ASKED)
        self.rows: Sequence[Suppression] = ()

    @property
    def values(self) -> list[str]:
        return [row.value for row in self.rows]

    @property
    def remote_ids(self) -> list[str]:
        return [row.remote_id for row in self.rows]

    def begin(self) -> bool:
        """Claim the oldest rows that are due; False where there are none, or other processes have them."""
        with transaction.atomic():
            self.rows = list(self._due.select_for_update().order_by("pk")[:MOST_AT_ONCE])
            self._move(self.rows, to=BlockState.SENT, sent_at=timezone.now(), attempts=F("attempts") + 1, error="")
        return bool(self.rows)

    def refused(self, error: ClientError) -> None:
        """It was certainly not carried out: asked for again where the cause passes by itself."""
        to = BlockState.ASKED if isinstance(error, _PASSING) else BlockState.REFUSED
        self._move(self.rows, to=to, error=str(error)[:300])

    def unknown(self, error: ClientError) -> None:
        """The next read of the list settles it."""
        self._move(self.rows, to=BlockState.UNKNOWN, error=str(error)[:300])

    def _move(self, rows: Sequence[Suppression], *, to: str, **changes: object) -> None:
        expected = BlockState.ASKED if to == BlockState.SENT else BlockState.SENT
        pks = [row.pk for row in rows]
        for place in range(0, len(pks), 500):
            part = Suppression.objects.filter(pk__in=pks[place : place + 500])
            move_blocked(part, to=to, expected=expected, **changes)


class _Adding(_Batch):
    def done(self, answer: BulkBlocked) -> None:
        """What Instantly did not take is refused; where its numbers do not add up, the outcome is unknown."""
        taken = {entry.value for entry in answer.entries}
        missing = [row for row in self.rows if row.value not in taken]
        if not missing:
            return
        if answer.invalid_count == len(missing):
            self._move(missing, to=BlockState.REFUSED, error="Instantly takes it neither for an address nor a domain.")
        else:
            self._move(missing, to=BlockState.UNKNOWN, error="Instantly's answer does not say what became of it.")


class _Removing(_Batch):
    def done(self, answer: tuple[BlockEntry, ...]) -> None:
        """Only the next read of the list confirms that they are gone."""


def carry_out(workspace: Workspace) -> None:
    """Send everything that is asked for, then read the list, which settles it. Safe to run twice, and by several.

    Raises: ObserveModeError, NotConnectedError - nothing was sent. ClientError - the list could not be read.
    """
    if not has_open_values(workspace):
        return
    require_write_mode(workspace)
    client = client_for(workspace)
    if Suppression.objects.filter(workspace=workspace, is_leaving=True, remote_id="").exists():
        # Instantly takes entries off by their ids.
        mirror_block_list(workspace)
    for send_next in (_remove_next, _add_next):
        for _ in range(_MOST_BATCHES):
            if send_next(workspace, client) != Outcome.DONE:
                break
    note_change(workspace.pk)
    mirror_block_list(workspace)


def has_open_values(workspace: Workspace) -> bool:
    """Whether anything is to be sent, or was sent and not settled."""
    return Suppression.objects.filter(workspace=workspace, state__in=OPEN_BLOCK).exists()


def _remove_next(workspace: Workspace, client: InstantlyClient) -> Outcome:
    batch = _Removing(workspace, is_leaving=True)
    return perform_write(batch, lambda: client.block_list.remove_many(batch.remote_ids)).outcome


def _add_next(workspace: Workspace, client: InstantlyClient) -> Outcome:
    batch = _Adding(workspace, is_leaving=False)
    return perform_write(batch, lambda: client.block_list.add_many(batch.values)).outcome
