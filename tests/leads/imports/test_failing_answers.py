"""Answers that fail in every way a server can fail: in the end each lead is there once and was paid once."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Batch, BatchState
from tests.leads.factories import checked_import, people, synced_campaign
from tests.odd_answers import OddAnswers
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

EVERYONE = people(60)
PRICE = Decimal("0.25")
ELSEWHERE = {"Location": "https://elsewhere.example.com/"}


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1, "list_lag_s": 0}


@pytest.fixture(autouse=True)
def _asks_again_at_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.LOAD_BATCH_ROWS = 15
    soon = timedelta(milliseconds=20)
    monkeypatch.setattr("leads.verification.run._RETRY_IN_S", 0.02)
    monkeypatch.setattr("leads.loading.batches.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile._SHORTEST_WAIT", soon)
    monkeypatch.setattr("leads.loading.run._AGAIN_SOON", soon)


@pytest.fixture
def campaign(odd_answers: OddAnswers, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def operator(member: Callable[..., Member]) -> Member:
    return member("operator")


def assert_there_once_and_paid_once(campaign: Campaign, operator: Member, control: SandboxControl) -> None:
    """Run an import of everyone, and compare our records with the sandbox's."""
    imported = checked_import(campaign, EVERYONE)
    verbs.start(imported, by=operator)
    drive.run_until_settled(imported.pk)
    counts = counts_of(imported)
    assert (counts.loaded, counts.rejected, counts.load_failed) == (60, {}, {})
    assert (counts.unknown, counts.open_total, counts.reconciled) == (0, 0, True)
    assert counts.credits_used == 60 * PRICE
    # A batch that never arrived is refused, and its people are in another one.
    ended = {BatchState.RECONCILED, BatchState.REFUSED}
    assert {*Batch.objects.filter(imported=imported).values_list("state", flat=True)} <= ended
    there = [one for one in control.leads_in(campaign.remote_id) if one in {*EVERYONE}]
    assert sorted(there) == sorted(EVERYONE)
    assert control.charged() == dict.fromkeys(EVERYONE, 0.25)


def hangs(value: Any) -> Any:
    """Nothing comes back; `Timeouts` ends the wait, as test_transport shows with a server that hangs."""
    raise httpx.ReadTimeout("no answer")


# What was asked for is done, and the answer is not what it should be.
DONE = {
    "hangs": hangs,
    "500": lambda value: httpx.Response(500, json={"message": "oops"}),
    "502": lambda value: httpx.Response(502, html="<html>bad gateway</html>"),
    "503": lambda value: httpx.Response(503, headers={"Retry-After": "1"}),
    "redirect": lambda value: httpx.Response(302, headers=ELSEWHERE),
    "permanent-redirect": lambda value: httpx.Response(308, headers=ELSEWHERE),
    "empty": lambda value: b"",
    "null": lambda value: b"null",
    "204": lambda value: httpx.Response(204),
}


@pytest.mark.parametrize("how", DONE.values(), ids=DONE)
def test_what_was_done_although_the_answer_failed_is_not_done_twice(
    campaign: Campaign, odd_answers: OddAnswers, operator: Member, control: SandboxControl, how: Callable[[Any], Any]
) -> None:
    odd_answers.change("POST", "/email-verification", how, times=20, skip=5)
    odd_answers.change("GET", "/email-verification/*", how, times=20, skip=5)
    odd_answers.change("POST", "/leads/add", how, times=2, skip=1)
    odd_answers.change("POST", "/leads/list", how, times=2)
    odd_answers.change("GET", "/campaigns/*", how, times=2, skip=1)
    assert_there_once_and_paid_once(campaign, operator, control)
    assert odd_answers.changed.count("POST /api/v2/email-verification") == 20
    assert odd_answers.changed.count("POST /api/v2/leads/add") == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "drop_before"},
        {"do": "drop_after_commit"},
        {"do": "status", "value": 500},
        {"do": "status", "value": 503},
        {"do": "status", "value": 429},
    ],
    ids=["dropped-before", "dropped-after-commit", "500-before", "503-before", "429"],
)
def test_what_was_refused_or_lost_on_the_way_is_done_once(
    campaign: Campaign, operator: Member, control: SandboxControl, fault: dict[str, Any]
) -> None:
    for method, path, times in (
        ("POST", "/email-verification", 20),
        ("GET", "/email-verification/*", 20),
        ("POST", "/leads/add", 2),
        ("POST", "/leads/list", 2),
    ):
        control.faults({"match": {"method": method, "path": path}, **fault, "times": times, "skip": 1})
    assert_there_once_and_paid_once(campaign, operator, control)
