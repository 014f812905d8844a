"""`manage.py warmup`."""

import json
from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.models import Mailbox, MailboxChange
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
ONE, TWO = "exec@peers.example.com", "team@peers.example.com"


def run(*words: str, role: str = "operator") -> dict[str, list[dict[str, str]]]:
    out = StringIO()
    call_command("warmup", *words, "--as", f"{role}@example.com", "--json", stdout=out)
    return json.loads(out.getvalue())  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _sandbox_time(monkeypatch: pytest.MonkeyPatch, sandbox_clock: SandboxClock) -> None:
    monkeypatch.setitem(carry_out.__kwdefaults__, "sleep", sandbox_clock.advance)
    monkeypatch.setattr("time.sleep", sandbox_clock.advance)


@pytest.fixture
def _people(member: Callable[..., Member]) -> None:
    member("operator")
    member("viewer")


@pytest.mark.usefixtures("_people")
def test_it_waits_for_the_outcome_of_each(
    workspace: Workspace, control: SandboxControl, monkeypatch: pytest.MonkeyPatch, sandbox_clock: SandboxClock
) -> None:
    facts = run("disable", ONE, TWO.upper(), "--wait")
    assert [(one["mailbox"], one["state"]) for one in facts["changes"]] == [(ONE, "confirmed"), (TWO, "confirmed")]
    assert set(Mailbox.objects.filter(email__in=[ONE, TWO]).values_list("warmup_status", flat=True)) == {0}
    assert MailboxChange.objects.filter(by__email="operator@example.com").count() == 2


@pytest.mark.usefixtures("_people")
def test_without_waiting_it_is_recorded_and_left_to_the_workers(workspace: Workspace, control: SandboxControl) -> None:
    assert [one["state"] for one in run("enable", ONE)["changes"]] == ["asked"]
    assert control.log(path="/warmup/enable") == []


@pytest.mark.usefixtures("_people")
def test_an_unknown_mailbox_changes_nothing(workspace: Workspace, control: SandboxControl) -> None:
    with pytest.raises(CommandError, match="is no mailbox of"):
        run("enable", ONE, "nobody@peers.example.com")
    assert not MailboxChange.objects.exists()


@pytest.mark.usefixtures("_people")
def test_a_viewer_may_not(workspace: Workspace, control: SandboxControl) -> None:
    with pytest.raises(CommandError, match="change mailboxes"):
        run("enable", ONE, role="viewer")
    assert not MailboxChange.objects.exists()
