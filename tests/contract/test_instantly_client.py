"""Every resource of the client against the sandbox: paths, parameters and what comes back."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from iexdg.clients.http.errors import (
    AuthError,
    NetworkError,
    NotFoundError,
    PlanError,
    RateLimitError,
    ServerError,
    ValidationError,
)
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.clients.instantly.emails import SenderRefusedError
from tests.contract.conftest import BASE_URL, Recorder, WorldTime, campaign_body, people

Control = Callable[..., Any]
NOBODY = "019ffad2-0000-7000-8000-000000000000"


def demo_campaign(client: InstantlyClient) -> str:
    return next(client.campaigns.list(search="05A")).remote_id


def test_campaigns_are_listed_searched_and_filtered(client: InstantlyClient) -> None:
    everything = list(client.campaigns.list())
    assert len(everything) >= 7
    by_pages = [campaign.remote_id for campaign in client.campaigns.list(limit=2)]
    assert sorted(by_pages) == sorted(campaign.remote_id for campaign in everything)
    assert [campaign.name for campaign in client.campaigns.list(search="05A")] == ["05A Executive-Peer"]
    assert {campaign.status for campaign in client.campaigns.list(status=2)} == {2}


def test_a_campaign_is_created_read_and_changed(client: InstantlyClient) -> None:
    made = client.campaigns.create(campaign_body(name="New voice", daily_limit=15))
    assert (made.name, made.status, made.daily_limit) == ("New voice", 0, 15)
    changed = client.campaigns.patch(made.remote_id, {"daily_limit": 20, "name": "Newer voice"})
    assert (changed.daily_limit, changed.name) == (20, "Newer voice")
    read = client.campaigns.get(made.remote_id)
    assert (read.daily_limit, read.windows[0].opens, read.steps[0].variants[0].subject) == (20, "09:00", "Hello")
    assert read.created_at is not None


def test_an_unknown_field_is_refused_and_nothing_is_made(client: InstantlyClient) -> None:
    before = len(list(client.campaigns.list()))
    with pytest.raises(ValidationError) as caught:
        client.campaigns.create({**campaign_body(), "status": 1})
    assert caught.value.outcome_unknown is False
    assert len(list(client.campaigns.list())) == before


@pytest.mark.parametrize("call", ["get", "pause", "activate", "sending_status"])
def test_an_unknown_campaign_is_not_found(client: InstantlyClient, call: str) -> None:
    with pytest.raises(NotFoundError):
        getattr(client.campaigns, call)(NOBODY)


def test_sending_status_says_why_a_paused_campaign_is_quiet(client: InstantlyClient) -> None:
    status = client.campaigns.sending_status(demo_campaign(client))
    assert (status.status, status.diagnostics) == ("campaign_paused", None)


def test_analytics_of_chosen_all_and_no_campaigns(client: InstantlyClient, wire: Recorder) -> None:
    ids = [campaign.remote_id for campaign in client.campaigns.list(search="05")]
    assert {row.remote_id for row in client.campaigns.analytics(ids)} == set(ids)
    assert len(client.campaigns.analytics(of_every_campaign=True)) >= len(ids)
    before = len(wire.requests)
    assert client.campaigns.analytics([]) == []
    assert len(wire.requests) == before


@pytest.mark.parametrize(
    "figures",
    [
        lambda campaigns: campaigns.analytics(),
        lambda campaigns: campaigns.analytics(["c"], of_every_campaign=True),
        lambda campaigns: campaigns.analytics(["c", " "]),
        lambda campaigns: campaigns.leads_count(""),
        lambda campaigns: campaigns.overview(""),
        lambda campaigns: campaigns.daily(""),
        lambda campaigns: campaigns.steps(" "),
    ],
)
def test_figures_of_all_campaigns_are_never_read_by_accident(
    client: InstantlyClient, wire: Recorder, figures: Callable[[Any], object]
) -> None:
    before = len(wire.requests)
    with pytest.raises(ValueError, match=r"campaign"):
        figures(client.campaigns)
    assert len(wire.requests) == before


def test_the_figures_of_one_campaign_agree_with_each_other(client: InstantlyClient) -> None:
    campaign_id = demo_campaign(client)
    (row,) = client.campaigns.analytics([campaign_id])
    overview = client.campaigns.overview(campaign_id)
    days = client.campaigns.daily(campaign_id)
    steps = client.campaigns.steps(campaign_id)
    assert row.sent_count
    assert overview.sent_count == row.sent_count
    assert sum(day.sent or 0 for day in days) == row.sent_count
    assert sum(step.sent or 0 for step in steps) == row.sent_count
    assert sorted({step.step for step in steps if step.step is not None})[0] == 1


def test_daily_figures_can_be_cut_to_a_period(client: InstantlyClient) -> None:
    campaign_id = demo_campaign(client)
    days = sorted(day.day for day in client.campaigns.daily(campaign_id) if day.day)
    cut = client.campaigns.daily(campaign_id, start=days[1], end=days[-2])
    assert {day.day for day in cut if day.day} <= set(days[1:])
    assert days[0] not in {day.day for day in cut}


def test_a_period_that_ends_before_it_starts_is_refused(client: InstantlyClient) -> None:
    with pytest.raises(ValidationError):
        client.campaigns.analytics(of_every_campaign=True, start=date(2026, 11, 2), end=date(2026, 11, 1))


def test_a_batch_is_accounted_for_lead_by_lead(client: InstantlyClient, campaign_id: str) -> None:
    batch = [*people(3), people(1)[0], {"email": "not an address"}]
    accounting = client.leads.add(campaign_id, batch)
    assert (accounting.total_sent, accounting.leads_uploaded, accounting.adds_up) == (5, 3, True)
    assert (accounting.duplicate_email_count, accounting.invalid_email_count) == (1, 1)
    assert accounting.is_itemised is True
    assert [lead.email for lead in accounting.created_leads] == [person["email"] for person in people(3)]
    again = client.leads.add(campaign_id, people(3))
    assert (again.leads_uploaded, again.duplicated_leads, again.adds_up) == (0, 3, True)


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_of_a_size_the_vendor_refuses_is_not_sent(
    client: InstantlyClient, wire: Recorder, campaign_id: str, count: int
) -> None:
    before = len(wire.requests)
    with pytest.raises(ValueError, match="1 to 1000"):
        client.leads.add(campaign_id, people(count))
    assert len(wire.requests) == before


def test_one_lead_is_created_with_its_variables_read_and_found(
    client: InstantlyClient, world_time: WorldTime, campaign_id: str
) -> None:
    person = {"email": "jo@tern.example.com", "first_name": "Jo", "custom_variables": {"region": "Ohio"}}
    made = client.leads.create(campaign_id, person)
    assert (made.campaign_remote_id, made.first_name, made.payload["region"]) == (campaign_id, "Jo", "Ohio")
    assert client.leads.get(made.remote_id).email == "jo@tern.example.com"
    world_time.sleep(60)
    client.leads.add(campaign_id, people(5))
    world_time.sleep(60)
    for found in (
        client.leads.list(campaign_id, search="tern"),
        client.leads.list(campaign_id, contacts=["jo@tern.example.com"]),
        client.leads.list(campaign_id, ids=[made.remote_id]),
    ):
        assert [lead.remote_id for lead in found] == [made.remote_id]


@pytest.mark.parametrize(
    ("address", "status", "catch_all"),
    [
        ("fast.jane@example.com", "verified", False),
        ("invalid.jane@example.com", "invalid", None),
        ("catchall.jane+x@example.com", "verified", True),
    ],
)
def test_verdicts_by_address(
    client: InstantlyClient, world_time: WorldTime, address: str, status: str, catch_all: bool | None
) -> None:
    verification = client.verification.settle(address, clock=world_time.clock, sleep=world_time.sleep)
    assert (verification.email, verification.status) == (address, status)
    if catch_all is not None:
        assert verification.catch_all is catch_all
    assert client.verification.check(address).status == status


def test_a_repeated_verification_is_answered_for_nothing(client: InstantlyClient) -> None:
    assert client.verification.create("fast.jane@example.com").credits_used == Decimal("0.25")
    assert client.verification.create("fast.jane@example.com").credits_used == Decimal(0)


def test_an_address_nobody_asked_about_is_not_found(client: InstantlyClient) -> None:
    with pytest.raises(NotFoundError) as caught:
        client.verification.check("nobody@example.com")
    assert "nobody@" not in str(caught.value)


def test_the_senders_are_listed_with_their_health(client: InstantlyClient) -> None:
    accounts = list(client.accounts.list(limit=2))
    assert len(accounts) >= 3
    assert all("@" in account.email for account in accounts)
    healthy = [account for account in accounts if account.status == 1]
    assert all(account.warmup_score and account.warmup_score > 80 for account in healthy)


def test_what_the_senders_sent_a_day_is_what_the_campaigns_sent(client: InstantlyClient, world_time: WorldTime) -> None:
    start = datetime.fromtimestamp(world_time.now, UTC).date() - timedelta(days=20)
    senders = [account.email for account in client.accounts.list()]
    by_sender: Counter[date | None] = Counter()
    for row in client.accounts.daily(senders, start=start):
        assert row.email in senders
        by_sender[row.day] += row.sent or 0
    by_campaign: Counter[date | None] = Counter()
    for campaign in client.campaigns.list():
        for day in client.campaigns.daily(campaign.remote_id, start=start):
            by_campaign[day.day] += day.sent or 0
    assert sum(by_sender.values()) > 100
    assert +by_sender == +by_campaign


def test_more_senders_than_fit_into_one_question_are_asked_about_in_portions(
    client: InstantlyClient, wire: Recorder
) -> None:
    many = [f"sender{number}@peers.example.com" for number in range(401)]
    assert client.accounts.daily(many, start=date(2026, 11, 1)) == []
    asked = [request for request in wire.requests if request.url.path.endswith("/accounts/analytics/daily")]
    assert [len(request.url.params.get_list("emails")) for request in asked] == [200, 200, 1]


def test_the_audit_log_says_who_paused(client: InstantlyClient) -> None:
    campaign_id = demo_campaign(client)
    client.campaigns.activate(campaign_id)
    client.campaigns.pause(campaign_id)
    entry = next(e for e in client.audit_logs.list(activity_type=5) if e.campaign_remote_id == campaign_id)
    assert entry.is_from_api is True
    assert entry.at is not None


def test_the_block_list_is_walked_to_its_end(client: InstantlyClient) -> None:
    entries = list(client.block_list.list(limit=1))
    assert sorted((entry.value, entry.is_domain) for entry in entries) == [
        ("no-thanks@harbor.example.org", False),
        ("rival.example.net", True),
    ]


def test_the_workspace_and_its_credits(client: InstantlyClient) -> None:
    assert client.workspace.current().name
    assert client.workspace.plan_details().available_credits == Decimal(949)


def test_a_wrong_key_is_an_auth_error(wire: Recorder) -> None:
    with connect(BASE_URL, "another-key", http_transport=wire) as stranger, pytest.raises(AuthError) as caught:
        stranger.workspace.current()
    assert "another-key" not in str(caught.value)


@pytest.mark.parametrize("options", [{"paid_plan": False}])
def test_a_workspace_without_a_plan_is_a_plan_error(client: InstantlyClient) -> None:
    with pytest.raises(PlanError):
        list(client.campaigns.list())


def test_a_base_url_with_the_api_prefix_works_too(wire: Recorder) -> None:
    with connect(f"{BASE_URL}/api/v2/", "sandbox-key", http_transport=wire) as client:
        assert client.workspace.current().remote_id


def test_a_load_whose_answer_is_lost_is_sent_once_and_reported_as_unknown(
    client: InstantlyClient, wire: Recorder, control: Control, campaign_id: str
) -> None:
    control("POST", "faults", [{"match": {"method": "POST", "path": "/leads/add"}, "do": "drop_after_commit"}])
    before = len(wire.requests)
    with pytest.raises(NetworkError) as caught:
        client.leads.add(campaign_id, people(4))
    assert caught.value.outcome_unknown is True
    assert len(wire.requests) == before + 1
    assert client.campaigns.leads_count(campaign_id) == 4


@pytest.mark.parametrize("action", ["drop_before", "drop_after_commit"])
def test_a_pause_whose_answer_is_lost_is_sent_again(
    client: InstantlyClient, control: Control, campaign_id: str, action: str
) -> None:
    client.leads.add(campaign_id, people(1))
    client.campaigns.activate(campaign_id)
    control("POST", "faults", [{"match": {"method": "POST", "path": "/campaigns/*/pause"}, "do": action}])
    assert client.campaigns.pause(campaign_id).status == 2


def test_a_verification_whose_answer_is_lost_is_paid_once(client: InstantlyClient, control: Control) -> None:
    fault = {"match": {"method": "POST", "path": "/email-verification"}, "do": "drop_after_commit", "times": 2}
    control("POST", "faults", [fault])
    client.verification.create("fast.jane@example.com")
    assert client.workspace.plan_details().available_credits == Decimal("948.75")


def test_a_read_survives_a_vendor_that_stumbles(client: InstantlyClient, control: Control) -> None:
    control(
        "POST", "faults", [{"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 503, "times": 3}]
    )
    assert len(list(client.campaigns.list())) >= 7


def test_a_read_that_keeps_failing_is_an_error_and_never_empty(client: InstantlyClient, control: Control) -> None:
    control(
        "POST", "faults", [{"match": {"method": "GET", "path": "/campaigns"}, "do": "status", "value": 503, "times": 9}]
    )
    with pytest.raises(ServerError):
        list(client.campaigns.list())


def test_a_load_refused_with_429_is_sent_again_because_nothing_was_done(
    client: InstantlyClient, control: Control, campaign_id: str
) -> None:
    fault = {"match": {"method": "POST", "path": "/leads/add"}, "do": "status", "value": 429, "times": 2}
    control("POST", "faults", [fault])
    assert client.leads.add(campaign_id, people(2)).leads_uploaded == 2
    control("POST", "faults", [{**fault, "times": 9}])
    with pytest.raises(RateLimitError) as caught:
        client.leads.add(campaign_id, people(2, "more"))
    assert caught.value.outcome_unknown is False


def test_a_test_e_mail_is_sent_and_an_error_inside_a_200_is_raised(client: InstantlyClient, instantly: Any) -> None:
    client.emails.send_test("exec@peers.example.com", "me@example.com", subject="Hi", html="<div>Hi</div>")
    assert instantly.world.test_mails[0]["to"] == ["me@example.com"]
    with pytest.raises(SenderRefusedError, match="not in this workspace") as caught:
        client.emails.send_test("nobody@example.com", "me@example.com", subject="Hi", html="<div>Hi</div>")
    assert caught.value.outcome_unknown is False
