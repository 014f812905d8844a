"""Which events of the history belong to a workspace: its own."""

from django.db.models import Q

from iexdg.team.audit.queries import declare_events

declare_events(lambda workspace_pk: Q(subject=f"workspace:{workspace_pk}"))
