"""Groups people by company: by mail domain, or by company name for free mail providers. Pure."""

import re

_SPACES = re.compile(r"[\s\u00a0\u200b\ufeff]+")


# People here share a mail host, not an employer.
_FREEMAIL_DOMAINS = (
    "gmail.com googlemail.com yahoo.com ymail.com hotmail.com outlook.com live.com msn.com icloud.com me.com mac.com "
    "aol.com gmx.com gmx.de gmx.net web.de proton.me protonmail.com mail.com yandex.com zoho.com t-online.de "
    "comcast.net verizon.net att.net"
)
FREEMAIL = frozenset(_FREEMAIL_DOMAINS.split())


def company_domain_of(email: str) -> str:
    """The mail domain that identifies a company; "" for an address at a free mail provider."""
    domain = email.rpartition("@")[2]
    return "" if domain in FREEMAIL else domain[:255]


def company_key(email: str, company_name: str) -> str:
    """The key shared by people of one company: the mail domain, or the company name for a free mail provider."""
    domain = email.rpartition("@")[2]
    if domain not in FREEMAIL:
        return domain
    return _SPACES.sub(" ", company_name).strip().lower()
