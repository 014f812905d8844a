"""Addresses of webhooks: their path may be a secret, so that whoever knows it can forge deliveries.

Lists and changes keep what is shown and a digest to compare by; the address itself stands in the database only while a
change waits to be sent, and is encrypted then.
"""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from cryptography.fernet import InvalidToken
from django.utils.crypto import salted_hmac

from iexdg.team.encryption import cipher

_PURPOSE = b"iexdg.workspace_objects.webhook:"
_NO_ADDRESS = "an address that is none"
_IN_TEXT = re.compile(r"https?://[^\s\"'<>]+")
# Of a shorter path the last four characters would be most of it.
_SHOWN, _LEAST_PATH = 4, 12


def host_of(url: str) -> str:
    """Return the host of an address: its path may hold a token."""
    try:
        return urlsplit(url).hostname or _NO_ADDRESS
    except ValueError:
        return _NO_ADDRESS


def shown_address(url: str) -> str:
    """Return what of an address is kept and shown: the host, and of a long path its last four characters.

    Passing: "https://hooks.example.com/in/8f2b61c09a7d" -> "https://hooks.example.com/…9a7d".
    """
    host = host_of(url)
    if host == _NO_ADDRESS:
        return host
    rest = url.partition("://")[2].partition("/")[2]
    if not rest:
        return f"https://{host}/"
    return f"https://{host}/…{rest[-_SHOWN:] if len(rest) >= _LEAST_PATH else ''}"


def without_paths(text: str) -> str:
    """Return a text in which every address is cut to what is shown: an error may repeat the one that was called."""
    return _IN_TEXT.sub(lambda found: shown_address(found[0]), text)


def digest_of(url: str) -> str:
    """Return what two readings of an address are compared by; nobody can tell the address from it."""
    return salted_hmac(_PURPOSE.decode(), url, algorithm="sha256").hexdigest()


def digest_of_headers(headers: Mapping[str, object]) -> str:
    """Return what two readings of headers are compared by; "" for none."""
    return digest_of(json.dumps(dict(headers), sort_keys=True)) if headers else ""


def digest_of_header(name: str, value: object) -> str:
    """Return what one header is compared by, in whatever case its name is written."""
    return digest_of_headers({name.lower(): str(value)})


def sealed(url: str, headers: Mapping[str, str] | None = None) -> str:
    """Return an address, and headers that are to be set, as they are stored until they are sent; "" for neither."""
    if not url and not headers:
        return ""
    kept = json.dumps({"url": url, "headers": dict(headers or {})})
    return cipher(_PURPOSE).encrypt(kept.encode()).decode("ascii")


def opened(stored: str) -> str:
    """Return a stored address in clear; "" where there is none, or it was stored with a key that is gone."""
    return _opened(stored)[0]


def headers_in(stored: str) -> dict[str, str]:
    """Return the headers that are stored with an address, in clear; none as `opened`."""
    return _opened(stored)[1]


def _opened(stored: str) -> tuple[str, dict[str, str]]:
    try:
        kept = cipher(_PURPOSE).decrypt(stored.encode()).decode() if stored else ""
    except InvalidToken:
        return "", {}
    if not kept.startswith("{"):
        # What an earlier version stored: the address alone.
        return kept, {}
    found = json.loads(kept)
    return str(found["url"]), dict(found["headers"])
