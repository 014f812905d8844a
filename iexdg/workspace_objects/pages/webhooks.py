"""The list of webhooks and of the newest deliveries, as their template reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.clients.instantly.webhooks import DISABLED, ENABLED
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.workspace_objects.addresses import host_of
from iexdg.workspace_objects.interests import own_labels
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.sections import Section, sections_of
from iexdg.workspace_objects.uses import taggable
from iexdg.workspace_objects.webhooks import event_words
from iexdg.workspaces.models import Workspace

_MOST_CHANGES = 5
_STATES = {ENABLED: ("enabled", "ok"), DISABLED: ("disabled by failures", "bad")}


@dataclass(frozen=True)
class WebhookLine:
    """One webhook. Shapes: address - its end is for whoever may change it, the host for all."""

    id: str
    name: str
    address: str
    event: str
    campaign: str
    words: str
    tone: str
    failed_at: datetime | None
    is_disabled: bool


@dataclass(frozen=True)
class EventLine:
    """One delivery; `again_at`: when it is tried again; None where it is not, or that is over."""

    host: str
    at: datetime | None
    words: str
    tone: str
    error: str
    attempt: int | None
    again_at: datetime | None


@dataclass(frozen=True)
class WebhooksPage:
    """What the page shows."""

    lines: Sequence[WebhookLine]
    events: Sequence[EventLine]
    read: Kept
    read_events: Kept
    changes: Sequence[ObjectChange]
    may_change: bool
    only_failed: bool
    sections: Sequence[Section]


def webhooks_page(workspace: Workspace, query: QueryDict, *, member: Member) -> WebhooksPage:
    """Build the page."""
    read, events = kept(workspace, ObjectKind.WEBHOOK, ObjectKind.WEBHOOK_EVENT)
    campaigns = {one.id: one.name for one in taggable(workspace, TaggedKind.CAMPAIGN)}
    labels = {number: label for number, (label, _) in own_labels(workspace).items()}
    may_see = member.may(Action.WEBHOOKS)
    only_failed = query.get("show") == "failed"
    changes = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.WEBHOOK).select_related("by")
    return WebhooksPage(
        lines=[_line(one, campaigns, labels, may_see=may_see) for one in read.items],
        events=[_event(one) for one in events.items if not only_failed or one["success"] is False],
        read=read,
        read_events=events,
        changes=list(changes[:_MOST_CHANGES]),
        may_change=may_see and workspace.may_write,
        only_failed=only_failed,
        sections=sections_of(workspace, member),
    )


def choices_of(workspace: Workspace) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]:
    """Return the campaigns and the labels that a webhook can be about."""
    campaigns = [(one.id, one.name) for one in taggable(workspace, TaggedKind.CAMPAIGN)]
    return campaigns, [(number, label) for number, (label, _) in own_labels(workspace).items()]


def _line(one: Item, campaigns: dict[str, str], labels: dict[int, str], *, may_see: bool) -> WebhookLine:
    words, tone = _STATES.get(one["status"], ("unknown", "warn"))
    number = one["interest"]
    event = event_words(str(one["event"] or "unknown")) if number is None else f"label {labels.get(number, number)}"
    campaign = one["campaign"]
    return WebhookLine(
        id=str(one["id"]),
        name=str(one["name"] or ""),
        address=str(one["url"]) if may_see else host_of(str(one["url"])),
        event=event,
        campaign=campaigns.get(campaign, "a campaign that is not known here") if campaign else "every campaign",
        words=words,
        tone=tone,
        failed_at=parse_datetime(str(one["failed"] or "")),
        is_disabled=one["status"] == DISABLED,
    )


def _event(one: Item) -> EventLine:
    success, status = one["success"], one["status"]
    again_at = parse_datetime(str(one["again"] or ""))
    code = f", HTTP {status}" if status is not None else ""
    words, tone = {True: ("delivered", "ok"), False: ("failed", "bad")}.get(success, ("unknown", "warn"))
    return EventLine(
        host=host_of(str(one["url"] or "")),
        at=parse_datetime(str(one["at"] or "")),
        words=f"{words}{code}",
        tone=tone,
        error=str(one["error"] or ""),
        attempt=one["attempt"],
        again_at=again_at if again_at is not None and again_at > timezone.now() else None,
    )
