"""Shows times in the reader's own zone, keeps a part of a page from being taken for it, and refuses what is no text."""

import zoneinfo
from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

NUL = "\0"
ZONE_COOKIE = "time_zone"
# Once per process: the library reads the whole folder of zones each time it is asked.
_ZONES = frozenset(zoneinfo.available_timezones())


class MemberTimeZoneMiddleware:
    """Activates the zone that the browser reported in a cookie; UTC where it is missing or unknown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = request.COOKIES.get(ZONE_COOKIE, "")
        if name in _ZONES:
            timezone.activate(zoneinfo.ZoneInfo(name))
        else:
            timezone.deactivate()
        return self.get_response(request)


class VaryByHtmxMiddleware:
    """Says that an answer depends on who asks: without it "back" shows the part that htmx got from the same address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
        return response


class NulMiddleware:
    """Refuses NUL characters in addresses and forms: no browser sends one, and Postgres takes none as text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if any(NUL in text for text in _texts_of(request)):
            raise BadRequest("The address or the form has a NUL character.")
        return self.get_response(request)


def _texts_of(request: HttpRequest) -> Iterator[str]:
    yield request.path_info
    for values in (request.GET, request.POST):
        for name, found in values.lists():
            yield name
            yield from (value for value in found if isinstance(value, str))
