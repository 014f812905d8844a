"""The actions on second factors: require them of roles, reset a member's; and the events of what members do themselves.

Above the audit package, because each action records an event.
"""

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from iexdg.team.audit.record import record
from iexdg.team.current import Connected
from iexdg.team.membership import require_over
from iexdg.team.models import Member, SecondFactorRule
from iexdg.team.permissions import require_everywhere
from iexdg.team.roles import Action, Role
from iexdg.team.sessions import end_sessions

_KINDS = {
    Authenticator.Type.TOTP: "an authenticator app",
    Authenticator.Type.WEBAUTHN: "a passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


@transaction.atomic
def require_of_roles(roles: Iterable[str], *, by: Member) -> bool:
    """Require a second factor of exactly these roles; False where that is so already.

    Members of these roles who have none set one up before anything else, also those who are signed in.
    Raises: NotAllowedError - nothing was changed.
    """
    require_everywhere(Member.objects.select_for_update().get(pk=by.pk), Action.SETTINGS)
    before = set(SecondFactorRule.objects.values_list("role", flat=True))
    after = set(roles) & set(Role.values)
    if before == after:
        return False
    SecondFactorRule.objects.exclude(role__in=after).delete()
    SecondFactorRule.objects.bulk_create(SecondFactorRule(role=role) for role in sorted(after - before))
    record(
        "team:second-factor:required",
        f"A second factor is required of: {_words(after)}",
        subject=f"team:{by.pk}",
        by=by,
        before={"roles": _words(before)},
        after={"roles": _words(after)},
    )
    return True


@transaction.atomic
def reset_second_factor(member: Member, *, by: Member, workspace: Connected | None = None) -> bool:
    """Remove every second factor of a member who lost theirs, and end their sessions; False where there is none.

    Shapes: workspace - the one whose admin does it, where they are not an admin of all.
    Raises: NotAllowedError - not an admin any more, or not of everything that the member may see; nothing was changed.
    """
    require_over(member, by=by, workspace=workspace)
    deleted, _ = Authenticator.objects.filter(user_id=member.pk).delete()
    if not deleted:
        return False
    if member.pk != by.pk:
        end_sessions(member)
    _record("reset", f"The second factor of {member.name} was reset", member, by)
    return True


def record_added(user: Member, authenticator: Authenticator, **_: Any) -> None:
    """Record that a member added a second factor; the receiver of allauth's signal."""
    _record("added", f"{user.name} added {_KINDS[authenticator.type]}", user, user)


def record_removed(user: Member, authenticator: Authenticator, **_: Any) -> None:
    """Record that a member removed a second factor; the receiver of allauth's signal."""
    _record("removed", f"{user.name} removed {_KINDS[authenticator.type]}", user, user)


def record_renewed(user: Member, **_: Any) -> None:
    """Record that a member made new recovery codes; the receiver of allauth's signal."""
    _record("renewed", f"{user.name} made new recovery codes", user, user)


def _record(verb: str, summary: str, member: Member, by: Member) -> None:
    record(f"team:second-factor:{verb}", summary, subject=f"member:{member.pk}", by=by)


def _words(roles: Iterable[str]) -> str:
    ordered = [str(role.label) for role in Role if role in set(roles)]
    return ", ".join(ordered) or "no role"
