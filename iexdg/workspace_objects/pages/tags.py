"""The list of tags and the page of one, as their templates read them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.addresses import page_url
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.uses import SendsByTag, Taggable, sends_by_tag, taggable
from iexdg.workspaces.models import Workspace

_MOST_CHANGES = 5


@dataclass(frozen=True)
class TagLine:
    """One line of the list; the counts are None where it was not read what has tags."""

    id: str
    label: str
    description: str
    mailboxes: int | None
    campaigns: int | None
    senders: Sequence[SendsByTag]


@dataclass(frozen=True)
class TagsPage:
    """What the list shows."""

    lines: Sequence[TagLine]
    read: Kept
    read_tagged: Kept
    changes: Sequence[ObjectChange]
    may_change: bool


@dataclass(frozen=True)
class ResourceLine:
    """A mailbox or a campaign, and whether it has the tag."""

    id: str
    name: str
    url: str
    has_it: bool


@dataclass(frozen=True)
class TagPage:
    """What the page of one tag shows."""

    line: TagLine
    read: Kept
    mailboxes: Sequence[ResourceLine]
    campaigns: Sequence[ResourceLine]
    changes: Sequence[ObjectChange]
    may_change: bool

    @property
    def having(self) -> list[ResourceLine]:
        """Everything that has the tag."""
        return [one for one in (*self.mailboxes, *self.campaigns) if one.has_it]


def tags_page(workspace: Workspace, *, member: Member) -> TagsPage:
    """Build the list."""
    read, tagged = kept(workspace, ObjectKind.TAG, ObjectKind.TAGGED)
    changes = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.TAG).select_related("by")
    return TagsPage(
        lines=_lines(workspace, read.items, tagged),
        read=read,
        read_tagged=tagged,
        changes=list(changes[:_MOST_CHANGES]),
        may_change=member.may(Action.TAGS) and workspace.may_write,
    )


def tag_page(workspace: Workspace, item: Item, *, member: Member) -> TagPage:
    """Build the page of one tag."""
    (tagged,) = kept(workspace, ObjectKind.TAGGED)
    have = {(one["kind"], one["resource"]) for one in tagged.items if one["tag"] == item["id"]}
    there = {kind: taggable(workspace, kind) for kind in TaggedKind}
    changes = ObjectChange.objects.filter(
        workspace=workspace, kind=ObjectKind.TAG, remote_id=item["id"]
    ).select_related("by")
    return TagPage(
        line=_lines(workspace, [item], tagged)[0],
        read=tagged,
        mailboxes=[_resource(one, (1, one.id) in have) for one in there[TaggedKind.ACCOUNT]],
        campaigns=[_resource(one, (2, one.id) in have) for one in there[TaggedKind.CAMPAIGN]],
        changes=list(changes[:_MOST_CHANGES]),
        may_change=member.may(Action.TAGS) and workspace.may_write,
    )


def _lines(workspace: Workspace, items: Sequence[Item], tagged: Kept) -> list[TagLine]:
    counts = Counter((one["tag"], one["kind"]) for one in tagged.items)
    senders = sends_by_tag(workspace, [str(one["id"]) for one in items])
    is_read = tagged.read_at is not None
    return [
        TagLine(
            id=str(one["id"]),
            label=str(one["label"]),
            description=str(one["description"] or ""),
            mailboxes=counts[one["id"], 1] if is_read else None,
            campaigns=counts[one["id"], 2] if is_read else None,
            senders=[by for by in senders if by.tag == one["id"]],
        )
        for one in items
    ]


def _resource(one: Taggable, has_it: bool) -> ResourceLine:
    return ResourceLine(one.id, one.name, page_url(one.page, one.pk), has_it)
