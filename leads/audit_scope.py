"""Which events of the history belong to a workspace: those about imports into its lead lists."""

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from iexdg.team.audit.queries import declare_events
from leads.models import Import


def _of_workspace(workspace_pk: int) -> Q:
    named = Concat(Value("import:"), Cast("pk", CharField()), output_field=CharField())
    imports = Import.objects.filter(workspace=workspace_pk, campaign__isnull=True)
    return Q(subject__in=imports.order_by().values_list(named))


declare_events(_of_workspace)
