"""Reads of members."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from iexdg.team.errors import UnknownMemberError
from iexdg.team.models import Member, SecondFactorRule


def active_member(email: str) -> Member:
    """Return the active member with this address.

    Raises: UnknownMemberError - there is none.
    """
    member = Member.objects.filter(email=email.strip().lower(), is_active=True).first()
    if member is None:
        raise UnknownMemberError(f"No active member has the address {email}. Use the address they sign in with.")
    return member


def members() -> QuerySet[Member]:
    """All members, active ones first, by name."""
    return Member.objects.order_by("-is_active", "name")


def roles_with_second_factor() -> frozenset[str]:
    """The roles whose members must have a second factor."""
    return frozenset(SecondFactorRule.objects.values_list("role", flat=True))


def has_second_factor(member: Member) -> bool:
    """Whether a member has an authenticator app or a passkey; recovery codes alone are none."""
    rows = Authenticator.objects.filter(user_id=member.pk)
    return bool(rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def members_with_second_factor() -> frozenset[int]:
    """The ids of all members who have one."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset(rows.values_list("user_id", flat=True))
