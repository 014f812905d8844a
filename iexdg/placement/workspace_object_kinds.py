"""Declares how changes of placement tests are carried out, and how the kill switch pauses them."""

from collections.abc import Collection

from iexdg.placement.carry_out import HOW
from iexdg.placement.models import PlacementTest
from iexdg.placement.verbs import pause_test, placement_tests_that_can_send
from iexdg.workspace_objects.kinds import declare_change
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.sending import Sends, declare_sending
from iexdg.workspaces.models import Workspace


def _numbers(workspace: Workspace, remote_ids: Collection[str]) -> dict[str, int]:
    there = PlacementTest.objects.filter(workspace=workspace, remote_id__in=remote_ids)
    return dict(there.values_list("remote_id", "pk"))


declare_change(ObjectKind.PLACEMENT, HOW)
declare_sending(ObjectKind.PLACEMENT, Sends(placement_tests_that_can_send, pause_test, _numbers, page="placement-test"))
