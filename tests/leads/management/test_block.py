"""`manage.py block add|remove`: what it prints, and its exit codes."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from iexdg.team.audit.models import AuditEvent
from iexdg.team.models import Member
from iexdg.workspaces.models import Mode, Workspace
from tests.leads.blocklist.factories import states
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
RIVAL, ADDRESS = "rival.example.net", "no@firm.example.org"


@pytest.fixture(autouse=True)
def ready(control: SandboxControl, workspace: Workspace, member: Callable[..., Member]) -> None:
    control.settings(blocklist=[])
    member("operator")
    member("viewer")


def run(*arguments: str, by: str = "operator") -> tuple[dict[str, Any], str]:
    """Run with --json; returns the object and the error, "" for exit code 0."""
    out, error = io.StringIO(), ""
    try:
        call_command("block", *arguments, "--as", f"{by}@example.com", "--json", stdout=out)
    except CommandError as failure:
        error = f"{failure} ({failure.returncode})"
    return json.loads(out.getvalue() or "{}"), error


def outcomes(facts: dict[str, Any]) -> dict[str, tuple[str, str]]:
    return {one["typed"]: (one["outcome"], one["state"]) for one in facts["values"]}


def test_with_wait_it_is_read_back(control: SandboxControl, workspace: Workspace) -> None:
    facts, error = run("add", RIVAL, ADDRESS, "--why", "Asked us to", "--wait")
    assert error == ""
    assert outcomes(facts) == {RIVAL: ("added", "confirmed"), ADDRESS: ("added", "confirmed")}
    assert facts["as_of"]
    assert sorted(control.state()["blocklist"]) == sorted([RIVAL, ADDRESS])
    assert AuditEvent.objects.get(action="blocklist:values:asked").via == "cli"

    facts, error = run("remove", RIVAL, "--wait")
    assert (error, outcomes(facts)) == ("", {RIVAL: ("removed", "off")})
    assert control.state()["blocklist"] == [ADDRESS]


def test_without_wait_it_is_asked_for(workspace: Workspace) -> None:
    facts, error = run("add", RIVAL)
    assert (error, outcomes(facts)) == ("", {RIVAL: ("added", "asked")})


def test_twice_is_once(control: SandboxControl, workspace: Workspace) -> None:
    run("add", RIVAL, "--wait")
    facts, error = run("add", RIVAL, "--wait")
    assert (error, outcomes(facts)) == ("", {RIVAL: ("already", "confirmed")})
    run("remove", RIVAL, "--wait")
    facts, error = run("remove", RIVAL, "--wait")
    assert (error, outcomes(facts)) == ("", {RIVAL: ("not_listed", "off")})


def test_a_value_that_is_neither_fails_and_the_others_are_added(workspace: Workspace) -> None:
    facts, error = run("add", "nonsense", RIVAL)
    assert "Not done: nonsense" in error
    assert error.endswith("(1)")
    assert outcomes(facts) == {"nonsense": ("invalid", "off"), RIVAL: ("added", "asked")}


def test_a_refusal_of_instantly_fails(control: SandboxControl, workspace: Workspace) -> None:
    control.faults(
        {"match": {"method": "POST", "path": "/block-lists-entries/bulk-create"}, "do": "status", "value": 400,
         "times": 1}
    )  # fmt: skip
    facts, error = run("add", RIVAL, "--wait")
    assert "Not done" in error
    assert outcomes(facts)[RIVAL] == ("added", "refused")
    assert facts["values"][0]["error"]


def test_what_is_not_settled_in_time_fails(control: SandboxControl, workspace: Workspace) -> None:
    control.faults(
        {"match": {"method": "POST", "path": "/block-lists-entries/bulk-create"}, "do": "status", "value": 503,
         "times": 99}
    )  # fmt: skip
    facts, error = run("add", RIVAL, "--wait", "--timeout", "0")
    assert "Not done" in error
    assert outcomes(facts)[RIVAL][1] in {"asked", "unknown"}


@pytest.mark.parametrize(("by", "mode"), [("viewer", Mode.WRITE), ("nobody", Mode.WRITE), ("operator", Mode.OBSERVE)])
def test_it_refuses_who_may_not_and_where_nothing_may(workspace: Workspace, by: str, mode: str) -> None:
    Workspace.objects.update(mode=mode)
    _, error = run("add", RIVAL, by=by)
    assert error
    assert states(workspace) == {}
