"""Switches the mode: what the product may do at Instantly."""

from django.db import transaction

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace


@transaction.atomic
def set_mode(workspace: Workspace, mode: str, *, by: Member, note: str = "") -> bool:
    """Switch between observing and writing; False where it is in that mode already."""
    before = Mode.OBSERVE if mode == Mode.WRITE else Mode.WRITE
    changed = Workspace.objects.filter(pk=workspace.pk, mode=before).update(mode=mode)
    if not changed:
        return False
    record(
        "workspace:mode:changed",
        f"{workspace.name} was put in {Mode(mode).label}",
        subject=f"workspace:{workspace.pk}",
        by=by,
        before={"mode": before},
        after={"mode": mode},
        note=note,
    )
    return True
