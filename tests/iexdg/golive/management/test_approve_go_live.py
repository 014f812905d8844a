"""Two approvers, and break-glass, on the command line."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from iexdg.golive.policy import Policy, change_policy
from iexdg.golive.verbs import request_go_live
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from tests.leads.factories import checked_import, people, synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 0}


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace, member: MemberOf) -> Campaign:
    campaign = synced_campaign(workspace, "05A")
    imported = checked_import(campaign, people(3))
    verbs.start(imported, by=member("operator"))
    drive.run_until_settled(imported.pk)
    return campaign


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("approve_go_live", *arguments, "--json", stdout=out, stderr=io.StringIO())
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_first_of_two_is_recorded_and_the_second_makes_it_live(campaign: Campaign, member: MemberOf) -> None:
    change_policy(campaign.workspace, Policy(approvers=2), by=member("admin"))
    request_go_live(campaign, by=member("operator"))

    facts = run(campaign.name, "--as", member("approver").email)
    assert (facts["state"], facts["approvals"], facts["approvals_needed"]) == ("requested", 1, 2)

    facts = run(campaign.name, "--as", member("approver", "Second Approver").email)
    assert (facts["state"], facts["stage"], facts["approvals"]) == ("approved", "live", 2)


def test_an_admin_breaks_the_glass_with_the_whole_name_and_a_reason(campaign: Campaign, member: MemberOf) -> None:
    reason = "The approver is on a plane until Monday"
    with pytest.raises(CommandError, match="full name"):
        run(campaign.remote_id, "--as", member("admin").email, "--break-glass", reason)
    with pytest.raises(CommandError):
        run(campaign.name, "--as", member("approver").email, "--break-glass", reason)

    facts = run(campaign.name, "--as", member("admin").email, "--break-glass", reason)

    assert (facts["stage"], facts["break_glass_reason"], facts["decided_by"]) == ("live", reason, "admin@example.com")
