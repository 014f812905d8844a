"""allauth's forms for passkeys, in which an answer that is no answer is an error in words and no failure of ours."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    ReauthenticateWebAuthnForm,
)

from iexdg.ui.forms import OwnSentences

_SHOWN_AS = {"credential": "Passkey"}
# What the library raises for JSON of another shape, which anyone can send.
_NONSENSE = (KeyError, TypeError, ValueError, AttributeError, IndexError)


class AddPasskeyForm(OwnSentences, AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey."""

    shown_as = _SHOWN_AS

    def clean(self) -> dict[str, Any]:
        """Check what the browser made.

        Raises: ValidationError - it is none, or was made for another challenge.
        """
        try:
            found: dict[str, Any] = super().clean() or {}
        except _NONSENSE:
            raise get_adapter().validation_error("incorrect_code") from None
        return found


class RenamePasskeyForm(OwnSentences, EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""


class _UsePasskey(OwnSentences):
    """Checks the passkey that was used."""

    shown_as = _SHOWN_AS

    def clean_credential(self) -> Authenticator:
        """Find whose passkey it is.

        Raises: ValidationError - it is none, is no one's, or answers another challenge.
        """
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _NONSENSE:
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticatePasskeyForm(_UsePasskey, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticatePasskeyForm(_UsePasskey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Signing in again."""
