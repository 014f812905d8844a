"""How often a password may be tried, and by whom. docs/security.md has the reasoning.

Only failures count. A browser that has signed in as this member before carries a signed cookie and has a limit of its
own: strangers who type a colleague's address use up theirs, not the colleague's.
"""

import secrets
from dataclasses import dataclass, field

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import RateLimitUsage
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

COOKIE = "known_browser"
_SALT = "iexdg.team.known_browser"
_KNOWN_FOR_S = 180 * 24 * 3600
# At most so many members are remembered by one browser, so that the cookie stays small.
_MOST = 8

# Names of ACCOUNT_RATE_LIMITS in the settings.
KNOWN_BROWSER = "sign_in_known_browser"
NAME_AT_ADDRESS = "sign_in_name_at_address"
NAME = "sign_in_name"
ADDRESS = "sign_in_address"


@dataclass
class Attempt:
    """What one attempt has used up; given back where it succeeds or another limit refuses it."""

    used: list[RateLimitUsage] = field(default_factory=list)

    def rollback(self) -> None:
        """Give it back."""
        for usage in self.used:
            usage.rollback()


def count_attempt(request: HttpRequest, name: str) -> Attempt | None:
    """Count an attempt to sign in with a name before its password is checked; None where a limit refuses it.

    Shapes: name - as it was typed, known or not: an unknown one has the same limits.
    """
    attempt = Attempt()
    for limit, key in _limits(request, _normal(name)):
        usage = ratelimit.consume(request, app="allauth.account", action=limit, key=key)
        if usage is None:
            # An attempt that is refused must not use up the other limits.
            attempt.rollback()
            return None
        attempt.used.append(usage)
    return attempt


def remember_browser(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """Mark a browser as one that this member uses, after they have proved who they are."""
    known = {**_known(request), _digest(name): secrets.token_hex(8)}
    newest = dict(list(known.items())[-_MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(newest, salt=_SALT),
        max_age=_KNOWN_FOR_S,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
        path=reverse("account_home"),
    )


def _limits(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    """The limits of an attempt, each with what it counts."""
    browser = _known(request).get(_digest(name))
    if browser:
        return [(KNOWN_BROWSER, f"{name}|{browser}")]
    address = ratelimit.truncate_ip(get_adapter().get_client_ip(request))
    return [(NAME_AT_ADDRESS, f"{name}|{address}"), (NAME, name), (ADDRESS, address)]


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=_KNOWN_FOR_S)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _digest(name: str) -> str:
    """Stands for a name in the cookie, which must not hold an address."""
    return salted_hmac(_SALT, _normal(name), algorithm="sha256").hexdigest()[:24]


def _normal(name: str) -> str:
    return name.strip().casefold()
