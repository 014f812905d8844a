"""What is mirrored stays what was understood: nonsense is unknown and shown, and loses nothing beside it."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.mirror.sync import discover, sync_campaign, sync_workspace
from campaigns.models import Campaign, CampaignStatus, DailyStat, ReadingWhy
from campaigns.sending.lifecycle import read_status
from campaigns.tasks import read_statuses
from iexdg.clients.http.errors import PartlyUnreadError
from iexdg.mailboxes.models import Mailbox
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import mirror_block_list
from leads.mirror import mirror_campaign_leads
from leads.models import Lead, Suppression
from tests.leads.factories import synced_campaign
from tests.odd_answers import NONSENSE, OddAnswers, put_in_first
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db

BROKEN: dict[str, list[Any]] = {
    "campaign_schedule": ["x", [1], 7, {"schedules": "x"}, {"schedules": [{"timing": 5}]}, {"schedules": [3]}],
    "sequences": ["x", {"steps": 1}, [5], [{"steps": {"a": 1}}], [{"steps": [{"variants": "x"}]}]],
    "email_list": ["exec@peers.example.com", [5], {"a": 1}],
    "daily_limit": ["20", True, -3, [20]],
    "stop_on_reply": ["true", 1],
}


def named(name: str) -> Campaign:
    return Campaign.objects.get(name__startswith=name)


def spoil_first(field: str, value: Any) -> Callable[[Any], Any]:
    return put_in_first(**{field: value})


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BROKEN.items() for value in values])
def test_settings_that_cannot_be_understood_change_nothing_and_are_shown(
    odd_answers: OddAnswers, workspace: Workspace, web: Callable[..., Client], field: str, value: Any
) -> None:
    sync_workspace(workspace)
    before = {one.remote_id: (one.schedule, one.sequences, one.senders, one.flags) for one in Campaign.objects.all()}
    spoilt: list[str] = []

    def spoil(page: Any) -> Any:
        spoilt.append(page["items"][0]["id"])
        return put_in_first(**{field: value})(page)

    odd_answers.change("GET", "/campaigns", spoil)
    result = sync_workspace(workspace)

    assert result.campaigns == len(before)
    assert result.vanished == 0
    assert [error for error in result.errors if "could not be understood" in error]
    after = {one.remote_id: (one.schedule, one.sequences, one.senders, one.flags) for one in Campaign.objects.all()}
    assert after == before
    campaign = Campaign.objects.get(remote_id=spoilt[0])
    assert campaign.unknown_since is not None
    assert f"Instantly's {field}" in campaign.sync_error
    assert Campaign.objects.filter(unknown_since__isnull=True).count() == len(before) - 1
    assert "unknown since" in web("viewer").get(f"/w/demo/campaigns/{campaign.pk}/").text

    odd_answers.clear()
    assert sync_workspace(workspace).is_ok
    campaign.refresh_from_db()
    assert (campaign.unknown_since, campaign.sync_error) == (None, "")


def test_a_new_campaign_whose_settings_cannot_be_understood_is_watched_all_the_same(
    odd_answers: OddAnswers, control: SandboxControl, workspace: Workspace
) -> None:
    odd_answers.change("GET", "/campaigns", spoil_first("sequences", "x"))
    sync_workspace(workspace)
    campaign = Campaign.objects.get(unknown_since__isnull=False)
    control.set_status(campaign.remote_id, 1)
    read_statuses()
    assert control.status_of(campaign.remote_id) == CampaignStatus.PAUSED


@pytest.mark.parametrize("status", [value for value in NONSENSE if type(value) is not int] + [2.0, "1", 10**12])
def test_a_status_that_is_none_is_unknown_and_not_the_last_one(
    odd_answers: OddAnswers, workspace: Workspace, web: Callable[..., Client], status: Any
) -> None:
    campaign = synced_campaign(workspace, "05A")
    odd_answers.change("GET", f"/campaigns/{campaign.remote_id}", lambda value: {**value, "status": status})
    odd_answers.change("GET", "/campaigns", spoil_all(status))

    sync_workspace(workspace)
    read_statuses()

    campaign.refresh_from_db()
    assert campaign.status_unknown_since is not None
    assert "Unknown" in web("viewer").get("/w/demo/").text
    odd_answers.clear()
    assert read_status(campaign, why=ReadingWhy.SCAN) == CampaignStatus.PAUSED
    campaign.refresh_from_db()
    assert campaign.status_unknown_since is None


def spoil_all(status: Any) -> Callable[[Any], Any]:
    return lambda page: {**page, "items": [{**item, "status": status} for item in page["items"]]}


@pytest.mark.parametrize("bad", [5, None, [], {"id": 7, "status": 1}, {"status": 1}])
def test_a_bad_record_hides_no_campaign_and_makes_none_vanish(
    odd_answers: OddAnswers, control: SandboxControl, workspace: Workspace, bad: Any
) -> None:
    sync_workspace(workspace)
    everyone = Campaign.objects.count()
    launched = named("05A")
    control.set_status(launched.remote_id, 1)
    lost: list[str] = []

    def spoil(page: Any) -> Any:
        items = page["items"]
        place = next(place for place, item in enumerate(items) if item["id"] != launched.remote_id)
        lost.append(items[place]["id"])
        return {**page, "items": [*items[:place], bad, *items[place + 1 :]]}

    odd_answers.change("GET", "/campaigns", spoil)

    assert [one.pk for one in discover(workspace)] == [launched.pk]
    result = sync_workspace(workspace)

    assert (result.campaigns, result.vanished) == (everyone - 1, 0)
    assert [error for error in result.errors if "1 of" in error and "could not be understood" in error]
    assert Campaign.objects.filter(vanished_at__isnull=True).count() == everyone
    assert [*Campaign.objects.filter(unknown_since__isnull=False).values_list("remote_id", flat=True)] == [lost[0]]


@pytest.mark.parametrize("counter", ["12", True, -1, [3], 2.5, 10**12])
def test_a_figure_that_is_none_keeps_the_last_one_and_is_unknown_since_then(
    odd_answers: OddAnswers, workspace: Workspace, counter: Any
) -> None:
    campaign = synced_campaign(workspace, "05A")
    campaign.refresh_from_db()
    days = dict(DailyStat.objects.filter(campaign=campaign).values_list("date", "sent"))
    assert campaign.sent
    odd_answers.change("GET", "/campaigns/analytics", spoil_first("emails_sent_count", counter))
    odd_answers.change("GET", "/campaigns/analytics/daily", spoil_first("sent", counter))

    result = sync_campaign(campaign)

    assert len([error for error in result.errors if "could not be understood" in error]) == 2
    sent = campaign.sent
    campaign.refresh_from_db()
    assert (campaign.sent, campaign.analytics_unknown_since is not None) == (sent, True)
    assert dict(DailyStat.objects.filter(campaign=campaign).values_list("date", "sent")) == days


def test_a_bad_sending_account_makes_none_vanish(odd_answers: OddAnswers, workspace: Workspace) -> None:
    sync_workspace(workspace)
    before = Mailbox.objects.count()
    odd_answers.change("GET", "/accounts", spoil_first("email", 7))
    odd_answers.change("GET", "/accounts/analytics/daily", lambda rows: [*rows, 5])
    result = sync_workspace(workspace)
    assert [error for error in result.errors if error.startswith("mailboxes: ")]
    assert Mailbox.objects.filter(vanished_at__isnull=True).count() == before


def test_a_bad_entry_takes_no_one_off_the_block_list(odd_answers: OddAnswers, workspace: Workspace) -> None:
    mirror_block_list(workspace)
    before = {*Suppression.objects.values_list("value", flat=True)}
    odd_answers.change("GET", "/block-lists-entries", spoil_first("bl_value", ["rival.example.net"]))
    with pytest.raises(PartlyUnreadError):
        mirror_block_list(workspace)
    assert {*Suppression.objects.values_list("value", flat=True)} == before


@pytest.mark.parametrize(("field", "value"), [("status", "-1"), ("status", True), ("email_open_count", "3"), ("id", 5)])
def test_a_person_who_cannot_be_understood_stays_as_known_and_is_not_fresh(
    odd_answers: OddAnswers, workspace: Workspace, field: str, value: Any
) -> None:
    campaign = synced_campaign(workspace, "04")
    mirror_campaign_leads(campaign)
    long_ago = timezone.now() - timedelta(hours=2)
    Campaign.objects.filter(pk=campaign.pk).update(leads_mirrored_at=long_ago)
    Lead.objects.filter(campaign=campaign).update(status=-1, opens=7, synced_at=long_ago)
    emails: list[str] = []

    def spoil(page: Any) -> Any:
        emails.append(page["items"][0]["email"])
        return spoil_first(field, value)(page)

    odd_answers.change("POST", "/leads/list", spoil)
    with pytest.raises(PartlyUnreadError, match=f"1 of 48 records could not be understood: {field}"):
        mirror_campaign_leads(campaign)

    kept = Lead.objects.get(campaign=campaign, email=emails[0])
    assert (kept.status, kept.opens, kept.vanished_at) == (-1, 7, None)
    assert [*Lead.objects.filter(campaign=campaign, synced_at=long_ago)] == [kept]
    campaign.refresh_from_db()
    assert campaign.leads_mirrored_at == long_ago


def scrambled(value: Any, chance: random.Random) -> Any:
    """The same answer with some of its parts, at any depth, replaced by nonsense."""
    if chance.random() < 0.04:
        return chance.choice(NONSENSE)
    if isinstance(value, dict):
        return {key: scrambled(inner, chance) for key, inner in value.items()}
    return [scrambled(inner, chance) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(6))
def test_no_scrambled_answer_breaks_the_sync_the_watch_or_a_page(
    odd_answers: OddAnswers, workspace: Workspace, web: Callable[..., Client], seed: int
) -> None:
    chance = random.Random(seed)
    if seed % 2:
        sync_workspace(workspace)
    for method, path in (("GET", "*"), ("POST", "/leads/list")):
        odd_answers.change(method, path, lambda value: scrambled(value, chance))

    sync_workspace(workspace)
    read_statuses()

    known = {*CampaignStatus.values, None}
    assert {*Campaign.objects.values_list("remote_status", flat=True)} <= known
    pages = ["/w/demo/", "/w/demo/campaigns/", "/w/demo/leads/", "/w/demo/incidents/", "/w/demo/settings/"]
    pages += [f"/w/demo/campaigns/{pk}/" for pk in Campaign.objects.values_list("pk", flat=True)]
    for address in pages:
        answer = web("approver").get(address, follow=True)
        assert answer.status_code in {200, 404}, (address, json.dumps(seed))
