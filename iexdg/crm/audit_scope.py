"""Which events of the history belong to a workspace: those of its location."""

from django.db.models import Q

from iexdg.team.audit.queries import declare_events

declare_events(lambda workspace_pk: Q(subject=f"crm:{workspace_pk}"))
