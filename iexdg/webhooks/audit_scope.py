"""Which events of the history belong to a workspace: those of its receiver and its deliveries."""

from django.db.models import Q

from iexdg.team.audit.queries import declare_events


def _of_workspace(workspace_pk: int) -> Q:
    return Q(subject=f"webhooks:{workspace_pk}") | Q(subject__startswith=f"webhooks:{workspace_pk}:")


declare_events(_of_workspace)
