"""Which campaigns a mailbox serves. The app that has the campaigns declares it in its module `mailbox_page`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class ServedCampaign:
    """A campaign with the mailboxes that it sends from. Shapes: senders - addresses in lower case;
    by_tag - those of them that only have one of its tags, as the tags were last read.
    """

    pk: int
    name: str
    words: str
    tone: str
    is_sending: bool
    senders: frozenset[str]
    by_tag: frozenset[str] = frozenset()

    @property
    def left(self) -> int:
        """How many senders it has without one of them."""
        return len(self.senders) - 1


# The campaigns of a workspace, by name, at a fixed number of queries.
CampaignSource = Callable[[Workspace], list[ServedCampaign]]
_sources: list[CampaignSource] = []


def serves_campaigns(source: CampaignSource) -> CampaignSource:
    """Show on the pages of mailboxes which campaigns they serve; used as a decorator."""
    _sources.append(source)
    return source


def campaigns_served(workspace: Workspace) -> list[ServedCampaign]:
    """Return the campaigns of a workspace with their senders."""
    return [campaign for source in _sources for campaign in source(workspace)]


def by_mailbox(campaigns: Collection[ServedCampaign], emails: Collection[str]) -> dict[str, list[ServedCampaign]]:
    """Return the campaigns that each of these mailboxes serves."""
    return {email: [one for one in campaigns if email in one.senders] for email in emails}
