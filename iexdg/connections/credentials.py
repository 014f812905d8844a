"""Encrypts the keys of stored connections with the newest of FIELD_KEYS, and reads what a former one encrypted."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from iexdg.connections.errors import NoFieldKeysError, UnreadableKeyError


def require_field_keys() -> None:
    """Refuse before a key is asked for or sent anywhere.

    Raises: NoFieldKeysError - FIELD_KEYS is not set.
    """
    _cipher()


def encrypted(key: str) -> str:
    """Return a key as it is stored.

    Raises: NoFieldKeysError - there is nothing to encrypt with.
    """
    return _cipher().encrypt(key.encode()).decode("ascii")


def decrypted(stored: str) -> str:
    """Return a stored key in clear.

    Raises: UnreadableKeyError - it was encrypted with a key that is not in FIELD_KEYS.
    """
    try:
        return _cipher().decrypt(stored).decode()
    except (InvalidToken, NoFieldKeysError):
        raise UnreadableKeyError from None


def renewed(stored: str) -> str:
    """Return a stored key, encrypted with the newest of FIELD_KEYS.

    Raises: NoFieldKeysError; UnreadableKeyError - it was encrypted with a key that is not in FIELD_KEYS.
    """
    try:
        return _cipher().rotate(stored).decode("ascii")
    except InvalidToken:
        raise UnreadableKeyError from None


def _cipher() -> MultiFernet:
    if not settings.FIELD_KEYS:
        raise NoFieldKeysError
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])
