"""Reads the one e-mail address of a cell, as address books and exports write it. Pure."""

import re
from functools import lru_cache

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from leads.importing.cells import plain_text
from leads.importing.reading.address import ADDRESS_LIKE, linked_address

# A subset of what email-validator accepts unchanged; everything else is passed to email-validator itself.
_PLAIN_LOCAL = re.compile(r"[a-z0-9]+(?:[._+-][a-z0-9]+)*")
_PLAIN_DOMAIN = re.compile(r"(?:(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!..--)[a-z]{2,63}")
_SPECIAL_USE = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
_LONGEST_LOCAL = 64
_LONGEST_DOMAIN = 253
# Source: RFC 5321 4.5.3.1.3, a path has 256 characters, two of them brackets.
_LONGEST_ADDRESS = 254
_AROUND = "<>[]\"' \t\u00a0;,"
_BRACKETED = re.compile(r"<([^<>]*@[^<>]*)>")
_MAILTO = "mailto:"
# What begins or ends no mailbox, though the standard allows it; a plus sign does, as in addresses of phones.
_ODD_AT_EDGE = frozenset("!#$%&*/=?^`{|}~")
_OF_LINK = re.compile(r"%[0-9a-f]{2}")


def normal_address(typed: str) -> tuple[str, str]:
    """Return (address in lower case with an ASCII domain, "") or ("", why it is not valid).

    Passing: "Ada L <ada@example.com>", "mailto:ada@example.com?subject=Hi".  Failing: "a@example.com; b@example.com".
    """
    text = plain_text(typed).lower()
    local, _, domain = text.rpartition("@")
    if _is_plain(local, domain):
        return text, ""
    linked = linked_address(text)
    if not linked and text.count("@") > 1 and len(set(ADDRESS_LIKE.findall(text))) > 1:
        return "", "several addresses in one cell: keep one, and give the others lines of their own"
    email = _unwrapped(linked or text)
    local, _, domain = email.rpartition("@")
    if len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        ascii_domain, why = _domain(domain)
        if not ascii_domain:
            return "", why
        if len(local) + 1 + len(ascii_domain) <= _LONGEST_ADDRESS:
            return f"{local}@{ascii_domain}", ""
    return _by_validator(email)


def remnant_in(email: str) -> str:
    """Why a valid address is rather what a link or a spreadsheet left of another; "" if it is not.

    Passing: "%20ada@example.com", "=ada@example.com".  Failing: "ada+news@example.com" -> "".
    """
    local = email.rpartition("@")[0]
    if found := _OF_LINK.search(local):
        return f"“{found.group()}” in it is what a link made of another character: correct the address"
    odd = next((edge for edge in (local[:1], local[-1:]) if edge in _ODD_AT_EDGE), "")
    return f"“{odd}” begins or ends it, which no mailbox does: take it off" if odd else ""


def normal_domain(typed: str) -> str:
    """Return a mail domain in lower case and ASCII, or "" where it is none.

    Passing: "Example.com", "@example.com", "*.example.com".  Failing: "example", "https://example.com/".
    """
    text = plain_text(typed).lower().strip(_AROUND).removeprefix("*.").removeprefix("*").removeprefix("@").rstrip(".")
    if not text or any(character in text for character in " /@:"):
        return ""
    return _domain(text)[0]


def _is_plain(local: str, domain: str) -> bool:
    """Whether an address is valid as it stands, as nearly all are."""
    if not _PLAIN_LOCAL.fullmatch(local) or len(local) + 1 + len(domain) > _LONGEST_ADDRESS:
        return False
    return len(local) <= _LONGEST_LOCAL and _is_plain_domain(domain)


def _is_plain_domain(domain: str) -> bool:
    is_plain = len(domain) <= _LONGEST_DOMAIN and _PLAIN_DOMAIN.fullmatch(domain)
    return bool(is_plain) and not f".{domain}".endswith(_SPECIAL_USE)


def _unwrapped(text: str) -> str:
    """The address without its display name, `mailto:`, brackets, quotes and trailing separators."""
    found = _BRACKETED.search(text)
    email = (found.group(1) if found else text).strip(_AROUND)
    if email.startswith(_MAILTO):
        email = email.removeprefix(_MAILTO).partition("?")[0]
    if email.count("@") > 1:
        # The same address twice; different ones were refused.
        same = ADDRESS_LIKE.findall(email)
        email = same[0] if len(same) > 1 else email
    return email.strip(_AROUND)


@lru_cache(maxsize=20_000)
def _domain(domain: str) -> tuple[str, str]:
    """Validate a domain; cached, since domains repeat."""
    if _is_plain_domain(domain):
        return domain, ""
    email, why = _by_validator(f"a@{domain}")
    return email.rpartition("@")[2], why


def _by_validator(email: str) -> tuple[str, str]:
    try:
        found = validate_email(email, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        return "", _without_address(str(error))
    if len(found.ascii_domain.rpartition(".")[2]) == 1:
        return "", "The part after the @-sign ends with a single letter, as no domain does."
    return (found.ascii_email or found.normalized).lower(), ""


def _without_address(message: str) -> str:
    """The validator's message, shown and stored as a reason, without the address itself."""
    return message.split("\n")[0][:200]
