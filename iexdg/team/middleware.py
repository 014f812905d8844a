"""What holds on every page of a member: the session is not over, and a second factor that is required is set up."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from iexdg.team.models import Member
from iexdg.team.sessions import is_over, note_use


class SessionLimitsMiddleware:
    """Ends a session that is too old or was not used for too long; what the request asked for needs a new sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if is_over(request):
                logout(request)
            else:
                note_use(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads a member whose role needs a second factor, and who has none, to where they set one up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = request.user
        is_elsewhere = not request.path.startswith(reverse("account_home"))
        if is_elsewhere and isinstance(member, Member) and member.owes_second_factor:
            return _to_set_up(request)
        return self.get_response(request)


def _to_set_up(request: HttpRequest) -> HttpResponse:
    address = reverse("mfa_index")
    if request.headers.get("HX-Request"):
        # A part of an open page: the whole page goes there.
        return HttpResponse(headers={"HX-Redirect": address})
    messages.warning(request, "Your role needs a second factor. Set one up to continue.")
    return redirect(address)
