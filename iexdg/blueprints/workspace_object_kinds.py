"""Declares how a campaign is deleted."""

from iexdg.blueprints.deleting import HOW
from iexdg.workspace_objects.kinds import declare_change
from iexdg.workspace_objects.models import ObjectKind

declare_change(ObjectKind.CAMPAIGN, HOW)
