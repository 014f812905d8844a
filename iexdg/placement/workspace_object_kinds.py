"""Declares how changes of placement tests are carried out."""

from iexdg.placement.carry_out import HOW
from iexdg.workspace_objects.kinds import declare_change
from iexdg.workspace_objects.models import ObjectKind

declare_change(ObjectKind.PLACEMENT, HOW)
