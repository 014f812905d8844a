"""Views of one's own account: password, second factor, sessions."""

from typing import Any

from allauth.account.views import PasswordResetFromKeyView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from iexdg.team.forms import ForgottenPasswordForm
from iexdg.team.password_links import ask_for_link
from iexdg.team.permissions import member_of, signed_in
from iexdg.team.queries import has_second_factor, roles_with_second_factor
from iexdg.team.sessions import end_other_sessions, end_session, open_sessions
from iexdg.team.sign_in_limits import remember_browser
from iexdg.ui.formatting import plural
from iexdg.ui.posting import posted_from


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Show a member their account: password, second factor, open sessions."""
    member = member_of(request)
    context = {
        "nav": "account",
        "member": member,
        "has_second_factor": has_second_factor(member),
        "is_required": member.strongest_role in roles_with_second_factor(),
        "sessions": open_sessions(request, member),
        "idle_h": settings.SESSION_IDLE_S / 3600,
        "max_days": settings.SESSION_MAX_S / 86400,
    }
    return render(request, "account/home.html", context)


@posted_from("account_home")
@signed_in
def end_one_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session of the member who asks; ending the one in use signs out."""
    if end_session(member_of(request), pk):
        messages.success(request, "The session has ended.")
    else:
        messages.info(request, "That session had ended already.")
    return redirect("account_home")


@posted_from("account_home")
@signed_in
def end_the_others(request: HttpRequest) -> HttpResponse:
    """End every session of the member who asks, except the one in use."""
    ended = end_other_sessions(request, member_of(request))
    messages.success(request, f"{plural(ended, 'other session')} ended.")
    return redirect("account_home")


@require_http_methods(["GET", "POST"])
@never_cache
def forgotten_password(request: HttpRequest) -> HttpResponseBase:
    """Ask for a link to set a new password; the answer is the same whether or not the address is a member's."""
    form = ForgottenPasswordForm(request.POST or None)
    is_on = _email_is_on()
    if is_on and form.is_valid():
        email = form.cleaned_data["email"]
        refusal: HttpResponseBase | None = ratelimit.consume_or_429(request, action="reset_password", key=email.lower())
        if refusal is not None:
            return refusal
        ask_for_link(email)
        return redirect("account_reset_password_done")
    status = 200 if request.method == "GET" else 422
    return render(request, "account/password_reset.html", {"form": form, "email_is_on": is_on}, status=status)


@require_GET
def link_is_coming(request: HttpRequest) -> HttpResponse:
    """Say that a link is on its way, if someone has the address."""
    return render(request, "account/password_reset_done.html")


class NewPasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """Sets a new password through a link; the browser is known from then on."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether a new link can be asked for."""
        return {**super().get_context_data(**kwargs), "email_is_on": _email_is_on()}

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password, and let this browser sign in whatever others have tried."""
        response: HttpResponse = super().form_valid(form)
        remember_browser(self.request, response, self.reset_user.email)
        return response


def _email_is_on() -> bool:
    return bool(settings.EMAIL_HOST)
