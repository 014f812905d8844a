"""Which events of the history belong to a workspace: those about its campaigns, and about imports into them."""

from django.db.models import Q

from campaigns.models import Campaign
from iexdg.team.audit.queries import declare_events


def _of_workspace(workspace_pk: int) -> Q:
    return Q(campaign_ref__in=Campaign.objects.filter(workspace=workspace_pk).order_by().values("pk"))


declare_events(_of_workspace)
