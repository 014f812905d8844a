"""Reads of members."""

from collections import defaultdict
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from iexdg.team.current import Connected
from iexdg.team.errors import UnknownMemberError
from iexdg.team.models import Member, Membership, OwnRole, SecondFactorRule


def active_member(email: str) -> Member:
    """Return the active member with this address.

    Raises: UnknownMemberError - there is none.
    """
    if not email.strip():
        raise UnknownMemberError("The address of the acting member is empty. Use the address they sign in with.")
    member = Member.objects.filter(email=email.strip().lower(), is_active=True).first()
    if member is None:
        raise UnknownMemberError(f"No active member has the address {email}. Use the address they sign in with.")
    return member


def members() -> QuerySet[Member]:
    """All members, active ones first, by name."""
    return Member.objects.order_by("-is_active", "name")


def with_own_roles(found: Iterable[Member]) -> list[Member]:
    """The same members with the roles that memberships set, which costs one query for all of them."""
    listed = list(found)
    own: defaultdict[int, list[OwnRole]] = defaultdict(list)
    rows = Membership.objects.filter(member__in=[member.pk for member in listed]).order_by("workspace")
    for member_pk, workspace, slug, role in rows.values_list("member", "workspace", "workspace__slug", "role"):
        own[member_pk].append(OwnRole(workspace, slug, role))
    for member in listed:
        member.keep_own_roles(own[member.pk])
    return listed


def members_of(workspace: Connected) -> list[Member]:
    """The active members who have a role in a workspace, by name, with their roles."""
    found = with_own_roles(Member.objects.filter(is_active=True).order_by("name", "pk"))
    return [member for member in found if member.role_in(workspace)]


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
