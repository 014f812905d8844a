"""The copy of one campaign as its reader will see it, with what the linter found."""

from dataclasses import dataclass

from campaigns.copy import PreviewStep, preview
from campaigns.copy.findings import Level
from campaigns.copy.of_campaign import lint_of
from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.team.roles import Action


@dataclass(frozen=True)
class CopyPage:
    """What the tab shows."""

    copy: tuple[PreviewStep, ...]
    blockers: int
    warnings: int
    may_test: bool


def copy_page(campaign: Campaign, *, member: Member) -> CopyPage:
    """Build the tab."""
    lint = lint_of(campaign)
    return CopyPage(
        copy=tuple(preview(campaign.sequences, lint)),
        blockers=sum(1 for one in lint if one.level == Level.BLOCKER),
        warnings=sum(1 for one in lint if one.level == Level.WARNING),
        may_test=member.may(Action.REQUEST_GO_LIVE) and campaign.workspace.may_write,
    )
