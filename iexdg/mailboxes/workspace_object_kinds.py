"""Declares that mailboxes can have tags."""

from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.mailboxes.models import Mailbox
from iexdg.workspace_objects.uses import Taggable, declare_taggable
from iexdg.workspaces.models import Workspace


def _mailboxes(workspace: Workspace) -> list[Taggable]:
    there = Mailbox.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("email")
    return [Taggable(email, email, "mailbox", pk) for pk, email in there.values_list("pk", "email")]


declare_taggable(TaggedKind.ACCOUNT, _mailboxes)
