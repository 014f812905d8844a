"""Which events of the history belong to a workspace: those of its conversations."""

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from iexdg.inbox.models import Thread
from iexdg.team.audit.queries import declare_events


def _of_workspace(workspace_pk: int) -> Q:
    named = Concat(Value("thread:"), Cast("pk", CharField()), output_field=CharField())
    return Q(subject__in=Thread.objects.filter(workspace=workspace_pk).order_by().values_list(named))


declare_events(_of_workspace)
