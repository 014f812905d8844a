"""The counts beside the status filters are those of the lists that the filters lead to."""

from datetime import UTC, datetime
from itertools import product

import pytest

from campaigns.models import Campaign, CampaignStatus
from campaigns.ordering import status_counts
from campaigns.queries import STATUS_FILTERS, campaigns_of
from iexdg.workspaces.models import Workspace

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
TIMES = ("archived_at", "vanished_at", "status_unknown_since", "unknown_since")


def test_each_count_is_the_length_of_its_list(workspace: Workspace) -> None:
    statuses, marks = (None, *CampaignStatus.values), product((None, AT), repeat=len(TIMES))
    Campaign.objects.bulk_create(
        Campaign(
            workspace=workspace, remote_id=f"c-{number}", remote_status=status, **dict(zip(TIMES, times, strict=True))
        )
        for number, (status, times) in enumerate(product(statuses, marks))
    )
    counts = status_counts(campaigns_of(workspace, with_archived=True))
    assert counts == {name: campaigns_of(workspace, status=name).count() for name in STATUS_FILTERS}
    assert list(counts) == list(STATUS_FILTERS)
    assert min(counts.values()) > 0
