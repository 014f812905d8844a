"""Addresses that only take a form: opened by hand, or reloaded after a form was refused, they lead to their page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from iexdg.ui.addresses import address_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
_ATTRIBUTE = "page_of_form"


def posted_from(page: str) -> Callable[[View[P]], View[P]]:
    """Let a view take POST alone; GET leads to the page that has its form, every other method is refused.

    Shapes: page - name of a route that takes the same numbers as the view, or none.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method in {"GET", "HEAD"}:
                return redirect(address_of(page, kwargs))
            if request.method != "POST":
                return HttpResponseNotAllowed(["POST"])
            return view(request, *args, **kwargs)

        setattr(guarded, _ATTRIBUTE, page)
        return cast(View[P], guarded)

    return guard


def page_of_form(path: str) -> str:
    """Return the address of the page that has the form posted to `path`: its own where it shows one, "" for nothing."""
    try:
        found = resolve(path)
    except Resolver404:
        return ""
    page = getattr(found.func, _ATTRIBUTE, None)
    return path if page is None else address_of(page, found.kwargs)


def address_of_form(request: HttpRequest) -> str:
    """Return the address at which a form that was sent can be filled in again, with its query; "" where there is none.

    The query is that of the page that the browser names, else the field of the form that names the page to go to next.
    """
    page = page_of_form(request.path)
    if not page:
        return ""
    query = _query_of_sender(request, page) or _query_of_itself(request, page)
    return f"{page}?{query}" if query else page


def _query_of_sender(request: HttpRequest, page: str) -> str:
    sender = urlsplit(request.headers.get("Referer", ""))
    return sender.query if (sender.netloc, sender.path) == (request.get_host(), page) else ""


def _query_of_itself(request: HttpRequest, page: str) -> str:
    """What a form that is sent to its own page has in its address, or among its fields."""
    if page != request.path:
        return ""
    following = request.POST.get(REDIRECT_FIELD_NAME, "")
    return request.GET.urlencode() or (urlencode({REDIRECT_FIELD_NAME: following}) if following else "")
