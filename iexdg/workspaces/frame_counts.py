"""What waits for a person, counted for the navigation of every page: all of it in one query, whoever declares it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from iexdg.workspaces.context import workspace_of_frame
from iexdg.workspaces.models import Workspace

Rows = Callable[[Workspace], QuerySet[Any]]
_declared: dict[str, Rows] = {}


def declare(name: str, rows: Rows) -> None:
    """Count rows of a workspace for the navigation, as a variable of every template.

    Shapes: rows - returns those that wait, of a model with a `workspace`.
    """
    _declared[name] = rows


def frame_counts(request: HttpRequest) -> dict[str, Any]:
    """Add the counts for signed-in members; lazy, because a fragment has no navigation."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    counts = SimpleLazyObject(lambda: _counts(workspace_of_frame(request)))
    return {name: SimpleLazyObject(lambda name=name: counts[name]) for name in _declared}  # type: ignore[misc]


def _counts(workspace: Workspace | None) -> dict[str, int]:
    if workspace is None:
        return dict.fromkeys(_declared, 0)
    columns = {name: Coalesce(_counted(rows(workspace)), 0) for name, rows in _declared.items()}
    found = Workspace.objects.filter(pk=workspace.pk).values(**columns).first()
    return dict(found) if found else dict.fromkeys(_declared, 0)


def _counted(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().values("workspace").annotate(number=Count("pk")).values("number"))
