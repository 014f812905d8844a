"""`manage.py analytics` says what the page shows, with formulas and times; what is unknown is null."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Campaign
from iexdg.analytics.models import RangeReading
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db


def ran(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    call_command("analytics", "--json", *arguments, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_campaigns_range_and_sums_come_with_formulas_and_times(synced: list[Campaign]) -> None:
    first, second = synced[0], synced[1]
    found = ran("--campaign", first.name, "--campaign", second.remote_id, "--days", "7")
    assert [one["name"] for one in found["campaigns"]] == [first.name, second.name]
    assert (found["range"]["first"], found["range"]["last"]) == ("2026-11-17", "2026-11-23")
    assert (found["as_of"] is None, found["errors"]) == (False, [])
    sent = [one["figures"]["sent"]["count"] for one in found["campaigns"]]
    assert found["totals"]["sent"] == {
        "count": sum(sent), "rate": None, "of": None, "formula": "e-mails sent", "why_no_rate": "", "missing": 0,
    }  # fmt: skip
    bounced = found["totals"]["bounced"]
    rate = bounced["count"] / bounced["of"] if bounced["of"] >= 50 else None
    assert (bounced["of"], bounced["rate"], bool(bounced["formula"])) == (sum(sent), rate, True)


def test_what_could_not_be_read_is_null_with_the_reason(synced: list[Campaign], control: SandboxControl) -> None:
    unreadable = {"method": "GET", "path": "/campaigns/analytics/overview"}
    control.faults({"match": unreadable, "do": "status", "value": 500, "times": 99})
    found = ran("--campaign", synced[0].name)
    assert found["campaigns"][0]["figures"]["sent"]["count"] is None
    assert (found["as_of"], found["campaigns"][0]["as_of"], len(found["errors"])) == (None, None, 1)
    assert found["totals"]["sent"]["count"] is None


def test_since_the_start_nothing_is_asked_of_instantly(synced: list[Campaign], control: SandboxControl) -> None:
    before = len(control.log())
    found = ran("--campaign", synced[0].name, "--days", "all")
    assert (found["range"]["first"], found["range"]["words"]) == (None, "since the start")
    assert (len(control.log()), RangeReading.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--from", "2026-11-09", "--to", "2026-11-01"), "last day is before"), (("--campaign", "None"), "No campaign")],
)
def test_what_makes_no_sense_fails_in_one_line(workspace: Workspace, arguments: tuple[str, ...], words: str) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match=words):
        call_command("analytics", "--json", *arguments, stdout=out)
    assert out.getvalue() == ""


def test_without_json_the_same_stands_in_lines(synced: list[Campaign]) -> None:
    out = StringIO()
    call_command("analytics", "--campaign", synced[0].name, stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0].endswith("30 days")
    assert lines[1].startswith(f"{synced[0].name} · Sent ")
    assert lines[2].startswith("Total · Sent ")
