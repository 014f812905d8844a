"""What Instantly has now: campaigns, tags and mailboxes of a workspace, read for a plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from iexdg.blueprints.errors import BlueprintError
from iexdg.blueprints.facts import Names
from iexdg.blueprints.parsing import Blueprint
from iexdg.clients.instantly import campaigns as remote
from iexdg.clients.instantly import subsequences as remote_subsequences
from iexdg.mailboxes.models import Mailbox
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class Reality:
    """What a blueprint is compared with. Shapes: mailboxes - addresses in lower case; None where none was read yet."""

    campaigns: tuple[remote.Campaign, ...] = ()
    names: Names = field(default_factory=Names)
    mailboxes: frozenset[str] | None = None
    subsequences: tuple[remote_subsequences.Subsequence, ...] = ()
    today: date = field(default_factory=lambda: timezone.now().date())

    def named(self, name: str) -> list[remote.Campaign]:
        """The campaigns that have a name."""
        wanted = name.strip().lower()
        return [one for one in self.campaigns if (one.name or "").strip().lower() == wanted]

    def subsequence(self, campaign_id: str, name: str) -> remote_subsequences.Subsequence | None:
        """The subsequence of a campaign that has a name."""
        wanted = name.strip().lower()
        of_it = [one for one in self.subsequences if one.campaign_remote_id == campaign_id]
        return next((one for one in of_it if (one.name or "").strip().lower() == wanted), None)

    def with_id(self, remote_id: str) -> remote.Campaign | None:
        """The campaign with an id."""
        return next((one for one in self.campaigns if one.remote_id.lower() == remote_id.lower()), None)


def _names_subsequences(blueprint: Blueprint) -> bool:
    return any(one.content.subsequences for one in blueprint.campaigns)


def read_reality(workspace: Workspace, blueprint: Blueprint) -> Reality:
    """Read what a plan needs: one call for each hundred campaigns, tags and subsequences where it names any.

    Raises: ClientError - something could not be read.
    """
    uses_tags = any(one.content.senders and one.content.senders.tags for one in blueprint.campaigns)
    client = client_for(workspace)
    return Reality(
        campaigns=tuple(client.campaigns.list()),
        names=read_names(workspace) if uses_tags else Names({}, dict(interest_choices(workspace))),
        mailboxes=mirrored_mailboxes(workspace),
        subsequences=tuple(client.subsequences.list()) if _names_subsequences(blueprint) else (),
    )


def read_names(workspace: Workspace) -> Names:
    """Read the tags, and what interests are called here.

    Raises: ClientError - the tags could not be read.
    """
    tags = {one.remote_id: one.label or one.remote_id for one in client_for(workspace).custom_tags.list()}
    return Names(tags, dict(interest_choices(workspace)))


def mirrored_mailboxes(workspace: Workspace) -> frozenset[str] | None:
    """The addresses of the workspace's mailboxes, in lower case; None where none was read yet."""
    emails = Mailbox.objects.filter(workspace=workspace).values_list("email", flat=True)
    return frozenset(one.lower() for one in emails) or None


def the_campaign(campaigns: Iterable[remote.Campaign], text: str) -> remote.Campaign:
    """Return the campaign with this name or id.

    Raises: BlueprintError - none or several have it.
    """
    reality, wanted = Reality(tuple(campaigns), today=date.min), text.strip()
    found = reality.with_id(wanted)
    named = [found] if found else reality.named(wanted)
    if len(named) > 1:
        raise BlueprintError(f"Several campaigns are called {wanted}. Use the id at Instantly instead.")
    if not named:
        raise BlueprintError(f"Instantly has no campaign called {wanted!r}.")
    return named[0]
