"""Every answer of every served operation agrees with the table of API facts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from iexdg.sandbox.resources.routes import INSTANTLY
from tests.contract import facts
from tests.iexdg.sandbox.resources.answers import (
    accounts,
    block_list,
    emails,
    jobs,
    leads,
    orders,
    placement,
    subsequences,
    supersearch,
    webhooks,
    workspace,
)

# A group of operations with a module of its own: `write_all(vendor)` calls each that is not a plain list.
GROUPS: tuple[Any, ...] = (
    accounts,
    block_list,
    emails,
    jobs,
    leads,
    orders,
    placement,
    subsequences,
    supersearch,
    webhooks,
    workspace,
)
# Refused without the addresses of senders.
SENT_BY_SENDERS = "/accounts/analytics/daily"
# Nothing to be read before something was written.
NOT_YET_THERE = {"/workspaces/current/whitelabel-domain"}
# Answered with a text, not with JSON.
AS_TEXT = "/download"
SUCCESS = {200, 202, 204}
UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


class Checker:
    """Compares each response with the operation that it answers, and remembers which were seen."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, str, int]] = set()

    def check(self, response: httpx.Response) -> None:
        response.read()
        found = INSTANTLY.find(response.request.method, response.request.url.path)
        assert found is not None, response.request.url
        route = found[0]
        answers = facts.operation(route.method, INSTANTLY.prefix + route.path)["answers"]
        answer = answers.get(str(response.status_code))
        if answer is None:
            assert response.status_code != 200
            return
        is_json = bool(response.content) and not (isinstance(answer, dict) and "media" in answer)
        problems = facts.problems(answer, response.json()) if is_json else []
        assert not problems, (route.method, route.path, response.status_code, problems[:5])
        self.seen.add((route.method, route.path, response.status_code))


@pytest.fixture
def checker() -> Checker:
    return Checker()


@pytest.fixture
def checked(make_vendor: Callable[..., Any], checker: Checker) -> Iterator[Callable[..., Any]]:
    """checked(world="demo", …) is a simulator all of whose API answers are validated."""

    def make(**options: Any) -> Any:
        vendor = make_vendor(**options)

        def hook(response: httpx.Response) -> None:
            if response.request.url.path.startswith("/api/"):
                checker.check(response)

        vendor.http.event_hooks = {"response": [hook]}
        return vendor

    yield make
    assert checker.seen


def _read_everything(vendor: Any) -> None:
    for route in INSTANTLY.routes:
        is_plain = "{" not in route.path and not route.required_query and not route.path.endswith(AS_TEXT)
        is_there = route.path not in NOT_YET_THERE
        if route.method == "GET" and is_plain and is_there and route.path != SENT_BY_SENDERS:
            vendor.get(route.path, **({"limit": 100} if "limit" in route.query else {}))
    # Accounts with tags are left out: the table closes the account and then asks for one field more.
    senders = [account["email"] for account in vendor.get("/accounts", limit=100)["items"]]
    if senders:
        vendor.get(SENT_BY_SENDERS, emails=senders)
    for job in vendor.get("/background-jobs", limit=100)["items"]:
        vendor.get(f"/background-jobs/{job['id']}")
    vendor.get("/campaigns/analytics/steps", include_opportunities_count="true")
    for campaign in vendor.get("/campaigns", limit=100)["items"]:
        vendor.get(f"/campaigns/{campaign['id']}")
        vendor.get(f"/campaigns/{campaign['id']}/sending-status", with_ai_summary="true")
        for lead in vendor.post("/leads/list", {"campaign": campaign["id"], "limit": 100})["items"][:5]:
            vendor.get(f"/leads/{lead['id']}")


@pytest.mark.parametrize("world", ["empty", "demo"])
def test_everything_that_can_be_read_fits(checked: Callable[..., Any], world: str) -> None:
    _read_everything(checked(world=world))


def test_everything_that_can_be_written_fits(checked: Callable[..., Any], checker: Checker) -> None:
    vendor = checked(list_lag_s=0, workspaces=2)
    campaign = vendor.campaign(steps=3)
    vendor.patch(f"/campaigns/{campaign}", {"daily_limit": 50, "pl_value": 10})
    emails = [f"{kind}{number}@alder.example.com" for kind in ("p", "reply", "bounce", "ooo") for number in range(5)]
    vendor.add(campaign, *emails, "broken", verify_leads_on_import=True)
    lead = vendor.post("/leads", {"campaign": campaign, "email": "ana@alder.example.com", "lt_interest_status": 1})
    vendor.post(f"/campaigns/{campaign}/activate", {})
    for hours in (0, 1, 24, 24 * 10):
        vendor.advance(hours * 3600)
        _read_everything(vendor)
    vendor.post(f"/campaigns/{campaign}/pause", {})
    assert vendor.http.delete(f"/leads/{lead['id']}").status_code == 200
    for email in ("fast@alder.example.com", "catchall@alder.example.com", "stuck@alder.example.com"):
        vendor.post("/email-verification", {"email": email})
        for _ in range(3):
            vendor.get(f"/email-verification/{email}")
    test = {"eaccount": "exec@peers.example.com", "to_address_email_list": "me@example.com", "subject": "Hi"}
    vendor.post("/emails/test", test | {"body": {"html": "<div>Hi</div>"}})
    for group in GROUPS:
        group.write_all(vendor)
    served = {(route.method, route.path) for route in INSTANTLY.routes}
    assert {(method, path) for method, path, status in checker.seen if status in SUCCESS} == served


def test_what_the_senders_sent_is_refused_without_naming_them_and_over_too_long_a_time(
    checked: Callable[..., Any], checker: Checker
) -> None:
    vendor, path = checked(world="demo"), SENT_BY_SENDERS
    assert vendor.http.get(path).status_code == 413
    assert ("GET", path, 413) in checker.seen
    too_long = {"emails": "exec@peers.example.com", "start_date": "2026-09-01", "end_date": "2026-11-01"}
    assert vendor.http.get(path, params=too_long).status_code == 400


@pytest.mark.parametrize("status", [0, 1, 2, 3, 4, -1, -2, -99])
def test_a_campaign_fits_in_every_status(checked: Callable[..., Any], status: int) -> None:
    vendor = checked()
    campaign = vendor.campaign()
    vendor.control("POST", f"campaigns/{campaign}/status", {"status": status})
    assert vendor.status(campaign) == status
    assert set(vendor.get(f"/campaigns/{campaign}/sending-status")) == {"diagnostics", "summary"}


def test_a_campaign_answer_leaves_nothing_out(checked: Callable[..., Any]) -> None:
    vendor = checked()
    described = facts.fields_of("Campaign")
    draft = vendor.campaign()
    assert described - set(vendor.get(f"/campaigns/{draft}")) == {"not_sending_status"}
    vendor.advance(12 * 3600)
    vendor.post(f"/campaigns/{draft}/activate", {})
    assert set(vendor.get(f"/campaigns/{draft}")) == described


def test_an_account_answer_leaves_nothing_out(checked: Callable[..., Any]) -> None:
    described = facts.fields_of("Account")
    for account in checked(world="demo").get("/accounts")["items"]:
        assert described - set(account) == (set() if account["status"] < 0 else {"status_message"})


def test_a_lead_answer_leaves_out_only_what_cannot_be_null(checked: Callable[..., Any]) -> None:
    vendor = checked(list_lag_s=0)
    vendor.add(vendor.campaign(), "ana@alder.example.com")
    (lead,) = vendor.post("/leads/list", {})["items"]
    described = facts.fields_of("Lead")
    assert described - set(lead) == {"lt_interest_status", "verification_status", "enrichment_status"}


@pytest.mark.parametrize(
    ("options", "header", "status"),
    [({}, "", 401), ({}, "Bearer wrong", 401), ({"paid_plan": False}, "Bearer sandbox-key", 402)],
)
def test_refusals_fit_on_every_operation(
    checked: Callable[..., Any], checker: Checker, options: dict[str, Any], header: str, status: int
) -> None:
    vendor = checked(**options)
    for route in INSTANTLY.routes:
        path = re.sub(r"\{\w+\}", UNKNOWN, route.path.replace("{email}", "ana@alder.example.com"))
        answer = vendor.http.request(route.method, path, headers={"Authorization": header})
        assert answer.status_code == status
    operations = (facts.operation(route.method, INSTANTLY.prefix + route.path) for route in INSTANTLY.routes)
    assert len(checker.seen) == sum(str(status) in operation["answers"] for operation in operations)


def test_a_429_and_unknown_ids_fit(checked: Callable[..., Any], checker: Checker) -> None:
    vendor = checked(limits=True)
    for method, path in (
        ("GET", "/campaigns/{}"),
        ("PATCH", "/campaigns/{}"),
        ("GET", "/leads/{}"),
        ("DELETE", "/leads/{}"),
    ):
        body = {"json": {"name": "X"}} if method == "PATCH" else {}
        assert vendor.http.request(method, path.format(UNKNOWN), **body).status_code == 404
    while vendor.http.get("/campaigns").status_code == 200:
        pass
    assert ("GET", "/campaigns", 429) in checker.seen


def test_described_400s_fit(checked: Callable[..., Any], checker: Checker) -> None:
    vendor = checked()
    for path, body in (
        ("/campaigns", {"name": "X"}),
        ("/leads", {"campaign_id": UNKNOWN}),
        ("/leads/list", {"limit": 200}),
        ("/email-verification", {}),
    ):
        assert vendor.http.post(path, json=body).status_code == 400
        assert ("POST", path, 400) in checker.seen
    backwards = {"start_date": "2026-11-20", "end_date": "2026-11-01"}
    for path in ("", "/overview", "/daily", "/steps"):
        assert vendor.http.get(f"/campaigns/analytics{path}", params=backwards).status_code == 400
        assert ("GET", f"/campaigns/analytics{path}", 400) in checker.seen
