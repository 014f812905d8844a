"""What the apps above show on the page of webhooks. Each adds it in its module `workspace_object_kinds`."""

from collections.abc import Callable
from dataclasses import dataclass

from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Section:
    """A part of the page. Shapes: template - of the app above; shown - what it prints, as `section` there."""

    template: str
    shown: object


_builders: list[Callable[[Workspace, Member], Section]] = []


def declare_section(build: Callable[[Workspace, Member], Section]) -> None:
    """Add a part to the page, above the webhooks."""
    _builders.append(build)


def sections_of(workspace: Workspace, member: Member) -> list[Section]:
    """Return the parts for one reader, lower apps first."""
    return [build(workspace, member) for build in _builders]
