"""Encryption with the signing key, for secrets that the database must not hold in clear."""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

_SESSION = b"iexdg.team.session:"


def cipher(purpose: bytes) -> MultiFernet:
    """Encrypts for one purpose with SECRET_KEY, and decrypts what a key in SECRET_KEY_FALLBACKS encrypted too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_fernet_key(purpose, str(key))) for key in keys])


def _fernet_key(purpose: bytes, secret_key: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(purpose + secret_key.encode()).digest())


class SessionSerializer:
    """What a session holds, encrypted: while a second factor is set up, its secret stands in the session.

    Django takes data that cannot be decrypted for an empty session, so that its member signs in again.
    """

    def dumps(self, data: dict[str, Any]) -> bytes:
        """Return the data of a session as it is stored."""
        return cipher(_SESSION).encrypt(json.dumps(data, separators=(",", ":")).encode())

    def loads(self, stored: bytes) -> dict[str, Any]:
        """Return the data of a stored session.

        Raises: cryptography.fernet.InvalidToken - it was stored with another key, or by an earlier version.
        """
        data: dict[str, Any] = json.loads(cipher(_SESSION).decrypt(stored))
        return data
