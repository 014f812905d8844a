"""What keeps credits from being spent twice, for another workspace, or by someone who may not."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.supersearch.errors import EnrichmentRefusedError
from iexdg.supersearch.models import Enrichment, Search
from iexdg.supersearch.orders import LEASE, claim, order
from iexdg.supersearch.verbs import count_again, new_search
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as plain_campaign
from tests.iexdg.supersearch.conftest import FILTERS
from tests.iexdg.supersearch.test_enriching import ENRICH, spends
from tests.sandbox_control import SandboxControl
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
GoOn = Callable[..., Enrichment]
Team = Callable[..., Member]


def test_two_workers_at_once_have_it_once(bought: Enrichment) -> None:
    assert claim(bought.pk) is not None
    assert claim(bought.pk) is None
    # A clock that was far ahead leases nothing for ever.
    Enrichment.objects.update(lease_until=timezone.now() + LEASE * 3)
    assert claim(bought.pk) is not None


def test_nothing_is_spent_for_a_workspace_that_is_disconnected(
    bought: Enrichment, go_on: GoOn, control: SandboxControl
) -> None:
    Workspace.objects.update(connected_as="")
    assert (go_on(bought).state, spends(control)) == ("asked", 0)


def test_people_are_bought_only_for_a_campaign_that_is_there(search: Search, campaign: Campaign, member: Team) -> None:
    elsewhere = plain_campaign(other_workspace())
    Campaign.objects.filter(pk=campaign.pk).update(vanished_at=timezone.now())
    campaign.refresh_from_db()
    for into in (elsewhere, campaign):
        with pytest.raises(EnrichmentRefusedError, match="campaign of this workspace"):
            order(search, into=into, most=1, price=Decimal(1), by=member())
    assert not Enrichment.objects.exists()


def test_a_count_that_failed_is_no_count_to_pay_by(search: Search, campaign: Campaign, member: Team) -> None:
    Search.objects.filter(pk=search.pk).update(error="could not be read")
    search.refresh_from_db()
    with pytest.raises(EnrichmentRefusedError, match="not known"):
        order(search, into=campaign, most=1, price=Decimal(1), by=member())


def test_a_viewer_neither_searches_nor_counts_again(search: Search, workspace: Workspace, member: Team) -> None:
    asked_at = search.asked_at
    with pytest.raises(NotAllowedError):
        new_search(workspace, "Mine", FILTERS, skip_owned=True, one_per_company=False, by=member("viewer"))
    with pytest.raises(NotAllowedError):
        count_again(search, by=member("viewer"))
    search.refresh_from_db()
    assert (Search.objects.count(), search.asked_at) == (1, asked_at)


def test_a_list_whose_name_only_begins_so_is_not_taken_for_it(
    bought: Enrichment, go_on: GoOn, workspace: Workspace, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": ENRICH}, "do": "drop_before", "times": 1})
    assert go_on(bought).state == "unknown"
    client_for(workspace).lead_lists.create(f"{bought.list_name} and more")
    assert (go_on(bought).state, spends(control)) == ("unknown", 1)
