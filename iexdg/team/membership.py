"""The actions on the team: add a member, change a role, in every workspace or in one, switch a sign-in, set a password.

This module is above the audit package because each action records an event. No one can change their own role or
sign-in, and the acting member must still be an active admin: so there is always one left.
"""

from typing import Any

from django.db import transaction

from iexdg.team.audit.record import record
from iexdg.team.current import Connected
from iexdg.team.errors import NotAllowedError, TeamError
from iexdg.team.models import Member, Membership
from iexdg.team.permissions import require, require_everywhere
from iexdg.team.roles import Action, Role
from iexdg.team.sessions import end_sessions


class OwnMembershipError(TeamError):
    """A member tried to change their own role or sign-in; nothing was changed."""

    code = "own_membership"


class MemberExistsError(TeamError):
    """The address is taken; nothing was changed."""

    code = "member_exists"


@transaction.atomic
def add_member(
    email: str, *, name: str, role: str, password: str, by: Member, workspace: Connected | None = None
) -> Member:
    """Add a member who can sign in at once with the given password; with a workspace, their role is only there.

    Someone who has a role elsewhere gets one in the workspace too, and keeps name and password.
    Raises: MemberExistsError - the address is taken. NotAllowedError - not an admin there any more. Nothing was
        changed then.
    """
    _still_admin(by, workspace)
    member = Member.objects.filter(email=email.strip().lower()).first()
    if member is not None and (workspace is None or member.role_in(workspace)):
        raise MemberExistsError("Someone with this address is on the team already. Change them in the list.")
    if member is None:
        everywhere = role if workspace is None else ""
        member = Member.objects.create_member(email.strip(), name=name, role=everywhere, password=password)
    if workspace is not None:
        Membership.objects.create(member=member, workspace_id=workspace.pk, role=role)
    words = f"{member.name} was added as {Role(role).label}"
    _record("added", words, member, by, after={"role": role}, workspace=workspace)
    return member


@transaction.atomic
def change_role(member: Member, role: str, *, by: Member) -> bool:
    """Change the role that a member has in every workspace; False where they have it already.

    Shapes: role - "" for none, so that only their memberships count.
    Raises: OwnMembershipError, NotAllowedError - nothing was changed.
    """
    _not_oneself(member, by)
    _still_admin(by)
    before = Member.objects.values_list("role", flat=True).get(pk=member.pk)
    if not Member.objects.filter(pk=member.pk, role=before).exclude(role=role).update(role=role):
        return False
    words = f"{member.name} is {Role(role).label} now" if role else f"{member.name} has no role for all workspaces now"
    _record("role-changed", words, member, by, before={"role": before}, after={"role": role})
    return True


@transaction.atomic
def change_membership(member: Member, workspace: Connected, role: str, *, by: Member) -> bool:
    """Set the role of a member in one workspace; "" removes it, so that their role for all workspaces counts again.

    An admin of one workspace changes only members who have no role for all workspaces. False where nothing changed.
    Raises: OwnMembershipError, NotAllowedError - nothing was changed.
    """
    _not_oneself(member, by)
    fresh = _still_admin(by, workspace)
    if member.role and not fresh.may_everywhere(Action.SETTINGS):
        raise NotAllowedError(fresh.role, Action.SETTINGS, everywhere=True)
    rows = Membership.objects.filter(member=member, workspace_id=workspace.pk)
    before = rows.values_list("role", flat=True).first() or ""
    if before == role:
        return False
    if role:
        rows.update_or_create(member=member, workspace_id=workspace.pk, defaults={"role": role})
        words = f"{member.name} is {Role(role).label} in {workspace.name} now"
    else:
        rows.delete()
        words = f"{member.name} has no role of their own in {workspace.name} any more"
    facts: dict[str, Any] = {"before": {"role": before}, "after": {"role": role}}
    _record("role-changed", words, member, by, workspace=workspace, **facts)
    return True


@transaction.atomic
def switch_sign_in(member: Member, *, is_active: bool, by: Member, workspace: Connected | None = None) -> bool:
    """Deactivate or reactivate a member; False where that is so already. Their audit events stay.

    Shapes: workspace - the one whose admin does it, where they are not an admin of all.
    Raises: OwnMembershipError, NotAllowedError - nothing was changed.
    """
    _not_oneself(member, by)
    require_over(member, by=by, workspace=workspace)
    if not Member.objects.filter(pk=member.pk, is_active=not is_active).update(is_active=is_active):
        return False
    if not is_active:
        # What is open now must not come back to life if the member does.
        end_sessions(member)
    verb = "reactivated" if is_active else "deactivated"
    words = f"{member.name} was {verb}"
    _record(verb, words, member, by, before={"active": not is_active}, after={"active": is_active}, workspace=workspace)
    return True


@transaction.atomic
def set_password(member: Member, password: str, *, by: Member, workspace: Connected | None = None) -> None:
    """Set a member's password; their open sessions end.

    Shapes: workspace - as for `switch_sign_in`.
    Raises: NotAllowedError - not an admin any more, or not of everything that the member may see; nothing was changed.
    """
    require_over(member, by=by, workspace=workspace)
    member.set_password(password)
    member.save(update_fields=["password"])
    _record("password-set", f"The password of {member.name} was set", member, by, workspace=workspace)


@transaction.atomic
def change_own_password(member: Member, password: str, *, by_link: bool) -> None:
    """Store the password that a member chose themselves; their other sessions end.

    Shapes: by_link - through a link sent by e-mail instead of signed in.
    """
    member.set_password(password)
    member.save(update_fields=["password"])
    how = "through a link sent by e-mail" if by_link else "on their account page"
    _record("password-changed", f"{member.name} chose a new password {how}", member, member)


def require_over(member: Member, *, by: Member, workspace: Connected | None) -> None:
    """Check that an admin may change how a member signs in, locked and read anew.

    Who can sign in as someone sees all that they see: an admin of one workspace may only where the member has no role
    outside it. Everyone may for themselves.
    Raises: NotAllowedError - nothing was changed.
    """
    fresh = _still_admin(by, workspace)
    if fresh.may_everywhere(Action.SETTINGS) or fresh.pk == member.pk:
        return
    if member.role or any(workspace is None or one.workspace != workspace.pk for one in member.own_roles):
        raise NotAllowedError(fresh.role, Action.SETTINGS, everywhere=True)


def _still_admin(by: Member, workspace: Connected | None = None) -> Member:
    # Locked and read anew: two admins who demote each other at once must not both succeed.
    fresh = Member.objects.select_for_update().get(pk=by.pk)
    if workspace is None:
        require_everywhere(fresh, Action.SETTINGS)
    else:
        require(fresh, Action.SETTINGS, workspace)
    return fresh


def _not_oneself(member: Member, by: Member) -> None:
    if member.pk == by.pk:
        raise OwnMembershipError("You cannot change your own role or sign-in. Ask another admin.")


def _record(
    verb: str,
    summary: str,
    member: Member,
    by: Member,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
    workspace: Connected | None = None,
) -> None:
    subject = f"member:{member.pk}"
    record(f"team:member:{verb}", summary, subject=subject, by=by, before=before, after=after)
