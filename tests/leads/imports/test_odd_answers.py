"""An answer of Instantly that cannot be understood: unknown, asked again, shown, and never a verdict."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

import httpx
import pytest

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads.imports import drive, verbs
from leads.imports.counts import counts_of
from leads.models import Batch, BatchState, Import, Receipt, Row, Verdict
from leads.verification.receipts import record_not_understood
from tests.leads.factories import checked_import, people, synced_campaign
from tests.odd_answers import NONSENSE, OddAnswers, put
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

PRICE = Decimal("0.25")
# Whole answers, and single fields, that are not what they should be.
ODD: tuple[Callable[[Any], Any], ...] = (
    *(put(verification_status=value) for value in NONSENSE),
    *(put(verification_status="verified", catch_all=value) for value in NONSENSE if value is not True),
    put(email="someone.else@firm.example.com", verification_status="invalid", catch_all=False),
    put(verification_status={"verdict": "invalid"}),
    lambda value: [value],
    lambda value: b"",
    lambda value: b"null",
    lambda value: b"<html>busy</html>",
    lambda value: b'{"verification_status": NaN}',
    lambda value: b'{"verification_status": "invalid", "verification_status": "verified", "catch_all": false}',
    lambda value: b"[" * 5000,
    lambda value: httpx.Response(204),
    lambda value: httpx.Response(302, headers={"Location": "https://elsewhere.example.com/"}),
)


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"pending_polls": 1, "list_lag_s": 0}


@pytest.fixture(autouse=True)
def _asks_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    soon = timedelta(milliseconds=20)
    monkeypatch.setattr("leads.verification.run._RETRY_IN_S", 0.02)
    monkeypatch.setattr("leads.loading.batches.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile.RECONCILE_AFTER", soon)
    monkeypatch.setattr("leads.loading.reconcile._SHORTEST_WAIT", soon)
    monkeypatch.setattr("leads.loading.run._AGAIN_SOON", soon)


@pytest.fixture
def campaign(odd_answers: OddAnswers, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def run(campaign: Campaign, emails: list[str], by: Member) -> Import:
    imported = checked_import(campaign, emails)
    verbs.start(imported, by=by)
    return drive.run_until_settled(imported.pk)


def said_by(imported: Import) -> str:
    return "\n".join(imported.events.values_list("text", flat=True))


def test_no_good_address_is_refused_where_a_third_of_the_answers_is_nonsense(
    campaign: Campaign, odd_answers: OddAnswers, control: SandboxControl, member: Callable[..., Member]
) -> None:
    kinds, asked = cycle(ODD), Counter[str]()

    def spoil(value: Any) -> Any:
        asked[value["email"]] += 1
        return next(kinds)(value) if asked[value["email"]] in {1, 4} else value

    odd_answers.change("POST", "/email-verification", spoil)
    odd_answers.change("GET", "/email-verification/*", spoil)
    emails = [*people(len(ODD)), "invalid.one@firm.example.com", "catchall.two@firm.example.com"]

    imported = run(campaign, emails, member("operator"))

    counts = counts_of(imported)
    assert (counts.loaded, counts.rejected) == (len(ODD), {"invalid": 1, "catch_all": 1})
    assert counts.adds_up
    assert counts.credits_used == len(emails) * PRICE
    assert control.charged() == dict.fromkeys(emails, 0.25)
    assert "Asked again: POST /api/v2/email-verification was answered with something unreadable" in said_by(imported)


def test_an_answer_that_stays_odd_ends_without_a_verdict_and_can_be_asked_about_again(
    campaign: Campaign, odd_answers: OddAnswers, member: Callable[..., Member], settings: Any
) -> None:
    settings.VERIFY_GIVE_UP_S = 0.3
    bad = "person0@firm.example.com"

    def spoil(value: Any) -> Any:
        return {**value, "verification_status": 7} if value.get("email") == bad else value

    odd_answers.change("POST", "/email-verification", spoil)
    odd_answers.change("GET", "/email-verification/*", spoil)

    imported = run(campaign, people(4), member("operator"))

    counts = counts_of(imported)
    assert (counts.loaded, counts.rejected) == (3, {"pending": 1})
    receipt = Receipt.objects.get(email=bad)
    assert (receipt.verdict, receipt.remote_verdict) == (Verdict.PENDING, "")
    assert "verification_status could not be understood" in receipt.error

    odd_answers.clear()
    verbs.retry_pending(imported, by=member("operator"))
    counts = counts_of(drive.run_until_settled(imported.pk))
    assert (counts.loaded, counts.rejected) == (4, {})
    assert counts.credits_used == 4 * PRICE


def test_a_receipt_that_waited_for_days_is_not_ended_by_its_first_odd_answer(campaign: Campaign) -> None:
    imported = checked_import(campaign, people(1))
    now = imported.uploaded_at
    receipt = Receipt(workspace=campaign.workspace, email=people(1)[0], asked_at=now - timedelta(days=3))
    for tries in range(1, 6):
        record_not_understood(receipt, "odd", now, retry_in_s=1)
        assert (receipt.polls, receipt.answered_at) == (tries, None)
    record_not_understood(receipt, "odd", now, retry_in_s=1)
    assert (receipt.verdict, receipt.answered_at) == (Verdict.PENDING, now)


def spoiled_accounts() -> list[Callable[[Any], Any]]:
    by_field = [put(leads_uploaded=value) for value in ("3", True, None, -1, 2.5)]
    by_field += [
        put(total_sent=[3]),
        put(in_blocklist="0"),
        put(skipped_count=None),
        put(in_blocklist=-1, skipped_count=1),
    ]
    lists = [put(created_leads=value) for value in ({}, "x", [5, None], [{"index": 0, "id": 7}])]
    whole = [lambda value: [value], lambda value: "done", lambda value: b"", lambda value: httpx.Response(204)]
    return [*by_field, *lists, *whole, _names_one_twice, _swaps_ids_for_one, _names_someone_else]


def _names_one_twice(value: Any) -> Any:
    return {**value, "created_leads": [value["created_leads"][0]] * len(value["created_leads"])}


def _swaps_ids_for_one(value: Any) -> Any:
    return {**value, "created_leads": [{**lead, "id": "the-same"} for lead in value["created_leads"]]}


def _names_someone_else(value: Any) -> Any:
    first, *rest = value["created_leads"]
    return {**value, "created_leads": [{**first, "email": "nobody@else.example.com"}, *rest]}


@pytest.mark.parametrize("spoil", spoiled_accounts())
def test_a_batch_whose_account_cannot_be_understood_is_read_back_and_loaded_once(
    campaign: Campaign,
    odd_answers: OddAnswers,
    control: SandboxControl,
    member: Callable[..., Member],
    spoil: Callable[[Any], Any],
) -> None:
    odd_answers.change("POST", "/leads/add", spoil, skip=1, times=1)

    imported = run(campaign, people(4), member("operator"))

    counts = counts_of(imported)
    assert (counts.loaded, counts.unknown, counts.load_failed, counts.reconciled) == (4, 0, {}, True)
    assert sorted(one for one in control.leads_in(campaign.remote_id) if one in people(4)) == people(4)
    assert [batch.state for batch in Batch.objects.filter(imported=imported)] == [BatchState.RECONCILED] * 2
    assert odd_answers.changed == ["POST /api/v2/leads/add"]
    ids = Row.objects.filter(imported=imported).values_list("remote_id", flat=True)
    assert len({*ids}) == 4
    assert not {"", "the-same"} & {*ids}


@pytest.mark.parametrize("status", [value for value in NONSENSE if type(value) is not int] + [1.0, "1", 10**12])
def test_nothing_is_loaded_while_the_status_cannot_be_understood(
    campaign: Campaign, odd_answers: OddAnswers, control: SandboxControl, member: Callable[..., Member], status: Any
) -> None:
    loads_before_clear: list[int] = []

    def spoil(value: Any) -> Any:
        loads_before_clear.append(len(control.log(path="/leads/add")))
        return {**value, "status": status}

    odd_answers.change("GET", f"/campaigns/{campaign.remote_id}", spoil, times=3)

    imported = run(campaign, people(3), member("operator"))

    assert counts_of(imported).loaded == 3
    assert loads_before_clear == [0, 0, 0]
    assert "The campaign's status could not be read; nothing is loaded until it can be" in said_by(imported)
    assert campaign.readings.filter(status__isnull=True).count() == 3
    campaign.refresh_from_db()
    assert campaign.status_unknown_since is None


def test_a_batch_is_read_back_although_a_record_of_the_list_cannot_be_understood(
    campaign: Campaign, odd_answers: OddAnswers, member: Callable[..., Member]
) -> None:
    odd_answers.change("POST", "/leads/add", lambda value: b"", times=1, skip=1)
    odd_answers.change(
        "POST", "/leads/list", lambda value: {**value, "items": [*value["items"], {"id": 5, "email": ["x"]}]}, times=2
    )

    imported = run(campaign, people(4), member("operator"))

    assert (counts_of(imported).loaded, counts_of(imported).reconciled) == (4, True)
    assert "could not be read back" in said_by(imported)


def test_a_cost_that_is_no_number_is_not_added_and_the_verdict_counts(
    campaign: Campaign, odd_answers: OddAnswers, member: Callable[..., Member]
) -> None:
    odd_answers.change("POST", "/email-verification", put(credits="1e30", credits_used="1e9"), times=3)
    odd_answers.change("GET", "/email-verification/*", put(credits=[], credits_used=-4), times=1)

    imported = run(campaign, people(3), member("operator"))

    assert counts_of(imported).loaded == 3
    assert 0 <= counts_of(imported).credits_used <= 3 * PRICE
