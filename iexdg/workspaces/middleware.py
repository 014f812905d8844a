"""The stamps of a page before its figures are read, and what a page shows while no workspace is connected."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from iexdg.workspaces.changes import current_changes
from iexdg.workspaces.errors import NotConnectedError


class ChangesMiddleware:
    """Reads the stamps of every page that a member opens, before its view reads any figure.

    Read afterwards they would hide what changed in between: the page would look fresher than it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Store them as `request.changes`; a fragment needs none, the page that asks has its own."""
        if request.method == "GET" and not getattr(request, "htmx", False) and request.user.is_authenticated:
            request.changes = current_changes()  # type: ignore[attr-defined]
        return self.get_response(request)


class NotConnectedMiddleware:
    """Shows how to connect a workspace where a view needs one, instead of an error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 where the view needed a connected workspace; every other error passes through."""
        if not isinstance(exception, NotConnectedError):
            return None
        return render(request, "workspaces/not_connected.html", {"nav": "control-room"}, status=503)
