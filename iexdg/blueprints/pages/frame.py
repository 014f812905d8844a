"""What every page of a draft shows on top: where it is, who saved it, what is wrong, and its tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from iexdg.blueprints.drafts.looking import Look, look_at
from iexdg.blueprints.models import OPEN_APPLY, ApplyRequest, Draft, DraftVersion
from iexdg.team.models import Member
from iexdg.team.roles import Action

TABS = {
    "copy": ("Copy", "blueprints:draft"),
    "sending": ("Schedule and senders", "blueprints:sending"),
    "subsequences": ("Subsequences", "blueprints:subsequences"),
    "plan": ("Plan", "blueprints:plan"),
    "versions": ("Versions", "blueprints:versions"),
}


@dataclass(frozen=True)
class Tab:
    """One part of a draft, at an address of its own."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Frame:
    """What is above the tabs, and the tabs. Shapes: revision - that the form on the page is based on;
    may_undo, may_redo - whether there is a version before or after the one that is shown.
    """

    draft: Draft
    look: Look
    content: Mapping[str, Any]
    revision: int
    tabs: tuple[Tab, ...]
    may_write: bool
    may_undo: bool
    may_redo: bool
    applying: ApplyRequest | None

    @property
    def campaign_name(self) -> str:
        """The name of its campaign; "" for one that is new."""
        return self.draft.campaign.name if self.draft.campaign is not None else ""


def frame_of(draft: Draft, tab: str, *, member: Member, revision: int | None = None) -> Frame:
    """Build what all tabs share. Shapes: draft - its content may be what was typed and not saved;
    revision - that was opened, where it is not the newest one.
    """
    numbers = list(DraftVersion.objects.filter(draft=draft).values_list("number", flat=True))
    shown = draft.shown_version
    return Frame(
        draft=draft,
        look=look_at(draft),
        content=draft.content,
        revision=draft.revision if revision is None else revision,
        tabs=tuple(Tab(label, reverse(url, args=[draft.pk]), name == tab) for name, (label, url) in TABS.items()),
        may_write=member.may(Action.BLUEPRINTS),
        may_undo=any(number < shown for number in numbers),
        may_redo=any(number > shown for number in numbers),
        applying=ApplyRequest.objects.filter(draft=draft, state__in=OPEN_APPLY).first(),
    )
