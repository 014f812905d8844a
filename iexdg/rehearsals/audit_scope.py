"""Which events of the history belong to a workspace: those of campaigns that are not at Instantly yet."""

from django.db.models import Q

from iexdg.team.audit.queries import declare_events


def _of_workspace(workspace_pk: int) -> Q:
    return Q(subject__startswith=f"rehearsal:{workspace_pk}:")


declare_events(_of_workspace)
