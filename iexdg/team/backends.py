"""How the member of a session is loaded: in one query, with whether they still owe a second factor."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef

from iexdg.team.models import Member, SecondFactorRule


class MemberBackend(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by e-mail address, as allauth does."""

    def get_user(self, user_id: Any) -> Member | None:
        """Return the active member of a session, or None: a deactivated one is out at their next request."""
        required = Exists(SecondFactorRule.objects.filter(role=OuterRef("role")))
        factors = Authenticator.objects.filter(user_id=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
        found = Member.objects.annotate(owes=required & ~Exists(factors)).filter(pk=user_id).first()
        if found is None or not self.user_can_authenticate(found):
            return None
        found.owes_second_factor = found.owes
        return found
