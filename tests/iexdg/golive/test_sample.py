"""Whose e-mail is shown: a real lead, one with a name where there is one, and never called invented."""

import pytest

from campaigns.models import Campaign
from iexdg.golive.sample import sample_of
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign
from tests.iexdg.golive.findings.test_people import lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(workspace: Workspace) -> Campaign:
    return campaign(workspace)


def test_without_leads_an_invented_one_is_used_and_labelled(one: Campaign) -> None:
    assert sample_of(one)[0] == "an invented lead"


def test_a_lead_without_a_name_is_a_real_one(one: Campaign) -> None:
    lead(one, "info@firm.example.com", first_name="", company_name="Firm")
    assert sample_of(one)[0] == "someone without a first name at Firm"


def test_one_with_a_name_is_taken_first(one: Campaign) -> None:
    lead(one, "info@firm.example.com", first_name="", company_name="Firm")
    lead(one, "ada@firm.example.com", first_name="Ada", company_name="Firm")
    name, variables = sample_of(one)
    assert (name, variables["email"]) == ("Ada at Firm", "ada@firm.example.com")


def test_one_with_a_name_is_found_however_many_without_one_came_later(one: Campaign) -> None:
    lead(one, "ada@firm.example.com", first_name="Ada", company_name="Firm")
    for number in range(9):
        lead(one, f"info{number}@firm.example.com", first_name="", company_name="Firm")
    assert sample_of(one)[0] == "Ada at Firm"
