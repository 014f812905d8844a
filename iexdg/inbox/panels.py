"""What the apps above know of a conversation, beside it. Each adds its own in its module `thread_panel`."""

from collections.abc import Callable
from dataclasses import dataclass

from iexdg.inbox.models import Thread


@dataclass(frozen=True)
class PanelLine:
    """One fact. Shapes: state, tone - of its pill; url - its own page here, "" for none."""

    words: str
    state: str
    tone: str
    url: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Panel:
    """One part beside the conversation. Shapes: key - of its heading's id; link, label - to the same at the vendor."""

    key: str
    title: str
    lines: tuple[PanelLine, ...]
    nothing: str
    link: str = ""
    label: str = ""


_panels: list[Callable[[Thread], Panel]] = []


def declare_panel(panel: Callable[[Thread], Panel]) -> Callable[[Thread], Panel]:
    """Have a function of the app above add its part; a decorator."""
    _panels.append(panel)
    return panel


def panels_of(thread: Thread) -> tuple[Panel, ...]:
    """The parts of all apps."""
    return tuple(panel(thread) for panel in _panels)
