"""A search that was counted, a campaign to import into, and enrichments that are carried out at once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.supersearch.carry_out import carry_out
from iexdg.supersearch.models import Enrichment, Search
from iexdg.supersearch.orders import order, price_of
from iexdg.supersearch.reading import read_search
from iexdg.supersearch.verbs import new_search
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

FILTERS: dict[str, Any] = {"title": {"include": ["Chief People Officer"]}}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def search(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> Search:
    made = new_search(workspace, "People officers", FILTERS, skip_owned=True, one_per_company=False, by=member())
    read_search(made)
    made.refresh_from_db()
    return made


@pytest.fixture
def bought(search: Search, campaign: Campaign, member: Callable[..., Member]) -> Enrichment:
    """Requested, not sent yet."""
    return order(search, into=campaign, most=5, price=Decimal(price_of(5)), by=member())


@pytest.fixture
def go_on(sandbox_clock: SandboxClock) -> Callable[..., Enrichment]:
    """go_on(made, 3) takes three steps, a minute of the sandbox's time after each."""

    def run(made: Enrichment, steps: int = 1) -> Enrichment:
        for _ in range(steps):
            Enrichment.objects.filter(pk=made.pk).update(due_at=timezone.now() - timedelta(seconds=1))
            carry_out(made.pk)
            sandbox_clock.advance(60)
        made.refresh_from_db()
        return made

    return run
