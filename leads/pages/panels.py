"""Fragments that other apps' pages embed: leads and imports of a campaign, and the verified figure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from campaigns.models import Campaign
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Lead
from leads.pages.imports import ImportLine, import_lines
from leads.pages.people import LeadLine, lead_lines
from leads.queries import answers_since, imports_of, receipt_tally, search_leads

_PANEL_LEADS = 8
_PANEL_IMPORTS = 5
_DAYS = 7


@dataclass(frozen=True)
class LeadsPanel:
    """The newest leads of a campaign and how they were verified."""

    campaign: Campaign
    lines: list[LeadLine]
    mirrored: int
    loaded_verified: int
    loaded_catch_all: int


@dataclass(frozen=True)
class VerifiedFigure:
    """Addresses verified in the last seven days; `passed` is the share of all answers."""

    verified: int
    answered: int
    refused: int
    passed: float | None
    per_day: list[int]
    as_of: datetime


def leads_panel(campaign: Campaign, workspace: Workspace) -> LeadsPanel:
    """Collect the panel of a campaign's leads."""
    newest = list(search_leads(workspace, campaign_pk=campaign.pk)[:_PANEL_LEADS])
    tally = receipt_tally(campaign.pk)
    return LeadsPanel(
        campaign=campaign,
        lines=lead_lines(workspace, newest),
        mirrored=Lead.objects.filter(campaign=campaign, vanished_at__isnull=True).count(),
        loaded_verified=tally.get(CatchAll.NO, 0),
        loaded_catch_all=tally.get(CatchAll.YES, 0),
    )


def imports_panel(campaign: Campaign, workspace: Workspace) -> list[ImportLine]:
    """The newest imports into a campaign."""
    return import_lines(list(imports_of(workspace).filter(campaign=campaign)[:_PANEL_IMPORTS]))


def verified_figure(workspace: Workspace) -> VerifiedFigure:
    """Count the answers of the last seven days."""
    now = timezone.now()
    days = [now - timedelta(days=back) for back in range(_DAYS, 0, -1)]
    answered, per_day = answers_since(workspace.pk, days)
    verified = sum(per_day)
    return VerifiedFigure(
        verified=verified,
        answered=answered,
        refused=answered - verified,
        passed=verified / answered if answered else None,
        per_day=per_day,
        as_of=now,
    )
