"""Guards: the only place where an action is refused because of a role."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.kept_input import ask_to_sign_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require(member: Member, action: Action) -> None:
    """Check that the member's role allows the action.

    Raises: NotAllowedError - the role does not allow it; nothing was changed.
    """
    if not member.may(action):
        raise NotAllowedError(member.role, action)


def member_of(request: HttpRequest) -> Member:
    """Return the signed-in member of a guarded request.

    Raises: PermissionDenied - no one is signed in.
    """
    if not isinstance(request.user, Member):
        raise PermissionDenied("Sign in first.")
    return request.user


def member_may(action: Action) -> Callable[[View[P]], View[P]]:
    """Guard a view: anonymous people go to sign-in, members without the role get a 403 that says why."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            member = member_of(request)
            try:
                require(member, action)
            except NotAllowedError as refusal:
                raise PermissionDenied(str(refusal)) from None
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard
