"""`manage.py workspaces`, and `--workspace` of every command."""

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import campaign
from tests.workspaces import connect_every_row, connected_workspace, other_workspace

pytestmark = pytest.mark.django_db


def listed() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("workspaces", "--json", stdout=out)
    rows: list[dict[str, Any]] = json.loads(out.getvalue())["workspaces"]
    return rows


def test_every_workspace_is_listed_the_connected_ones_first() -> None:
    earlier = other_workspace("Acme")
    here = connected_workspace(credits_left=Decimal("902.50"))
    campaign(here, "05A")
    campaign(here, "05B", remote_id="c-2")
    campaign(here, "05C", remote_id="c-3", vanished_at=timezone.now())
    Workspace.objects.filter(pk=earlier.pk).update(mode=Mode.OBSERVE)
    facts = {"slug": "demo", "name": "Sandbox", "transport": "direct", "mode": "write", "connected": True}
    other = {"slug": "acme", "name": "Acme", "transport": "direct", "mode": "observe", "connected": False}
    assert listed() == [
        {**facts, "credits_left": 902.5, "campaigns": 2},
        {**other, "credits_left": None, "campaigns": 0},
    ]


def test_without_any_the_list_is_empty(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed() == []
    call_command("workspaces")
    assert capsys.readouterr().out == "No workspace is connected yet.\n"


def test_people_read_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    connected_workspace(credits_left=Decimal("1902.50"))
    other_workspace("Acme")
    call_command("workspaces")
    assert capsys.readouterr().out.splitlines() == [
        "demo  Sandbox, direct, write mode, connected, 1,902.50 credits left, 0 campaigns",
        "acme  Acme, direct, write mode, not connected, credits unknown, 0 campaigns",
    ]


def guardrails_of(*arguments: str) -> Any:
    out = StringIO()
    call_command("guardrails", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_command_is_about_the_workspace_that_it_names_and_without_one_about_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    campaign(connected_workspace(), "05A")
    campaign(other_workspace("Acme"), "05B")
    connect_every_row(monkeypatch)
    names = [
        {row["campaign"] for row in guardrails_of(*arguments)["guardrails"]}
        for arguments in ((), ("--workspace", "acme"), ("--workspace", "demo"))
    ]
    assert names == [{"05A"}, {"05B"}, {"05A"}]


@pytest.mark.parametrize("command", ["guardrails", "workspaces", "runbook"])
def test_an_unknown_workspace_is_one_line_that_names_the_known_ones(
    command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected_workspace()
    other_workspace("Acme")
    connect_every_row(monkeypatch)
    with pytest.raises(CommandError) as raised:
        call_command(command, "--workspace", "beta")
    assert (str(raised.value), raised.value.returncode) == ("Unknown workspace beta. Connected: demo, acme.", 1)


def test_a_workspace_that_is_not_connected_is_unknown() -> None:
    other_workspace("Acme")
    with pytest.raises(CommandError) as raised:
        call_command("workspaces", "--workspace", "acme")
    assert str(raised.value) == "Unknown workspace acme. None is connected yet."
