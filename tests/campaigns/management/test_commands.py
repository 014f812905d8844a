"""`manage.py sync` and `manage.py pause`: one JSON object, one line of error, no traceback."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import CampaignStatus, StatusRequest
from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def failure(*arguments: str) -> str:
    with pytest.raises(CommandError) as raised:
        run(*arguments)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_sync_prints_one_object(control: SandboxControl, workspace: Workspace) -> None:
    facts = json.loads(run("sync", "--json"))
    assert facts["campaigns"] == len(control.state()["campaigns"])
    assert (facts["ran"], facts["mailboxes"], facts["credits_left"], facts["errors"]) == (True, 6, 949.0, [])
    assert facts["synced_at"].startswith("20")


def test_sync_without_json_prints_a_sentence(control: SandboxControl, workspace: Workspace) -> None:
    assert run("sync").endswith("6 mailboxes read, 0 vanished.\n")


def test_a_sync_that_fails_prints_its_object_and_exits_with_an_error(
    control: SandboxControl, workspace: Workspace
) -> None:
    control.faults({"match": {"path": "/accounts"}, "do": "status", "value": 401, "times": 9})
    out = StringIO()
    with pytest.raises(CommandError, match="mailboxes: GET /api/v2/accounts was refused"):
        call_command("sync", "--json", stdout=out)
    assert json.loads(out.getvalue())["mailboxes"] is None


def test_without_a_workspace_it_shows_the_next_step(db: None) -> None:
    text = failure("sync", "--json")

    assert text.startswith("No workspace is connected yet. Start the product with `make up`")


def test_pause_waits_for_the_read_back(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member]
) -> None:
    one = synced_campaign(workspace, "05A")
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    facts: dict[str, Any] = json.loads(run("pause", one.name, "--as", member("viewer").email, "--json"))
    assert set(facts) == {"campaign", "remote_id", "state", "status", "confirmed_at", "subsequences_unconfirmed"}
    assert (facts["state"], facts["status"], facts["remote_id"]) == ("confirmed", 2, one.remote_id)
    assert control.status_of(one.remote_id) == CampaignStatus.PAUSED
    assert AuditEvent.objects.get(action="campaign:pause:asked").via == "cli"


def test_a_pause_that_is_not_read_back_exits_with_an_error(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.sending.lifecycle.READ_BACK_WAITS_S", (0.0,))
    one = synced_campaign(workspace, "05A")
    control.faults({"match": {"method": "POST", "path": "*/pause"}, "do": "status", "value": 500, "times": 99})
    control.set_status(one.remote_id, CampaignStatus.ACTIVE)
    text = failure("pause", one.remote_id, "--as", member("viewer").email)
    assert text.startswith("05A Executive-Peer is not confirmed as paused: last read as Sending.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("pause", "05Z", "--as", "viewer@example.com"), "No campaign is called '05Z'."),
        (("pause", "05Z", "--as", "nobody@example.com"), "No active member has the address nobody@example.com."),
    ],
)
def test_what_cannot_be_found_is_one_line_and_makes_no_call(
    control: SandboxControl, workspace: Workspace, member: Callable[..., Member], arguments: tuple[str, ...], words: str
) -> None:
    member("viewer")
    assert failure(*arguments).startswith(words)
    assert StatusRequest.objects.count() == 0
