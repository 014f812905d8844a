"""What other pages embed: the newest imports of a campaign, and the verified figure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.pages.imports import ImportLine, import_lines
from leads.pages.receipts import DAYS, receipts_url
from leads.queries import answers_since, imports_of

_PANEL_IMPORTS = 5


@dataclass(frozen=True)
class VerifiedFigure:
    """Addresses verified in the last seven days; `passed` is the share of all answers, the addresses list them."""

    verified: int
    answered: int
    refused: int
    passed: float | None
    per_day: list[int]
    as_of: datetime
    url: str
    refused_url: str


def imports_panel(campaign: Campaign, workspace: Workspace) -> list[ImportLine]:
    """The newest imports into a campaign."""
    return import_lines(list(imports_of(workspace).filter(campaign=campaign)[:_PANEL_IMPORTS]))


def verified_figure(workspace: Workspace) -> VerifiedFigure:
    """Count the answers of the last seven days."""
    now = timezone.now()
    days = [now - timedelta(days=back) for back in range(DAYS, 0, -1)]
    answered, per_day = answers_since(workspace.pk, days)
    verified = sum(per_day)
    return VerifiedFigure(
        verified=verified,
        answered=answered,
        refused=answered - verified,
        passed=verified / answered if answered else None,
        per_day=per_day,
        as_of=now,
        url=receipts_url("passed"),
        refused_url=receipts_url("refused"),
    )
