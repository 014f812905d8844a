"""The sign-in view."""

from typing import Any

from allauth.account.views import LoginView
from django.conf import settings

from iexdg.team.demo import DEMO_PASSWORD, DEMO_PEOPLE, demo_people_exist


class SignInView(LoginView):  # type: ignore[misc]
    """Sign-in; with the sandbox, and only then, it shows the demo sign-ins."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo people where they exist and no real key does."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        if settings.USES_SANDBOX and demo_people_exist():
            context["demo_people"] = [(email, role) for email, (_, role) in DEMO_PEOPLE.items()]
            context["demo_password"] = DEMO_PASSWORD
        return context
