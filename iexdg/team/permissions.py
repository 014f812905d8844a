"""Guards: the only place where an action is refused because of a role.

Where a member has no role in a workspace, it does not exist for them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase

from iexdg.team.current import Connected, connected_slugs, slug_here
from iexdg.team.errors import NotAllowedError, UnknownWorkspaceError
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.kept_input import ask_to_sign_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def require(member: Member, action: Action, workspace: Connected | None = None) -> None:
    """Check that the member's role allows the action, in a workspace or in the current one.

    Raises: UnknownWorkspaceError - no role there. NotAllowedError - the role does not allow it. Nothing was changed.
    """
    role = member.role_in(workspace)
    if not role:
        raise UnknownWorkspaceError(_slug_of(workspace), slugs_seen_by(member))
    if not member.may(action, workspace):
        raise NotAllowedError(role, action)


def require_everywhere(member: Member, action: Action) -> None:
    """Check that the member's role in every workspace allows the action, for what belongs to no workspace alone.

    Raises: NotAllowedError - it does not; nothing was changed.
    """
    if not member.may_everywhere(action):
        raise NotAllowedError(member.role, action, everywhere=True)


def slugs_seen_by(member: Member) -> list[str]:
    """The slugs of the connected workspaces in which a member has a role, the first one first."""
    own = {one.slug: one.role for one in member.own_roles}
    return [slug for slug in connected_slugs() if own.get(slug, member.role)]


def member_of(request: HttpRequest) -> Member:
    """Return the signed-in member of a guarded request.

    Raises: PermissionDenied - no one is signed in.
    """
    if not isinstance(request.user, Member):
        raise PermissionDenied("Sign in first.")
    return request.user


def signed_in(view: View[P]) -> View[P]:
    """Guard a view of one's own account, which needs no role anywhere: anonymous people go to sign-in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)

    return cast(View[P], guarded)


def member_may(action: Action) -> Callable[[View[P]], View[P]]:
    """Guard a view of the current workspace.

    Anonymous people go to sign-in, members without the role get a 403 that says why, and those who have no role in the
    workspace a 404.
    """
    return _guarded(action, require)


def member_may_everywhere(action: Action) -> Callable[[View[P]], View[P]]:
    """Guard a view of what belongs to no workspace: it takes the role that a member has in every workspace."""
    return _guarded(action, require_everywhere)


def _guarded(action: Action, check: Callable[[Member, Action], None]) -> Callable[[View[P]], View[P]]:
    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return ask_to_sign_in(request)
            member = member_of(request)
            try:
                check(member, action)
            except NotAllowedError as refusal:
                raise PermissionDenied(str(refusal)) from None
            except UnknownWorkspaceError as unknown:
                raise Http404(str(unknown)) from None
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard


def _slug_of(workspace: Connected | None) -> str:
    return str(getattr(workspace, "slug", "") or slug_here() or "")
