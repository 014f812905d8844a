"""Signing in again before the gravest actions, and what was asked for, kept until then.

A POST without a recent sign-in changes nothing. Its fields are kept in the session, except passwords and files; after
the member has proved who they are, a page shows what they were about to do, and one button does it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_KEPT = "kept_action"
_KEPT_FOR_S = 3600
# Fields with this in their name are not kept.
_SECRET = "password"  # noqa: S105
_NOT_KEPT = {"csrfmiddlewaretoken"}
# What a form of ours sends at most, by far; a session is a row of the database.
_LONGEST = 20_000


@dataclass(frozen=True)
class KeptField:
    """One field of what was asked for. A secret one has no value and is asked for again."""

    name: str
    label: str
    value: str
    is_secret: bool


@dataclass(frozen=True)
class KeptAction:
    """What a member was about to do: where it is sent, what for, with which fields, and the page it came from."""

    address: str
    words: str
    back: str
    fields: list[KeptField]


def is_recent(request: HttpRequest) -> bool:
    """Whether the member gave a password or a second factor within SIGN_IN_AGAIN_S."""
    if not request.user.is_authenticated:
        return False
    moments = [record.get("at", 0) for record in get_authentication_records(request, request.user)]
    return bool(moments and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def recent_sign_in(words: str, *, when: Callable[[HttpRequest], bool] | None = None) -> Callable[[View[P]], View[P]]:
    """Guard a view: a POST of a member who did not sign in recently is kept, and they sign in again first.

    Shapes: words - what it does, completing "You were about to …"; when - only for requests that fulfil this.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            is_grave = request.method == "POST" and (when is None or when(request))
            if is_grave and not is_recent(request):
                return _sign_in_again(request, words)
            if is_grave:
                _forget(request)
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard


def keep_action(request: HttpRequest, words: str) -> str:
    """Keep a POST in the session; returns the address of the page on which it is continued."""
    sent = request.POST.copy()
    for name in _NOT_KEPT:
        sent.pop(name, None)
    secrets = [name for name in sent if _SECRET in name]
    for name in secrets:
        sent.setlist(name, [""])
    encoded = sent.urlencode()
    request.session[_KEPT] = {
        "address": request.get_full_path(),
        "words": words,
        "back": _path_of(request.headers.get("Referer", ""), request.get_host()),
        "fields": encoded if len(encoded) <= _LONGEST else "",
        "at": int(time.time()),
    }
    return reverse("account_continue")


def kept_action(request: HttpRequest) -> KeptAction | None:
    """What was kept, or None where there is nothing or it is too old."""
    kept = request.session.get(_KEPT)
    if not kept or time.time() - kept["at"] > _KEPT_FOR_S:
        return None
    fields = [
        KeptField(name, _label(name), value, is_secret=_SECRET in name)
        for name, values in QueryDict(kept["fields"]).lists()
        for value in values
    ]
    return KeptAction(kept["address"], kept["words"], kept["back"], fields)


def _forget(request: HttpRequest) -> None:
    """Drop what was kept where it is being done now."""
    if request.session.get(_KEPT, {}).get("address") == request.get_full_path():
        del request.session[_KEPT]


def _sign_in_again(request: HttpRequest, words: str) -> HttpResponse:
    address = f"{reverse('account_reauthenticate')}?{urlencode({'next': keep_action(request, words)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _path_of(address: str, host: str) -> str:
    """The path of an address on this host; the start page for every other."""
    _, _, rest = address.partition("://")
    found_host, slash, path = rest.partition("/")
    return f"{slash}{path}" if found_host == host and slash else "/"
