"""The lists: drafts, the versions of one, and what was sent for campaigns by blueprints."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.blueprints.drafts.differences import differences
from iexdg.blueprints.drafts.looking import mirrored_names, parsed
from iexdg.blueprints.models import OPEN_APPLY, ApplyRequest, CampaignWrite, Draft, DraftVersion
from iexdg.blueprints.pages.frame import Frame
from iexdg.blueprints.pages.plan import ChangeLine, change_line
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspaces.models import Workspace

MOST_DRAFTS = 100
MOST_VERSIONS = 200
MOST_WRITES = 100


@dataclass(frozen=True)
class DraftList:
    """What the list of drafts shows."""

    drafts: Sequence[Draft]
    applying: frozenset[int]
    may_write: bool


@dataclass(frozen=True)
class VersionLine:
    """One version; `is_shown`: it is what the draft is now."""

    version: DraftVersion
    is_shown: bool


@dataclass(frozen=True)
class VersionsPage:
    """What the tab shows. Shapes: shown - the version whose changes are listed, None for none; changes - against the
    one before it, None where one of the two cannot be read as a blueprint.
    """

    frame: Frame
    lines: Sequence[VersionLine]
    shown: DraftVersion | None
    before: DraftVersion | None
    changes: Sequence[ChangeLine] | None


@dataclass(frozen=True)
class WritesPage:
    """What the list of writes shows."""

    writes: Sequence[CampaignWrite]
    requests: Sequence[ApplyRequest]


def draft_list(workspace: Workspace, *, member: Member) -> DraftList:
    """Build the list; at a fixed number of queries."""
    rows = Draft.objects.filter(workspace=workspace).select_related("campaign", "saved_by").defer("content")
    open_ones = ApplyRequest.objects.filter(workspace=workspace, state__in=OPEN_APPLY, draft__isnull=False)
    return DraftList(
        drafts=list(rows[:MOST_DRAFTS]),
        applying=frozenset(open_ones.values_list("draft", flat=True)),
        may_write=member.may(Action.BLUEPRINTS),
    )


def versions_page(frame: Frame, number: int | None) -> VersionsPage:
    """Build the tab; at a fixed number of queries. Shapes: number - of the version whose changes are shown."""
    draft = frame.draft
    rows = DraftVersion.objects.filter(draft=draft).select_related("by").defer("content")
    shown = DraftVersion.objects.filter(draft=draft, number=number).first() if number is not None else None
    before = None
    if shown is not None:
        before = DraftVersion.objects.filter(draft=draft, number__lt=shown.number).first()
    return VersionsPage(
        frame=frame,
        lines=[VersionLine(row, row.number == draft.shown_version) for row in rows[:MOST_VERSIONS]],
        shown=shown,
        before=before,
        changes=_changes(frame, shown, before),
    )


def _changes(frame: Frame, shown: DraftVersion | None, before: DraftVersion | None) -> Sequence[ChangeLine] | None:
    if shown is None:
        return ()
    names = mirrored_names(frame.draft.workspace)
    new, old = parsed(shown.content), parsed(before.content) if before is not None else None
    if new is None or (old is None and before is not None):
        return None
    return [change_line(one.facts) for one in differences(new, old, names, today=timezone.now().date())]


def writes_page(workspace: Workspace) -> WritesPage:
    """Build the list; at a fixed number of queries."""
    writes = CampaignWrite.objects.filter(workspace=workspace).select_related("by", "campaign").defer("body")
    requests = ApplyRequest.objects.filter(workspace=workspace).select_related("by", "campaign", "draft").defer("text")
    return WritesPage(list(writes[:MOST_WRITES]), list(requests[:MOST_WRITES]))


def campaigns_to_copy(workspace: Workspace) -> list[tuple[int, str]]:
    """The campaigns that Instantly lists: (id, name)."""
    there = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    return list(there.values_list("pk", "name"))
