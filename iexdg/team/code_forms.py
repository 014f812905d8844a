"""allauth's forms that take a code of an authenticator app, in which a code is valid once for as long as it is valid.

allauth forgets a used code after one period, and does not count the one that set the app up.
"""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.cache import cache

from iexdg.ui.forms import OwnSentences

_SHOWN_AS = {"code": "Code"}


class ActivateAppForm(OwnSentences, ActivateTOTPForm):  # type: ignore[misc]
    """Setting an app up with its first code."""

    shown_as = _SHOWN_AS

    def clean_code(self) -> str:
        """Check the code, which is used up then.

        Raises: ValidationError - it is wrong or was used already, or too many were wrong.
        """
        code = str(super().clean_code())
        _use_up(self.user.pk, code)
        return code


class _EnterCode(OwnSentences):
    """Checks a code of an app, or a recovery code."""

    shown_as = _SHOWN_AS

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Check the code, which is used up then.

        Raises: ValidationError - it is wrong or was used already, or too many were wrong.
        """
        code = str(super().clean_code())  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP:
            _use_up(self.user.pk, code)
        return code


class EnterCodeForm(_EnterCode, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class EnterCodeAgainForm(_EnterCode, ReauthenticateForm):  # type: ignore[misc]
    """Signing in again."""


def _use_up(member_pk: int, code: str) -> None:
    """Raises: ValidationError - the code was used before."""
    key = f"team.used_code:{member_pk}:{normalize_user_code(code)}"
    # A code is accepted in its own period and in the tolerated ones before and after it.
    life_s = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    if not cache.add(key, True, timeout=life_s):
        raise get_adapter().validation_error("incorrect_code")
