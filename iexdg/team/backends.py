"""How the member of a session is loaded: in one query, with whether they still owe a second factor.

A member who has memberships costs two more.
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from iexdg.team.models import Member, Membership, SecondFactorRule
from iexdg.team.queries import roles_with_second_factor


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail address, as allauth does."""

    def get_user(self, user_id: Any) -> Member | None:
        """Return the active member of a session, or None: a deactivated one is out at their next request."""
        required = Exists(SecondFactorRule.objects.filter(role=OuterRef("role")))
        factors = Authenticator.objects.filter(user_id=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        own = Exists(Membership.objects.filter(member=OuterRef("pk")))
        rows = Member.objects.annotate(is_required=required, has_none=~Exists(factors), has_own=own)
        found = rows.filter(pk=user_id).first()
        if found is None or not self.user_can_authenticate(found):
            return None
        found.keep_own_roles(found.own_roles if found.has_own else ())
        is_required = found.strongest_role in roles_with_second_factor() if found.has_own else found.is_required
        found.owes_second_factor = is_required and found.has_none
        return found
