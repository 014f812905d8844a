"""Reads of members."""

from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db.models import QuerySet

from iexdg.team.errors import UnknownMemberError
from iexdg.team.models import Member, SecondFactorRule

_RULES = "team:second_factor_rules"
_RULES_REMEMBERED_S = 5


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
    """The roles whose members must have a second factor. Remembered for a few seconds: every page asks."""
    found = cache.get(_RULES)
    if found is None:
        found = frozenset(SecondFactorRule.objects.values_list("role", flat=True))
        cache.set(_RULES, found, _RULES_REMEMBERED_S)
    return frozenset(found)


def forget_second_factor_rules() -> None:
    """Have the next question read the rules anew."""
    cache.delete(_RULES)


def needs_second_factor(member: Member) -> bool:
    """Whether a member's role needs a second factor and they have none yet."""
    return member.role in roles_with_second_factor() and not has_second_factor(member)


def has_second_factor(member: Member) -> bool:
    """Whether a member has an authenticator app or a passkey; recovery codes alone are none."""
    rows = Authenticator.objects.filter(user_id=member.pk)
    return bool(rows.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def members_with_second_factor() -> frozenset[int]:
    """The ids of all members who have one."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return frozenset(rows.values_list("user_id", flat=True))
