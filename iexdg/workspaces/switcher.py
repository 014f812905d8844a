"""What the header offers to a member who may see several workspaces: to go to another one, or to all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from iexdg.workspaces.addresses import page_in
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Choice:
    """One workspace of the list. Shapes: state - what it does and needs, in words; "" while that is not read."""

    slug: str
    name: str
    mode: str
    url: str
    is_current: bool
    state: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Switcher:
    """The list. Shapes: slug, name - of the current workspace."""

    slug: str
    name: str
    choices: tuple[Choice, ...]


def switcher_of(workspaces: Sequence[Workspace], slug: str | None) -> Switcher:
    """Return the list without states, which costs no query."""
    choices = tuple(choice_of(one, is_current=one.slug == slug) for one in workspaces)
    current = next((one for one in choices if one.is_current), None)
    return Switcher(current.slug if current else "", current.name if current else "", choices)


def choice_of(workspace: Workspace, *, is_current: bool = False, state: str = "", tone: str = "") -> Choice:
    """Return one workspace of the list."""
    url = page_in(workspace, "control_room")
    return Choice(workspace.slug, workspace.name, workspace.get_mode_display(), url, is_current, state, tone)
