"""Which workspace a request is about, the stamps of a page before its figures are read, and a page without one."""

from collections.abc import Callable, Sequence

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse

from iexdg.team.current import in_workspace
from iexdg.team.models import Member
from iexdg.ui.workspace_urls import slug_in, urls_of
from iexdg.workspaces.changes import recent_with_workspace
from iexdg.workspaces.connected import connected_lately
from iexdg.workspaces.context import keep_for_frame
from iexdg.workspaces.errors import NotConnectedError
from iexdg.workspaces.models import Workspace

# The slug of the workspace that this browser was in last.
LAST_COOKIE = "workspace"


class WorkspaceMiddleware:
    """Makes the workspace that an address names the current one, and its pages those that `reverse` finds.

    A member in whose eyes it does not exist gets a 404, as for every address that leads nowhere. An address without a
    workspace leads to the same page of the one they were in last, or of their first one; what belongs to no workspace
    stays where it is, and its frame is that of the same workspace.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set `request.workspaces`: the connected ones that the member may see, the first one first, for the frame."""
        request.workspaces = ()  # type: ignore[attr-defined]
        if not isinstance(request.user, Member):
            return self._for_anyone(request)
        named = slug_in(request.path_info)
        connected = connected_lately(named)
        seen = [row for row in connected if request.user.role_in(row)]
        request.workspaces = tuple(seen)  # type: ignore[attr-defined]
        if named and (named in _slugs(seen) or (not connected and _is_of(request.user, named))):
            return self._remembering(request, named)
        home = _home(request, seen)
        address = "" if named or not home else _address_in(home, seen[0].slug, request)
        if address:
            # The method stays what it was: a form that was open before is sent to where it belongs.
            return HttpResponseRedirect(address, preserve_request=request.method not in {"GET", "HEAD"})
        return self._answer(request, home)

    def _for_anyone(self, request: HttpRequest) -> HttpResponse:
        """Nobody is signed in: whether a workspace exists is not theirs to know, so each leads to sign-in."""
        named = slug_in(request.path_info)
        if named and not Workspace.objects.filter(slug=named).exists():
            return redirect_to_login(request.get_full_path())
        return self._answer(request, named)

    def _remembering(self, request: HttpRequest, slug: str) -> HttpResponse:
        response = self._answer(request, slug)
        is_page = request.method == "GET" and not request.headers.get("HX-Request")
        has_several = len(request.workspaces) > 1  # type: ignore[attr-defined]
        if is_page and has_several and request.COOKIES.get(LAST_COOKIE) != slug:
            response.set_cookie(LAST_COOKIE, slug, httponly=True, samesite="Lax", secure=request.is_secure())
        return response

    def _answer(self, request: HttpRequest, slug: str) -> HttpResponse:
        with in_workspace(slug or None):
            if slug:
                request.urlconf = urls_of(slug)  # type: ignore[assignment]
            return self.get_response(request)


class ChangesMiddleware:
    """Reads the stamps of every page that a member opens, before its view reads any figure.

    Read afterwards they would hide what changed in between: the page would look fresher than it is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Store them as `request.changes`, with a workspace just read; a fragment needs none, its page has its own."""
        if request.method == "GET" and not getattr(request, "htmx", False) and request.user.is_authenticated:
            workspace, request.changes = recent_with_workspace()  # type: ignore[attr-defined]
            if workspace is not None:
                keep_for_frame(request, workspace)
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


def _slugs(rows: Sequence[Workspace]) -> list[str]:
    return [row.slug for row in rows]


def _is_of(member: Member, slug: str) -> bool:
    """Whether a row has this slug, and the member a role there: its pages then say why nothing is connected."""
    row = Workspace.objects.filter(slug=slug).first()
    return row is not None and bool(member.role_in(row))


def _home(request: HttpRequest, seen: Sequence[Workspace]) -> str:
    last = request.COOKIES.get(LAST_COOKIE, "")
    slugs = _slugs(seen)
    return last if last in slugs else next(iter(slugs), "")


def _address_in(home: str, first: str, request: HttpRequest) -> str:
    """Where an address without a workspace leads in one; "" for those that need none, or lead nowhere.

    One that names a row, such as /campaigns/7/, was written down when there was one workspace only, which is now the
    first: in the last visited one that row is not found.
    """
    path = request.path_info
    for tried in (path, f"{path}/"):
        try:
            resolve(tried, urls_of(home))  # type: ignore[arg-type]
        except Resolver404:
            pass
        else:
            return ""
        try:
            found = resolve(tried)
        except Resolver404:
            continue
        urls = urls_of(first if found.kwargs else home)
        address = reverse(found.view_name, urls, found.args, found.kwargs)  # type: ignore[arg-type]
        query = request.META.get("QUERY_STRING", "")
        return f"{address}?{query}" if query else address
    return ""
