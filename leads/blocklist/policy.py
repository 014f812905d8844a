"""Puts people who bounced or unsubscribed on the block list by itself, where an admin turned that on."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace
from leads.blocklist.ask import put_on
from leads.models import BlockListPolicy, BlockSource, Lead, LeadStatus, Suppression, Unblocked

_MOST_AT_ONCE = 2_000
_WHY = {LeadStatus.BOUNCED: "An e-mail to them bounced", LeadStatus.UNSUBSCRIBED: "They unsubscribed"}


def policy_of(workspace_pk: int) -> BlockListPolicy:
    """The policy of a workspace; one that is off where nobody has set it."""
    found = BlockListPolicy.objects.filter(workspace=workspace_pk).first()
    return found or BlockListPolicy(workspace_id=workspace_pk)


@transaction.atomic
def set_policy(workspace: Workspace, *, bounced: bool, unsubscribed: bool, by: Member) -> bool:
    """Set what goes on the block list by itself; False where it is set so already.

    Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.SETTINGS, workspace)
    before = policy_of(workspace.pk)
    was = {"bounced": before.takes_bounced, "unsubscribed": before.takes_unsubscribed}
    now = {"bounced": bounced, "unsubscribed": unsubscribed}
    if was == now:
        return False
    BlockListPolicy.objects.update_or_create(
        workspace=workspace, defaults={"takes_bounced": bounced, "takes_unsubscribed": unsubscribed}
    )
    record(
        "blocklist:policy:changed",
        "What goes on the block list by itself was changed",
        subject=f"workspace:{workspace.pk}",
        by=by,
        before=was,
        after=now,
    )
    return True


def apply_policy(workspace: Workspace) -> int:
    """Ask for the people whom the policy means; returns how many. Safe to run twice.

    Who was taken off the list by a person stays off it. Nothing is asked for in observe mode.
    """
    policy = policy_of(workspace.pk)
    if not workspace.may_write:
        return 0
    chosen = [
        (LeadStatus.BOUNCED, BlockSource.BOUNCE, policy.takes_bounced),
        (LeadStatus.UNSUBSCRIBED, BlockSource.UNSUBSCRIBE, policy.takes_unsubscribed),
    ]
    asked = 0
    for status, source, is_on in chosen:
        if is_on and (emails := list(_not_blocked(workspace, status)[:_MOST_AT_ONCE])):
            asked += len(put_on(workspace, sorted(set(emails)), by=None, source=source, why=_WHY[status]))
    return asked


def _not_blocked(workspace: Workspace, status: LeadStatus) -> QuerySet[Lead, str]:
    """Addresses of people of a status who are neither on the list nor were taken off it."""
    leads = Lead.objects.filter(workspace=workspace, status=status, vanished_at__isnull=True)
    mine = {"workspace": OuterRef("workspace"), "value": OuterRef("email")}
    free = leads.exclude(Exists(Suppression.objects.filter(**mine))).exclude(Exists(Unblocked.objects.filter(**mine)))
    return free.order_by("-pk").values_list("email", flat=True)
