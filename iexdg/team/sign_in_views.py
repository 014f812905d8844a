"""The sign-in view."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings
from django.http import HttpResponse

from iexdg.team.demo import DEMO_PASSWORD, DEMO_PEOPLE, demo_people_exist
from iexdg.team.sign_in_limits import remember_browser

_LIMITED = "too_many_login_attempts"


class SignInView(LoginView):  # type: ignore[misc]
    """Sign-in; with the sandbox, and only then, it shows the demo sign-ins."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the second factor or to the page; the password was right, so the browser is known from then on."""
        response: HttpResponse = super().form_valid(form)
        remember_browser(self.request, response, form.cleaned_data["login"])
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again; 429 where a limit is used up."""
        response: HttpResponse = super().form_invalid(form)
        if form.has_error("__all__", _LIMITED):
            response.status_code = 429
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo people where they exist and no real key does."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.USES_SANDBOX and demo_people_exist():
            context["demo_people"] = [(email, role) for email, (_, role) in DEMO_PEOPLE.items()]
            context["demo_password"] = DEMO_PASSWORD
        return context
