"""The actions on the team: add a member, change a role, switch a sign-in, set a password.

This module is above the audit package because each action records an event. No one can change their own role or
sign-in, and the acting member must still be an active admin: so there is always one left.
"""

from django.db import transaction

from iexdg.team.audit.record import record
from iexdg.team.errors import TeamError
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action, Role
from iexdg.team.sessions import end_sessions


class OwnMembershipError(TeamError):
    """A member tried to change their own role or sign-in; nothing was changed."""

    code = "own_membership"


class MemberExistsError(TeamError):
    """The address is taken; nothing was changed."""

    code = "member_exists"


@transaction.atomic
def add_member(email: str, *, name: str, role: str, password: str, by: Member) -> Member:
    """Add a member who can sign in at once with the given password.

    Raises: MemberExistsError - the address is taken. NotAllowedError - not an admin any more. Nothing was changed.
    """
    _still_admin(by)
    if Member.objects.filter(email=email.strip().lower()).exists():
        raise MemberExistsError("Someone with this address is on the team already. Change them in the list.")
    member = Member.objects.create_member(email.strip(), name=name, role=role, password=password)
    _record("added", f"{member.name} was added as {member.get_role_display()}", member, by, after={"role": role})
    return member


@transaction.atomic
def change_role(member: Member, role: str, *, by: Member) -> bool:
    """Change a member's role; False where they have it already.

    Raises: OwnMembershipError, NotAllowedError - nothing was changed.
    """
    _not_oneself(member, by)
    _still_admin(by)
    before = Member.objects.values_list("role", flat=True).get(pk=member.pk)
    if not Member.objects.filter(pk=member.pk, role=before).exclude(role=role).update(role=role):
        return False
    words = f"{member.name} is {Role(role).label} now"
    _record("role-changed", words, member, by, before={"role": before}, after={"role": role})
    return True


@transaction.atomic
def switch_sign_in(member: Member, *, is_active: bool, by: Member) -> bool:
    """Deactivate or reactivate a member; False where that is so already. Their audit events stay.

    Raises: OwnMembershipError, NotAllowedError - nothing was changed.
    """
    _not_oneself(member, by)
    _still_admin(by)
    if not Member.objects.filter(pk=member.pk, is_active=not is_active).update(is_active=is_active):
        return False
    if not is_active:
        # What is open now must not come back to life if the member does.
        end_sessions(member)
    verb = "reactivated" if is_active else "deactivated"
    words = f"{member.name} was {verb}"
    _record(verb, words, member, by, before={"active": not is_active}, after={"active": is_active})
    return True


@transaction.atomic
def set_password(member: Member, password: str, *, by: Member) -> None:
    """Set a member's password; their open sessions end.

    Raises: NotAllowedError - not an admin any more; nothing was changed.
    """
    _still_admin(by)
    member.set_password(password)
    member.save(update_fields=["password"])
    _record("password-set", f"The password of {member.name} was set", member, by)


@transaction.atomic
def change_own_password(member: Member, password: str, *, by_link: bool) -> None:
    """Store the password that a member chose themselves; their other sessions end.

    Shapes: by_link - through a link sent by e-mail instead of signed in.
    """
    member.set_password(password)
    member.save(update_fields=["password"])
    how = "through a link sent by e-mail" if by_link else "on their account page"
    _record("password-changed", f"{member.name} chose a new password {how}", member, member)


def _still_admin(by: Member) -> None:
    # Locked and read anew: two admins who demote each other at once must not both succeed.
    fresh = Member.objects.select_for_update().get(pk=by.pk)
    require(fresh, Action.SETTINGS)


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
) -> None:
    subject = f"member:{member.pk}"
    record(f"team:member:{verb}", summary, subject=subject, by=by, before=before, after=after)
