"""What can go wrong with a stored connection."""

from iexdg.clients.http.errors import AuthError


class StoredConnectionError(Exception):
    """Root of this app's errors; `code` is stable."""

    code = "stored_connection"


class NoFieldKeysError(StoredConnectionError):
    """There is no key to encrypt with; nothing was stored."""

    code = "no_field_keys"

    def __init__(self) -> None:
        super().__init__(
            "A key is only stored encrypted, and FIELD_KEYS is not set. Set it as docs/security.md says, and restart."
        )


class UnreadableKeyError(AuthError):
    """A stored key cannot be decrypted, so that nothing was sent; handled like a key that is refused."""

    code = "unreadable_key"
    happened = "was not sent: the stored key of this connection cannot be decrypted"
    advice = "Put the former key back into FIELD_KEYS and restart, or disconnect the workspace and connect it again."


class AddressError(StoredConnectionError):
    """An address that nothing may be sent to; nothing was sent or stored."""

    code = "address"


class NoKeyError(StoredConnectionError):
    """No key was given; nothing was asked or stored."""

    code = "no_key"


class MatonConnectionError(StoredConnectionError):
    """The Maton account has no such connection, or none that can be used; nothing was stored."""

    code = "maton_connection"
