"""The headers that authenticate a client at a vendor or a gateway, and which parts of them are secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True)
class Credentials:
    """Headers for every call. They are kept out of `repr`, and `secrets` lists what has to be redacted.

    Shapes: headers - (name, value) pairs.
    Raises: ValueError - a value that cannot be a header value; the message never quotes it.
    """

    headers: tuple[tuple[str, str], ...] = field(repr=False)

    def __post_init__(self) -> None:
        for name, value in self.headers:
            if not value.strip() or not value.isascii() or not value.isprintable():
                raise ValueError(f"The value of the header {name} is empty or has characters that no header has.")

    @classmethod
    def bearer(cls, token: str, headers: Mapping[str, str] | None = None) -> Self:
        """Make the credentials of a vendor that takes a bearer token.

        Shapes: headers - further headers that are needed with it, such as a gateway's connection id.
        Raises: ValueError - a token or a header value that cannot be one.
        """
        if not token or not token.isascii() or any(c.isspace() or not c.isprintable() for c in token):
            raise ValueError("The API key is empty or has characters that no key has; check the key file.")
        return cls((("Authorization", f"Bearer {token}"), *(headers or {}).items()))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return every header value, without the scheme ("Bearer") that may stand before it."""
        return tuple(value.strip().partition(" ")[2].strip() or value.strip() for _, value in self.headers)
