"""What changes that were requested at once came to, as the template reads it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from iexdg.mailboxes.models import ChangeState, MailboxChange, Wanted
from iexdg.mailboxes.queries import changes_of
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class GroupPage:
    """The changes of one group with their outcomes."""

    group: int
    label: str
    changes: Sequence[MailboxChange]
    confirmed: int
    refused: int
    open: int
    progress: float | None
    version: str

    @property
    def is_over(self) -> bool:
        """Whether every outcome is known."""
        return self.open == 0


def group_page(workspace: Workspace, group: int) -> GroupPage | None:
    """Build the page of one group; None where the workspace has none with this number. One query."""
    changes = list(changes_of(workspace, group=group))
    if not changes:
        return None
    counts = {state: sum(one.state == state for one in changes) for state in ChangeState.values}
    shown = "|".join(f"{one.pk}{one.state}{one.progress}" for one in changes)
    running = [one.progress for one in changes if one.progress is not None]
    return GroupPage(
        group=group,
        label=Wanted(changes[0].wanted).label.capitalize(),
        changes=changes,
        confirmed=counts[ChangeState.CONFIRMED],
        refused=counts[ChangeState.REFUSED],
        open=sum(one.is_open for one in changes),
        progress=min(running) if running else None,
        version=hashlib.blake2s(shown.encode(), digest_size=5).hexdigest(),
    )
