"""Addresses that answer a part of a page: opened by hand, or in a new tab, they lead to the page around it."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from iexdg.ui.addresses import address_of, page_url

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def part_of(page: str) -> Callable[[View[P]], View[P]]:
    """Let a view answer htmx alone; without it the address leads to the page that has the part.

    Shapes: page - name of a route that takes the same numbers as the view, or none; "/" is the control room, for the
        apps below it.
    """

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not getattr(request, "htmx", False):
                return redirect(page_url("control_room") if page == "/" else address_of(page, kwargs))
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard
