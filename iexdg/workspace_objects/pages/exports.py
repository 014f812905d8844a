"""The lists as rows of a file. No secret is in a kept list, so none can be in a file."""

from collections.abc import Iterator, Sequence

from iexdg.workspace_objects.keys import missing_of
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.pages.tags import TagLine
from iexdg.workspace_objects.pages.webhooks import WebhookLine

Cells = Sequence[object]


def tag_cells(lines: Sequence[TagLine]) -> Iterator[Cells]:
    """Yield the tags; a count is empty where it was not read what has tags."""
    yield ("Tag", "Description", "Mailboxes", "Campaigns", "Chooses senders of", "Id")
    for line in lines:
        senders = ", ".join(one.name for one in line.senders)
        yield (line.label, line.description, line.mailboxes, line.campaigns, senders, line.id)


def label_cells(items: Sequence[Item]) -> Iterator[Cells]:
    """Yield the labels."""
    yield ("Label", "Counts as", "Number", "Description", "Id")
    for one in items:
        yield (one["label"], one["kind"], one["interest"], one["description"], one["id"])


def key_cells(items: Sequence[Item]) -> Iterator[Cells]:
    """Yield the keys by their names: what each may do, and what of that which is used here it may not."""
    yield ("Key", "In use here", "Scopes", "Missing scopes", "Created", "Id")
    for one in items:
        missing = ", ".join(lack.scope for lack in missing_of(one["scopes"]))
        in_use = "yes" if one.get("is_ours") else "no"
        yield (one["name"], in_use, ", ".join(one["scopes"]), missing, one["created"], one["id"])


def webhook_cells(lines: Sequence[WebhookLine]) -> Iterator[Cells]:
    """Yield the webhooks as their page shows them: of an address never more than there."""
    yield ("Webhook", "Address", "Event", "Campaign", "State", "Failed at", "Id")
    for line in lines:
        yield (line.name, line.address, line.event, line.campaign, line.words, line.failed_at, line.id)
