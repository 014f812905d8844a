"""How allauth is used here: no one signs up, attempts are limited, second factors are stored encrypted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse

from iexdg.team.encryption import cipher
from iexdg.team.membership import change_own_password
from iexdg.team.models import Member
from iexdg.team.queries import roles_with_second_factor
from iexdg.team.sign_in_again import is_recent
from iexdg.team.sign_in_limits import count_attempt

_NAME = "IEXDG Outreach"
_PURPOSE = b"iexdg.team.second_factor:"


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Members are created by an admin, never by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The e-mail address or the password is wrong. Check both and try again.",
        "too_many_login_attempts": "Too many attempts failed. Wait five minutes, then try again.",
        "incorrect_password": "The password is wrong. Try again.",
        "enter_current_password": "This is not your current password. Try again.",
        "account_inactive": "This account was deactivated. Ask an admin to activate it.",
        "invalid_password_reset": "This link has expired or was used already. Request a new one.",
        "rate_limited": "Too many requests arrived. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address that ClientAddressMiddleware found; headers say nothing any more."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before the password is checked; allauth gives it back where the password is right.

        Raises: ValidationError - a limit is used up; the password is not checked.
        """
        self._login_failed_rl_usage = count_attempt(request, str(credentials.get("email", "")))
        if self._login_failed_rl_usage is None:
            raise self.validation_error("too_many_login_attempts")

    def set_password(self, user: Member, password: str) -> None:
        """Store the password that a member chose on their account page or through a link."""
        change_own_password(user, password, by_link=not self.request.user.is_authenticated)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the account page."""
        return reverse("account_home")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether a change of second factors needs the password once more: not right after signing in."""
        return not is_recent(self.request)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: the secret of an app and the seed of recovery codes are encrypted with the signing key."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": (
            "Your role needs a second factor. Add another one first, then this one can be removed."
        ),
        "incorrect_code": "The code is wrong or was used already. Wait for the next one and try again.",
        "cannot_generate_recovery_codes": "You have no second factor yet. Add an app or a passkey first.",
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a secret for the database."""
        return cipher(_PURPOSE).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret; one that was encrypted with a key in SECRET_KEY_FALLBACKS too.

        Raises: cryptography.fernet.InvalidToken - SECRET_KEY was replaced and the old one is not among the fallbacks.
        """
        return cipher(_PURPOSE).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether a second factor may be removed: not the last one where the member's role needs one."""
        member = authenticator.user
        if member.strongest_role not in roles_with_second_factor():
            return True
        others = Authenticator.objects.filter(user_id=member.pk).exclude(pk=authenticator.pk)
        return bool(others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())

    def _get_site_name(self) -> str:
        return _NAME
