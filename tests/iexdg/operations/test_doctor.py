"""The doctor says what to fix, spends nothing, and counts what it could not check as failed."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command

from iexdg.clients.http.vendor_clock import vendor_time
from iexdg.clients.instantly import connect
from iexdg.operations import doctor, health
from iexdg.sandbox.app import SandboxOptions, create_app

pytestmark = pytest.mark.django_db
VENDOR = ["key", "instantly", "auth", "scopes", "clock"]


@pytest.fixture(autouse=True)
def _apps_are_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the apps check has tests of its own, with a database."""
    names = dict.fromkeys(doctor._of_apps, lambda: health.Health(True, "well"))
    monkeypatch.setattr(doctor, "_of_apps", names)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(
        health, "DEPENDENCIES", dict.fromkeys(health.DEPENDENCIES, lambda: health.Health(True, "answers"))
    )
    monkeypatch.setattr(doctor, "vendor_time", lambda base_url: datetime.now(UTC))
    return create_app(SandboxOptions(world="demo", limits=False))


def examined(transport: httpx.BaseTransport, key: str = "sandbox-key") -> dict[str, doctor.Check]:
    client = connect("http://sandbox.example.com", key, http_transport=transport, sleep=lambda seconds: None)
    return {check.name: check for check in doctor.checks(client=client)}


def failing(found: dict[str, doctor.Check]) -> list[str]:
    return [name for name, check in found.items() if not check.ok]


def answering(status: int, body: object, path: str = "") -> httpx.MockTransport:
    def answer(request: httpx.Request) -> httpx.Response:
        if path in request.url.path:
            return (
                httpx.Response(status, json=body) if isinstance(body, dict) else httpx.Response(status, text=str(body))
            )
        return httpx.Response(200, json={"id": "1", "items": []})

    return httpx.MockTransport(answer)


def test_a_sound_installation_has_nothing_to_fix_and_costs_nothing(world: Any) -> None:
    found = examined(httpx.WSGITransport(app=world))
    assert failing(found) == []
    assert list(found) == [
        *VENDOR,
        "database",
        "broker",
        "worker",
        "beat",
        "migrations",
        "counts",
        "search",
        "webhooks",
        "webhook deliveries",
        "inbox search",
        "crm",
        "crm ledger",
    ]
    with httpx.Client(transport=httpx.WSGITransport(app=world), base_url="http://sandbox.example.com") as control:
        log = control.get("/_sandbox/log").json()["items"]
    # The list of leads is a POST by name.
    assert {entry["method"] for entry in log if not entry["path"].endswith("/leads/list")} == {"GET"}


def test_a_key_that_is_refused_is_named_and_hides_the_scopes(world: Any) -> None:
    assert failing(examined(httpx.WSGITransport(app=world), key="another-key")) == ["auth", "scopes"]


def test_a_block_at_the_edge_is_not_taken_for_a_bad_key(world: Any) -> None:
    found = examined(answering(403, "error code: 1010"))
    assert failing(found) == ["instantly", "auth", "scopes", "clock"]
    assert "User-Agent" in found["instantly"].next_step


def test_a_missing_scope_is_named(world: Any) -> None:
    refusal = {"statusCode": 403, "error": "Forbidden", "message": "Missing scope"}
    found = examined(answering(403, refusal, path="audit-logs"))
    assert failing(found) == ["scopes"]
    assert found["scopes"].detail == "may not read audit logs"


@pytest.mark.parametrize(("off_s", "well"), [(5, True), (-119, True), (121, False), (-600, False)])
def test_a_clock_that_is_minutes_off_is_not_well(
    world: Any, monkeypatch: pytest.MonkeyPatch, off_s: int, well: bool
) -> None:
    monkeypatch.setattr(doctor, "vendor_time", lambda base_url: datetime.now(UTC) + timedelta(seconds=off_s))
    assert examined(httpx.WSGITransport(app=world))["clock"].ok is well


def test_the_vendors_time_is_read_from_a_refusal_and_unknown_without_a_date() -> None:
    dated = httpx.MockTransport(lambda _: httpx.Response(401, headers={"Date": "Sun, 22 Nov 2026 10:00:00 GMT"}))
    assert vendor_time("http://sandbox.example.com", transport=dated) == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert (
        vendor_time("http://sandbox.example.com", transport=httpx.MockTransport(lambda _: httpx.Response(401))) is None
    )


def test_the_command_prints_one_object_and_fails_when_something_is_not_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [doctor.Check("key", True, "fine"), doctor.Check("beat", False, "never seen", "Start it.")]
    monkeypatch.setattr("iexdg.operations.management.commands.doctor.checks", lambda: found)
    out = io.StringIO()
    with pytest.raises(CommandError, match="Not well: beat"):
        call_command("doctor", json=True, stdout=out)
    assert json.loads(out.getvalue()) == {
        "ok": False,
        "checks": [
            {"name": "key", "ok": True, "detail": "fine", "next": ""},
            {"name": "beat", "ok": False, "detail": "never seen", "next": "Start it."},
        ],
    }
