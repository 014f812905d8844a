"""Where Instantly sends a result that took long, and what that leads to: the address is polled at once.

The result itself is never believed: whoever knows the address could send one. The poll that it brings forward decides.
"""

from collections.abc import Callable

from django.utils import timezone

from iexdg.workspaces.models import Workspace
from leads.models import Import, Receipt, RowState

_addresses: list[Callable[[Workspace], str]] = []


def declare_address(find: Callable[[Workspace], str]) -> Callable[[Workspace], str]:
    """Have the app above say where results go; a decorator. It returns "" where Instantly cannot reach us."""
    _addresses.append(find)
    return find


def push_address(workspace: Workspace) -> str | None:
    """Return where results of a workspace go; None where they are only polled."""
    return next((found for find in _addresses if (found := find(workspace))), None)


def poll_now(workspace: Workspace, email: str) -> list[int]:
    """Have an address polled at once that waits for its verdict; returns the imports that wait for it.

    An address that was not requested yet, or is verified in a list, is not affected.
    """
    now = timezone.now()
    waiting = Receipt.objects.filter(
        workspace=workspace, email=email, answered_at__isnull=True, posted_at__isnull=False, by_list__isnull=True
    )
    if not waiting.filter(next_poll_at__gt=now).update(next_poll_at=now):
        return []
    rows = Import.objects.filter(workspace=workspace, rows__email=email, rows__state=RowState.VERIFYING)
    pks = list(rows.distinct().values_list("pk", flat=True))
    Import.objects.filter(pk__in=pks, due_at__gt=now).update(due_at=now)
    return pks
