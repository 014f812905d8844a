"""Lets one worker at a time process an import; a crashed worker is replaced when its lease expires."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.states import has_come
from iexdg.workspaces.connected import connected_workspaces
from leads.errors import LeaseLostError
from leads.models import Import
from leads.states import move_import, stop_import

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Lease:
    """The right to change one import. Every write of the worker goes through it.

    `was_abandoned`: the previous worker never released it, because it crashed or hung.
    """

    import_pk: int
    token: str
    was_abandoned: bool = False

    @property
    def renew_every_s(self) -> float:
        """The renewal interval in seconds, short enough that one late renewal does not lose the lease."""
        return settings.IMPORT_LEASE_S / 4

    def renew(self) -> None:
        """Renew the lease.

        Raises: LeaseLostError - another worker has it; the caller must stop writing.
        """
        self.write()

    def keep(self) -> bool:
        """Renew the lease; False if another worker has it."""
        try:
            self.renew()
        except LeaseLostError:
            return False
        return True

    def keep_during(self, call: Callable[[], Answer]) -> Answer:
        """Make a call to Instantly, which can take minutes with its retries, and renew the lease meanwhile.

        `call` runs in a thread and must not touch the database. Raises: whatever `call` raises.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="call") as pool:
            future = pool.submit(call)
            while not wait([future], timeout=self.renew_every_s).done:
                self.keep()
            return future.result()

    def write(self, **changes: Any) -> None:
        """Change the import while the lease is held, and renew the lease.

        Raises: LeaseLostError - another worker has it; ValueError - the state is changed by `move` and `stop`. Nothing
            was changed then.
        """
        if "state" in changes:
            raise ValueError("a state is changed by a move that names the expected state")
        until = timezone.now() + timedelta(seconds=settings.IMPORT_LEASE_S)
        if not self._mine().update(lease_until=until, **changes):
            raise LeaseLostError("Another worker now holds the lease of this import.")

    def move(self, *, to: str, expected: str, **changes: Any) -> bool:
        """Change the state if it is still the expected one; False if someone changed it first."""
        return move_import(self._mine(), to=to, expected=expected, **changes)

    def stop(self, *, expected: str, reason: str) -> bool:
        """Stop the import if its state is still the expected one; False if someone changed it first."""
        return stop_import(self._mine(), expected=expected, reason=reason)

    def release(self, *, due_at: datetime | None) -> None:
        """Release the lease and set when the import is processed next."""
        self._mine().update(lease_until=None, lease_token="", due_at=due_at)

    def _mine(self) -> QuerySet[Import]:
        return Import.objects.filter(pk=self.import_pk, lease_token=self.token)


def is_free(now: datetime) -> Q:
    """Imports whose lease no one holds."""
    longest = timedelta(seconds=settings.IMPORT_LEASE_S)
    return Q(lease_until__isnull=True) | has_come("lease_until", now, longest=longest)


def take(import_pk: int) -> Lease | None:
    """Take the lease of an import; None if another worker holds it or the workspace is not connected."""
    now = timezone.now()
    token = secrets.token_hex(16)
    before = Import.objects.filter(pk=import_pk).values_list("lease_token", flat=True).first() or ""
    connected = Import.objects.filter(workspace__in=connected_workspaces())
    taken = connected.filter(is_free(now), pk=import_pk).update(
        lease_token=token, lease_until=now + timedelta(seconds=settings.IMPORT_LEASE_S)
    )
    return Lease(import_pk, token, was_abandoned=bool(before)) if taken else None
