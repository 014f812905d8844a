"""The approval policy of a workspace: reading it and changing it."""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.db import transaction

from iexdg.golive.models import ApprovalPolicy, WhoAsks, WhoDecides
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action, rank_of
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Policy:
    """The policy that applies now."""

    approvers: int = 1
    life_h: int = 24
    who_asks: str = WhoAsks.OPERATOR.value
    who_decides: str = WhoDecides.APPROVER.value

    def may_request(self, member: Member, workspace: Workspace) -> bool:
        """Whether this member's role in the workspace is high enough to request a go-live."""
        is_high = rank_of(member.role_in(workspace)) >= rank_of(self.who_asks)
        return is_high and member.may(Action.REQUEST_GO_LIVE, workspace)

    def may_decide(self, member: Member, workspace: Workspace) -> bool:
        """Whether this member's role in the workspace is high enough to approve or reject a go-live."""
        is_high = rank_of(member.role_in(workspace)) >= rank_of(self.who_decides)
        return is_high and member.may(Action.DECIDE_GO_LIVE, workspace)

    @property
    def who_decides_words(self) -> str:
        """Who may approve, as text."""
        return str(WhoDecides(self.who_decides).label)

    @property
    def who_asks_words(self) -> str:
        """Who may request, as text."""
        return str(WhoAsks(self.who_asks).label)


def policy_of(workspace: Workspace) -> Policy:
    """Return what an admin has set, or the defaults."""
    return policy_in(ApprovalPolicy.objects.filter(workspace=workspace).first())


def policy_in(row: ApprovalPolicy | None) -> Policy:
    """Return the policy that a stored row sets; the defaults where there is none."""
    if row is None:
        return Policy(life_h=settings.APPROVAL_LIFE_H)
    return Policy(row.approvers, row.life_h or settings.APPROVAL_LIFE_H, row.who_asks, row.who_decides)


def change_policy(workspace: Workspace, wanted: Policy, *, by: Member) -> bool:
    """Store a new policy; False where nothing changed. Open requests keep their own rule, or follow a stricter one.

    Raises: NotAllowedError - nothing was changed.
    """
    require(by, Action.SETTINGS, workspace)
    with transaction.atomic():
        before = policy_of(workspace)
        if before == wanted:
            return False
        ApprovalPolicy.objects.update_or_create(workspace=workspace, defaults=asdict(wanted))
        record(
            "workspace:approval_policy:changed",
            f"Go-lives of {workspace.name} need {plural(wanted.approvers, 'approver')}, "
            f"are valid for {wanted.life_h} h, are requested by {wanted.who_asks_words} and decided by "
            f"{wanted.who_decides_words}",
            subject=f"workspace:{workspace.pk}",
            by=by,
            before=asdict(before),
            after=asdict(wanted),
        )
    return True
