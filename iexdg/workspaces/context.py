"""What the frame of every page shows about the connection; its workspace is read once for all parts of the frame."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from iexdg.team.current import current_slug
from iexdg.team.models import Member
from iexdg.workspaces.changes import recent_changes
from iexdg.workspaces.connected import current_rows
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.queries import WorkspaceBar, workspace_bar_facts
from iexdg.workspaces.switcher import switcher_of


def workspace_bar(request: HttpRequest) -> dict[str, Any]:
    """Add `workspace_bar` for signed-in members; no one else may see the connection."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    # Lazy: a fragment that is polled every second has no top bar and must not pay for it.
    return {"workspace_bar": SimpleLazyObject(lambda: _bar(request))}


def changes(request: HttpRequest) -> dict[str, Any]:
    """Add `changes`, the stamps that an open page asks with; read before its figures were (middleware.py)."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    return {"changes": getattr(request, "changes", None) or SimpleLazyObject(recent_changes)}


def switcher(request: HttpRequest) -> dict[str, Any]:
    """Add `switcher` where the member may see more than one workspace."""
    workspaces = getattr(request, "workspaces", ())
    return {"switcher": switcher_of(workspaces, current_slug())} if len(workspaces) > 1 else {}


def workspace_of_frame(request: HttpRequest) -> Workspace | None:
    """Return the current workspace with who stopped all sending, read once per request.

    None before there is one, and for a member who has no role there.
    Only for what is shown: a decision reads the row again.
    """
    if not hasattr(request, "workspace_of_frame"):
        keep_for_frame(request, current_rows().select_related("kill_switch_by").first())
    return request.workspace_of_frame  # type: ignore[attr-defined,no-any-return]


def keep_for_frame(request: HttpRequest, workspace: Workspace | None) -> None:
    """Keep a workspace that was just read for the frame, unless the member has no role there."""
    may_see = workspace is not None and isinstance(request.user, Member) and bool(request.user.role_in(workspace))
    request.workspace_of_frame = workspace if may_see else None  # type: ignore[attr-defined]


def _bar(request: HttpRequest) -> WorkspaceBar | None:
    workspace = workspace_of_frame(request)
    return workspace_bar_facts(workspace) if workspace is not None else None
