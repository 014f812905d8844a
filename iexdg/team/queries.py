"""Reads of members."""

from django.db.models import QuerySet

from iexdg.team.errors import UnknownMemberError
from iexdg.team.models import Member


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
