"""Signing in again before the gravest actions.

A POST without a recent sign-in changes nothing. What was sent is kept; once the member has proved who they are, it is
in its form again, and they send it.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from iexdg.ui.kept_input import keep_input
from iexdg.ui.posting import address_of_form

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_WHY = "You had not signed in recently"


def is_recent(request: HttpRequest) -> bool:
    """Whether the member gave a password or a second factor within SIGN_IN_AGAIN_S."""
    if not request.user.is_authenticated:
        return False
    moments = [record.get("at", 0) for record in get_authentication_records(request, request.user)]
    return bool(moments and time.time() - max(moments) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def recent_sign_in(view: View[P]) -> View[P]:
    """Guard a view whose every POST is grave: a member who did not sign in recently does so first."""
    return recent_sign_in_when(lambda request: True)(view)


def recent_sign_in_when(is_grave: Callable[[HttpRequest], bool]) -> Callable[[View[P]], View[P]]:
    """Guard a view some of whose POSTs are grave: those that fulfil the condition."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST" and is_grave(request) and not is_recent(request):
                return _sign_in_again(request)
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    keep_input(request, why=_WHY)
    page = address_of_form(request) or request.path
    address = f"{reverse('account_reauthenticate')}?{urlencode({'next': page})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)
