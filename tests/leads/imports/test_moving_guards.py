"""What keeps people from being moved by someone who may not, to another workspace, or where there is no one to move."""

from collections.abc import Callable

import pytest

from campaigns.models import Campaign
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from leads.errors import MoveError
from leads.imports.moving import people_of_campaign, prepare_move, prepare_moves
from leads.models import Import, Lead
from leads.selection import LeadFilters
from tests.campaigns.factories import campaign as plain_campaign
from tests.leads.imports.test_moving import five, sandbox_options, source, target
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
__all__ = ["five", "sandbox_options", "source", "target"]


def test_a_viewer_moves_no_one(
    five: list[str], source: Campaign, target: Campaign, member: Callable[..., Member]
) -> None:
    with pytest.raises(NotAllowedError):
        prepare_move(people_of_campaign(source, LeadFilters(words="mover")), into=target, by=member("viewer"))
    assert not Import.objects.exists()


def test_no_one_is_moved_to_another_workspace(five: list[str], source: Campaign, member: Callable[..., Member]) -> None:
    elsewhere = plain_campaign(other_workspace())
    with pytest.raises(MoveError, match="same workspace"):
        prepare_move(people_of_campaign(source, LeadFilters(words="mover")), into=elsewhere, by=member("admin"))
    assert not Import.objects.exists()


def test_where_no_one_has_an_address_there_is_no_move(
    five: list[str], source: Campaign, target: Campaign, member: Callable[..., Member]
) -> None:
    one = Lead.objects.filter(campaign=source, email=five[0])
    one.update(email="", first_name="Nameless")
    without = people_of_campaign(source, LeadFilters(words="Nameless"))
    assert without.rows.count() == 1
    with pytest.raises(MoveError, match="No one with an address"):
        prepare_move(without, into=target, by=member("operator"))
    with pytest.raises(MoveError, match="No one with an address"):
        prepare_moves([without], into=target, by=member("operator"))
    assert not Import.objects.exists()
