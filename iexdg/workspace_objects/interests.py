"""Interests: Instantly's own, and the labels of the workspace, which leads carry by their numbers."""

from collections.abc import Mapping

from django.db import models

from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace


class Interest(models.IntegerChoices):
    """Instantly's lt_interest_status. Source: docs/api/instantly-facts.md §2.0; own labels have other numbers."""

    OUT_OF_OFFICE = 0, "Out of office"
    INTERESTED = 1, "Interested"
    MEETING_BOOKED = 2, "Meeting booked"
    MEETING_COMPLETED = 3, "Meeting completed"
    WON = 4, "Won"
    NOT_INTERESTED = -1, "Not interested"
    WRONG_PERSON = -2, "Wrong person"
    LOST = -3, "Lost"
    NO_SHOW = -4, "No show"


def own_labels(workspace: Workspace) -> dict[int, tuple[str, str]]:
    """Return the workspace's own labels: number -> (label, kind); one query. Kinds: positive, negative, neutral."""
    (found,) = kept(workspace, ObjectKind.LABEL)
    return {one["interest"]: (str(one["label"]), str(one["kind"] or "")) for one in found.items if "interest" in one}


def interest_choices(workspace: Workspace) -> list[tuple[int, str]]:
    """Return every interest that can be chosen: Instantly's own, then the labels of the workspace."""
    return choices_with(own_labels(workspace))


def choices_with(own: Mapping[int, tuple[str, str]]) -> list[tuple[int, str]]:
    """The same without a query. Shapes: own - as `own_labels` returns them."""
    return [*((code, str(label)) for code, label in Interest.choices), *((code, own[code][0]) for code in own)]
