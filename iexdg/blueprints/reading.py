"""What Instantly has now: campaigns, tags and mailboxes of a workspace, read for a plan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from campaigns.models import Subsequence
from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.facts import Names
from iexdg.blueprints.models import CampaignWrite, WriteState, WriteVerb
from iexdg.blueprints.parsing import Blueprint
from iexdg.clients.instantly import campaigns as remote
from iexdg.clients.instantly import subsequences as remote_subsequences
from iexdg.mailboxes.models import Mailbox
from iexdg.mailboxes.queries import Sender
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

_SUBSEQUENCE = ("campaign_remote_id", "name", "remote_id")


@dataclass(frozen=True)
class Reality:
    """What a blueprint is compared with.

    Shapes: mailboxes - addresses in lower case, None where none was read yet; disconnected - those of them that cannot
        send now; created - name in lower case -> id of what was created under it and stored under another name;
        known_subsequences - (id of the campaign, name) as last read, of those whose campaigns do not name any.
    """

    campaigns: tuple[remote.Campaign, ...] = ()
    names: Names = field(default_factory=Names)
    mailboxes: frozenset[str] | None = None
    subsequences: tuple[remote_subsequences.Subsequence, ...] = ()
    disconnected: frozenset[str] = frozenset()
    created: Mapping[str, str] = field(default_factory=dict)
    known_subsequences: tuple[tuple[str, str], ...] = ()
    now: datetime = field(default_factory=timezone.now)

    @property
    def today(self) -> date:
        """The first of the days for which a zone is matched with one of Instantly's."""
        return self.now.date()

    def named(self, name: str) -> list[remote.Campaign]:
        """The campaigns that have a name."""
        wanted = name.strip().lower()
        return [one for one in self.campaigns if (one.name or "").strip().lower() == wanted]

    def created_as(self, name: str) -> remote.Campaign | None:
        """The campaign that was created under a name and stored under another one."""
        remote_id = self.created.get(name.strip().lower())
        return self.with_id(remote_id) if remote_id else None

    def subsequence(self, campaign_id: str, name: str) -> remote_subsequences.Subsequence | None:
        """The subsequence of a campaign that has a name."""
        wanted = name.strip().lower()
        of_it = [one for one in self.subsequences if one.campaign_remote_id == campaign_id]
        return next((one for one in of_it if (one.name or "").strip().lower() == wanted), None)

    def with_id(self, remote_id: str) -> remote.Campaign | None:
        """The campaign with an id."""
        return next((one for one in self.campaigns if one.remote_id.lower() == remote_id.lower()), None)


def _names_subsequences(blueprint: Blueprint) -> bool:
    return any(one.content.subsequences is not None for one in blueprint.campaigns)


def read_reality(workspace: Workspace, blueprint: Blueprint) -> Reality:
    """Read what a plan needs: one call for each hundred campaigns, tags and subsequences where it names any.

    Raises: ClientError - something could not be read.
    """
    uses_tags = any(one.content.senders and one.content.senders.tags for one in blueprint.campaigns)
    client = client_for(workspace)
    campaigns = tuple(client.campaigns.list())
    mailboxes, disconnected = mirrored_mailboxes(workspace)
    return Reality(
        campaigns=campaigns,
        names=read_names(workspace) if uses_tags else Names({}, dict(interest_choices(workspace))),
        mailboxes=mailboxes,
        disconnected=disconnected,
        subsequences=tuple(client.subsequences.list()) if _names_subsequences(blueprint) else (),
        known_subsequences=_known_subsequences(workspace),
        created=_created_otherwise(workspace, campaigns),
    )


def _known_subsequences(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    rows = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("id")
    return tuple((campaign, name or remote_id) for campaign, name, remote_id in rows.values_list(*_SUBSEQUENCE))


def _created_otherwise(workspace: Workspace, campaigns: Iterable[remote.Campaign]) -> dict[str, str]:
    """Find what was created under a name that Instantly stored otherwise, and that nobody has renamed since."""
    names = {one.remote_id: one.name for one in campaigns}
    rows = CampaignWrite.objects.filter(workspace=workspace, verb=WriteVerb.CREATE, state=WriteState.DIFFERENT)
    found: dict[str, str] = {}
    for wanted, remote_id, left in rows.order_by("id").values_list("body__name", "remote_id", "differences"):
        stored = [one["before"] for one in left if one["path"] == "name"]
        if stored and names.get(remote_id) == stored[0]:
            found[str(wanted).strip().lower()] = remote_id
    return found


def read_names(workspace: Workspace) -> Names:
    """Read the tags, and what interests are called here.

    Raises: ClientError - the tags could not be read.
    """
    tags = {one.remote_id: one.label or one.remote_id for one in client_for(workspace).custom_tags.list()}
    return Names(tags, dict(interest_choices(workspace)))


def mirrored_mailboxes(workspace: Workspace) -> tuple[frozenset[str] | None, frozenset[str]]:
    """The addresses of the workspace's mailboxes, and of those that cannot send now, in one query.

    Shapes: addresses in lower case; None where none was read yet.
    """
    senders = [Sender(box.email, box) for box in Mailbox.objects.filter(workspace=workspace)]
    emails = frozenset(one.email.lower() for one in senders)
    return emails or None, frozenset(one.email.lower() for one in senders if not one.is_ready)


def the_campaign(campaigns: Iterable[remote.Campaign], text: str) -> remote.Campaign:
    """Return the campaign with this name or id.

    Raises: BlueprintError - none or several have it.
    """
    reality, wanted = Reality(tuple(campaigns)), text.strip()
    found = reality.with_id(wanted)
    named = [found] if found else reality.named(wanted)
    if len(named) > 1:
        raise BlueprintError(f"Several campaigns are called {wanted}. Use the id at Instantly instead.")
    if not named:
        raise BlueprintError(f"Instantly has no campaign called {wanted!r}.")
    return named[0]
