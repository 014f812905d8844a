"""allauth's forms of passwords and second factors, with the project's own sentences for what is wrong."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm, ResetPasswordKeyForm
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import DeactivateTOTPForm
from django.forms import ValidationError

from iexdg.ui.forms import OwnSentences

_TWICE = {"oldpassword": "Current password", "password1": "New password", "password2": "New password again"}


class SignInForm(OwnSentences, LoginForm):  # type: ignore[misc]
    """Signing in."""


class SignInAgainForm(OwnSentences, ReauthenticateForm):  # type: ignore[misc]
    """Entering the password once more."""


class _TypedTwice(OwnSentences):
    """A new password that is typed twice."""

    shown_as = _TWICE

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error; allauth's own sentence about two that differ has no code and cannot be set."""
        differ = field == "password2" and not isinstance(error, ValidationError)
        super().add_error(field, _different() if differ else error)


def _different() -> ValidationError:
    return ValidationError("The two new passwords are not the same. Enter the same one twice.", code="different")


class NewPasswordForm(_TypedTwice, ChangePasswordForm):  # type: ignore[misc]
    """Changing one's own password."""


class PasswordByLinkForm(_TypedTwice, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password through a link."""


class RemoveAppForm(OwnSentences, DeactivateTOTPForm):  # type: ignore[misc]
    """Removing the authenticator app."""


class NewRecoveryCodesForm(OwnSentences, GenerateRecoveryCodesForm):  # type: ignore[misc]
    """Making new recovery codes."""
