"""Domains that are not ASCII: as they are stored, and as people read them. Pure."""

import re
import unicodedata

# A part of a domain that is not ASCII is stored as this and its Punycode (RFC 5891).
_ENCODED = "xn--"
_DOMAIN_PART = re.compile(r"[^\s.@]+")


def domain_as_stored(text: str) -> str:
    """Return what is searched for, with every part of a domain in ASCII: "münchen.ex" -> "xn--mnchen-3ya.ex"."""
    if text.isascii():
        return text
    return _DOMAIN_PART.sub(_ascii_part, unicodedata.normalize("NFKC", text).lower())


def domain_as_read(value: str) -> str:
    """Return an address or domain as people write it: "xn--mnchen-3ya.ex" -> "münchen.ex"; what is none stays."""
    return _DOMAIN_PART.sub(_readable_part, value)


def _ascii_part(found: re.Match[str]) -> str:
    part = found[0]
    return part if part.isascii() else f"{_ENCODED}{part.encode('punycode').decode()}"


def _readable_part(found: re.Match[str]) -> str:
    part = found[0]
    if not part.startswith(_ENCODED):
        return part
    try:
        readable = part.removeprefix(_ENCODED).encode().decode("punycode")
    except UnicodeError:
        return part
    return readable if readable.isprintable() else part
