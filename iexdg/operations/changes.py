"""What tells an open page that a watcher no longer reports, or reports again: how many report within their limit."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.expressions import Combinable

from iexdg.operations.models import Watcher
from iexdg.operations.watchers import Watching
from iexdg.workspaces.changes import MomentOfReading, declare


def _reporting() -> Combinable:
    recent = Q()
    for watching in Watching:
        lately = (MomentOfReading(-watching.limit), MomentOfReading(watching.limit))
        recent |= Q(name=watching.value, looked_at__range=lately)
    mine = Watcher.objects.filter(recent, workspace=OuterRef("pk")).order_by().values("workspace")
    return Subquery(mine.annotate(reporting=Count("pk")).values("reporting"))


declare("watchers", reporting=_reporting)
