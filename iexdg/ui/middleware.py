"""Shows times in the reader's own zone."""

import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

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
