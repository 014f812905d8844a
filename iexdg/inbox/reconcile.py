"""How many people replied, counted at each place that a reply passes: the numbers must agree.

Instantly counts people, each once, and leaves out automatic replies; so does the count here. Nothing is added up from
webhooks: the list of received e-mails is read back to the last one that is known, whatever was lost meanwhile.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from campaigns.models import Campaign
from iexdg.inbox.models import Gap, Stream, Thread
from iexdg.inbox.queries import reading_of
from iexdg.workspaces.models import Workspace
from leads.derived.kept import kept

CountInCrm = Callable[[Workspace], Mapping[int, int] | None]
CountBefore = Callable[[Workspace], Mapping[int, int]]
_in_crm: list[CountInCrm] = []
_before_active: list[CountBefore] = []
_left_out: list[CountBefore] = []


@dataclass(frozen=True)
class CampaignReplies:
    """The people of one campaign who replied.

    Shapes: None is unknown; in_crm - None while nothing counts there; before_active - who replied before anything was
        to bring it there, and is not there; left_out - who replied since, and is left out by a filter or
        a person.
    """

    campaign: Campaign
    at_instantly: int | None
    mirrored: int
    in_crm: int | None
    before_active: int | None = None
    left_out: int | None = None

    @property
    def missing(self) -> int | None:
        """How many replies of Instantly's count are not here; None where that is not known."""
        return None if self.at_instantly is None else max(0, self.at_instantly - self.mirrored)

    @property
    def agrees(self) -> bool:
        """Whether the numbers that are known are the same."""
        settled = self.mirrored
        if self.in_crm is not None:
            settled = self.in_crm + (self.before_active or 0) + (self.left_out or 0)
        return self.at_instantly == self.mirrored == settled

    @property
    def urgency(self) -> int:
        """Its place among the others, the most urgent first: replies missing, counts that differ, unknown, equal."""
        if self.at_instantly is None:
            return 2
        if self.missing:
            return 0
        return 3 if self.agrees else 1


@dataclass(frozen=True)
class Replies:
    """The replies of a workspace. Shapes: gaps - stretches of received e-mails that are not read yet."""

    campaigns: list[CampaignReplies]
    read_at: datetime | None
    gaps: int


def declare_in_crm(count: CountInCrm) -> CountInCrm:
    """Have the app above count the people whose reply is in the CRM, by our id of the campaign; a decorator.

    It returns None for a workspace whose replies nothing brings there.
    """
    _in_crm.append(count)
    return count


def declare_before_active(count: CountBefore) -> CountBefore:
    """Have the app above count the people whose reply came before anything was to bring it to the CRM; a decorator."""
    _before_active.append(count)
    return count


def declare_left_out(count: CountBefore) -> CountBefore:
    """Have the app above count the people whom a filter or a person keeps out of the CRM now; a decorator."""
    _left_out.append(count)
    return count


def replies_of(workspace: Workspace) -> Replies:
    """Count the replies of every campaign that is listed, by name.

    Four queries, more where the inbox has changed, and a few for each automation once something counts in the CRM.
    """
    reading = reading_of(workspace)
    there = _mirrored(workspace, reading.changed_at if reading is not None else None)
    in_crm = _declared(_in_crm, workspace)
    is_counted = in_crm is not None
    before = _declared(_before_active, workspace) or {} if is_counted else None
    left_out = _declared(_left_out, workspace) or {} if is_counted else None
    campaigns = Campaign.objects.filter(workspace=workspace, vanished_at__isnull=True).order_by("name", "pk")
    return Replies(
        campaigns=[
            CampaignReplies(
                one,
                one.replied,
                there.get(one.pk, 0),
                _number(in_crm, one),
                _number(before, one),
                _number(left_out, one),
            )
            for one in campaigns.only("name", "remote_id", "replied", "analytics_read_at", "workspace")
        ],
        read_at=reading.read_at if reading is not None else None,
        gaps=Gap.objects.filter(workspace=workspace, stream=Stream.RECEIVED).count(),
    )


def _declared(counts: Sequence[CountInCrm], workspace: Workspace) -> dict[int, int] | None:
    """What the apps above count, by our id of the campaign; None where none of them counts."""
    found = [counted for count in counts if (counted := count(workspace)) is not None]
    return {pk: number for counted in found for pk, number in counted.items()} if found else None


def _number(counted: Mapping[int, int] | None, campaign: Campaign) -> int | None:
    return None if counted is None else counted.get(campaign.pk, 0)


def _mirrored(workspace: Workspace, changed_at: datetime | None) -> dict[int, int]:
    """The people who replied themselves, by campaign; kept until the inbox changes, once it was read."""
    if changed_at is None:
        return dict(_counted(workspace))
    return dict(kept("replies by campaign", workspace.pk, changed_at, lambda: (_counted(workspace), None)))


def _counted(workspace: Workspace) -> list[tuple[int, int]]:
    replied = Thread.objects.filter(
        workspace=workspace, campaign__isnull=False, received_at__isnull=False, is_automatic=False
    )
    counted = replied.order_by().values("campaign").annotate(people=Count("lead", distinct=True))
    return list(counted.values_list("campaign", "people"))
