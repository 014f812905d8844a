"""`manage.py guardrails`: what every guardrail reads now."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.guardrails.evaluate import evaluate
from campaigns.models import Campaign, CampaignStatus, GuardrailKind
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("guardrails", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_one_object_with_every_guardrail_of_every_campaign(workspace: Workspace) -> None:
    campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=100, bounced=7)
    campaign(workspace, "05B")
    lines = json.loads(run("--json"))["guardrails"]
    assert len(lines) == 2 * len(GuardrailKind)
    assert lines[0]["why"].startswith("Bounces damage")
    names = ("campaign", "kind", "limit", "floor", "count", "mode", "reading", "state", "words")
    assert [lines[0][name] for name in names] == [
        "05A Executive-Peer", "hard_bounce", 3, 20, 2, "active", 7.0, "tripped", "7.0 %: 7 bounced of 100 sent",
    ]  # fmt: skip


def test_a_trip_that_no_one_acknowledged_stays_tripped_after_the_pause(workspace: Workspace) -> None:
    campaign(workspace, remote_status=CampaignStatus.ACTIVE, sent=100, bounced=7)
    evaluate(workspace)
    Campaign.objects.update(remote_status=CampaignStatus.PAUSED)
    first = json.loads(run("--json", "--campaign", "05A Executive-Peer"))["guardrails"][0]
    assert (first["state"], first["tripped_at"] is not None) == ("tripped", True)


def test_without_json_it_prints_a_line_each(workspace: Workspace) -> None:
    campaign(workspace, sent=100, bounced=1)
    assert "05A Executive-Peer · hard_bounce: fine · 1.0 %: 1 bounced of 100 sent" in run()


def test_a_campaign_no_one_knows_is_one_line_of_error(workspace: Workspace) -> None:
    with pytest.raises(CommandError, match="No campaign is called"):
        run("--campaign", "nothing")
