"""Typed readers of the environment that raise instead of guessing."""

import ipaddress
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

Number = TypeVar("Number", int, float)


def text(name: str, default: str | None = None) -> str:
    """Read a string.

    Raises: ImproperlyConfigured - the variable is absent and has no default.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment (see .env.example).")
    return default


def integer(name: str, default: int, *, minimum: int = 0) -> int:
    """Read a whole number not below `minimum`.

    Raises: ImproperlyConfigured - it is not a whole number or too small.
    """
    return _at_least(name, minimum, _parsed(name, str(default), int, "a whole number"))


def number(name: str, default: float, *, minimum: float = 0.0) -> float:
    """Read a number not below `minimum`.

    Raises: ImproperlyConfigured - it is not a number or too small.
    """
    return _at_least(name, minimum, _parsed(name, str(default), float, "a number"))


def _parsed(name: str, default: str, parse: Callable[[str], Number], what: str) -> Number:
    raw = text(name, default)
    try:
        return parse(raw)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {what}, not {raw!r}.") from None


def _at_least(name: str, minimum: Number, value: Number) -> Number:
    if value < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {value}.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """Read a yes/no value: 1, true, yes, on or 0, false, no, off.

    Raises: ImproperlyConfigured - anything else.
    """
    raw = text(name, "1" if default else "0").lower()
    if raw in {"1", "true", "yes", "on"}:
        return True
    if raw in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {raw!r}.")


def words(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list; empty entries are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def networks(name: str) -> list[str]:
    """Read a comma-separated list of IP addresses and networks, such as 10.0.0.0/8; empty where it is not set.

    Raises: ImproperlyConfigured - an entry is neither.
    """
    found = words(name)
    for entry in found:
        try:
            ipaddress.ip_network(entry, strict=False)
        except ValueError:
            raise ImproperlyConfigured(f"{name} must list addresses or networks (10.0.0.0/8), not {entry!r}.") from None
    return found


def secret(name: str) -> str | None:
    """Read a secret from `NAME_FILE` (first) or `NAME`; None where neither is set.

    Raises: ImproperlyConfigured - the file named cannot be read or is empty.
    """
    path = os.environ.get(f"{name}_FILE", "").strip()
    if not path:
        return os.environ.get(name, "").strip() or None
    try:
        value = Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error.strerror}. Check the path.") from None
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE is empty. Put the secret into it.")
    return value


def fernet_keys(name: str) -> list[str]:
    """Read the keys that stored secrets are encrypted with, newest first, from `NAME_FILE` or `NAME`; [] for none.

    Raises: ImproperlyConfigured - one of them is no Fernet key; the message does not quote it.
    """
    keys = [key for key in re.split(r"[,\s]+", secret(name) or "") if key]
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            raise ImproperlyConfigured(
                f"Key {number} in {name} is no Fernet key. See docs/security.md, Keys."
            ) from None
    return keys
