"""The comparison in the browser: what is read when, what is unknown, filters in the address, and the file."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from iexdg.analytics import reading
from iexdg.analytics.models import RangeReading
from iexdg.analytics.queries import StepCount
from iexdg.analytics.reading import due_readings, read_wanted, want
from iexdg.analytics.views import comparing
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as make_campaign
from tests.campaigns.factories import days as make_days
from tests.iexdg.analytics.conftest import LATELY
from tests.odd_answers import OddAnswers

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What pages hand to workers."""
    found: list[tuple[Any, ...]] = []
    monkeypatch.setattr(comparing, "enqueue", lambda task, *ids: found.append((task.name, *ids)))
    return found


def test_a_range_that_was_never_read_is_unknown_and_is_read_by_a_worker(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    campaign = make_campaign(workspace)
    make_days(campaign, 10, 20)
    html = web("viewer").get("/w/demo/analytics/").content.decode()
    assert "Reading these days from Instantly" in html
    assert "unknown" in html
    assert queued == [("iexdg.analytics.tasks.read_ranges", workspace.pk)]
    wanted = RangeReading.objects.values_list("campaign", "first", "last")
    assert set(wanted) == {(campaign.pk, one.first, one.last) for one in (LATELY, LATELY.before)}


def test_a_second_look_makes_no_second_row(workspace: Workspace, web: Callable[..., Client], queued: list[Any]) -> None:
    make_days(make_campaign(workspace), 10)
    for _ in range(2):
        web("viewer").get("/w/demo/analytics/")
    assert RangeReading.objects.count() == 2


def test_what_was_read_is_shown_and_not_read_again_at_once(
    read: list[Campaign], workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    chosen = "&".join(f"campaign={campaign.pk}" for campaign in read)
    html = web("viewer").get(f"/w/demo/analytics/?{chosen}").content.decode()
    assert "Reading these days" not in html
    assert all(campaign.name in html for campaign in read)
    assert queued == []
    assert read_wanted(workspace) == 0


def test_a_read_that_fails_is_unknown_since_and_what_was_known_stays(
    read: list[Campaign], workspace: Workspace, odd_answers: OddAnswers
) -> None:
    one = RangeReading.objects.filter(sent__gt=0).first()
    assert one is not None
    RangeReading.objects.filter(pk=one.pk).update(try_at=one.wanted_at)
    odd_answers.change("GET", "/campaigns/analytics/overview", lambda answer: "not an object")
    assert read_wanted(workspace) == 0
    again = RangeReading.objects.get(pk=one.pk)
    assert again.unknown_since is not None
    assert again.error
    assert (again.sent, again.read_at) == (one.sent, one.read_at)


def test_two_workers_read_a_range_once(read: list[Campaign], workspace: Workspace) -> None:
    RangeReading.objects.update(try_at=reading.timezone.now())
    rows = list(due_readings(workspace, reading.timezone.now()))
    assert all(reading._claim(row, reading.timezone.now()) for row in rows)
    assert not any(reading._claim(row, reading.timezone.now()) for row in rows)


def test_what_nobody_looks_at_is_not_read_again(read: list[Campaign], workspace: Workspace) -> None:
    now = reading.timezone.now()
    RangeReading.objects.update(try_at=now, wanted_at=now - 2 * reading.LOOKED_AT_FOR)
    assert not due_readings(workspace, now).exists()
    want(workspace, [read[0].pk], [LATELY])
    assert due_readings(workspace, now).count() == 1
    RangeReading.objects.update(wanted_at=now - 2 * reading.KEPT_FOR)
    read_wanted(workspace)
    assert not RangeReading.objects.exists()


def test_a_campaign_that_vanished_is_not_asked_for_any_more(read: list[Campaign], workspace: Workspace) -> None:
    RangeReading.objects.update(try_at=reading.timezone.now())
    Campaign.objects.filter(pk=read[0].pk).update(vanished_at=reading.timezone.now())
    due = due_readings(workspace, reading.timezone.now()).values_list("campaign", flat=True)
    assert read[0].pk not in due
    assert read[1].pk in due


def test_only_the_chosen_campaigns_are_compared_and_foreign_ones_never(
    read: list[Campaign], web: Callable[..., Client], queued: list[Any]
) -> None:
    one, other = read[0], read[1]
    html = web("viewer").get(f"/w/demo/analytics/?campaign={one.pk}&campaign=99999&campaign=x").content.decode()
    assert f'/campaigns/{one.pk}/"><b>{one.name}' in html
    assert f'/campaigns/{other.pk}/"><b>' not in html


def test_the_file_has_the_numbers_of_the_page(
    read: list[Campaign], web: Callable[..., Client], queued: list[Any]
) -> None:
    answer = web("viewer").get(f"/w/demo/analytics.csv?campaign={read[0].pk}&campaign={read[1].pk}")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [line["campaign"] for line in lines] == [read[0].name, read[1].name, "all campaigns of this file"]
    stored = {row.campaign_id: row for row in RangeReading.objects.filter(first=LATELY.first)}
    sent = [stored[campaign.pk].sent or 0 for campaign in read[:2]]
    assert [line["sent"] for line in lines] == [str(sent[0]), str(sent[1]), str(sum(sent))]
    assert lines[0]["from"] == LATELY.first.isoformat()


def test_a_value_that_nobody_set_is_empty_in_the_file(
    read: list[Campaign], web: Callable[..., Client], queued: list[Any]
) -> None:
    RangeReading.objects.update(opportunity_value=0)
    RangeReading.objects.filter(campaign=read[1].pk, first=LATELY.first).update(opportunity_value="12.50")
    answer = web("viewer").get(f"/w/demo/analytics.csv?campaign={read[0].pk}&campaign={read[1].pk}")
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [line["opportunity_value"] for line in lines] == ["", "12.50", "12.50"]
    assert lines[0]["opportunity_value_change"] == ""


@pytest.mark.parametrize("part", ["", "steps", "breakdowns", "weeks"])
def test_the_number_of_queries_does_not_grow_with_campaigns(
    part: str, workspace: Workspace, web: Callable[..., Client], queued: list[Any], django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        make_days(make_campaign(workspace, f"Campaign {number}"), 10)
    client = web("viewer")
    # Who reads first keeps what takes long.
    client.get(f"/w/demo/analytics/?show={part}")
    with django_assert_max_num_queries(20):
        client.get(f"/w/demo/analytics/?show={part}")


def test_a_campaign_that_is_gone_is_shown_and_not_waited_for(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    gone = make_campaign(workspace, vanished_at=reading.timezone.now())
    html = web("viewer").get(f"/w/demo/analytics/?campaign={gone.pk}").content.decode()
    assert "vanished: Instantly does not list it any more" in html
    assert "Reading these days" not in html
    assert not RangeReading.objects.exists()


@pytest.mark.parametrize("part", ["steps", "breakdowns", "weeks"])
def test_every_part_has_a_file(part: str, read: list[Campaign], web: Callable[..., Client], queued: list[Any]) -> None:
    answer = web("viewer").get(f"/w/demo/analytics.csv?show={part}&campaign={read[0].pk}")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert f'filename="analytics-{part}.csv"' in answer["Content-Disposition"]
    assert len({len(line) for line in lines}) == 1


def test_a_range_that_makes_no_sense_says_so_on_the_page(workspace: Workspace, web: Callable[..., Client]) -> None:
    html = web("viewer").get("/w/demo/analytics/?from=2026-11-07&to=2026-11-01").content.decode()
    assert "The last day is before the first." in html


def test_a_value_that_nobody_set_is_no_worth_of_0(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    make_campaign(workspace, opportunities=3, opportunity_value=0)
    html = web("viewer").get("/w/demo/analytics/?days=all").content.decode()
    assert "none set" in html


def test_before_the_first_reading_the_page_says_what_happens_next(
    workspace: Workspace, web: Callable[..., Client], queued: list[Any]
) -> None:
    make_days(make_campaign(workspace), 10, 20)
    for address in ("/w/demo/analytics/", "/w/demo/analytics/?show=breakdowns", "/w/demo/analytics/report/"):
        html = web("viewer").get(address).content.decode()
        assert "not read yet: Instantly is being asked" in html, address
        assert "as of never" not in html, address


def test_the_list_of_campaigns_can_be_searched_where_scripts_run_and_is_whole_otherwise(
    synced: list[Campaign], web: Callable[..., Client], queued: list[Any]
) -> None:
    html = web("viewer").get("/w/demo/analytics/").content.decode()
    assert '<div class="row wrap chooser-search" data-chooser-search hidden>' in html
    assert html.count('name="campaign"') == len(synced)


@pytest.mark.parametrize(("role", "is_offered"), [("viewer", False), ("operator", True)])
def test_a_variant_that_is_behind_is_turned_off_in_a_draft(
    role: str, is_offered: bool, read: list[Campaign], web: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = read[0]
    variant = {"subject": "Hello", "body": "<div>Hi</div>"}
    steps = [{"steps": [{"type": "email", "delay": 0, "variants": [variant, variant]}]}]
    Campaign.objects.filter(pk=campaign.pk).update(sequences=steps)
    counts = [
        StepCount(step=1, variant=0, sent=1000, opened=0, clicked=0, replied=200),
        StepCount(step=1, variant=1, sent=1000, opened=0, clicked=0, replied=20),
    ]
    monkeypatch.setattr("iexdg.analytics.pages.steps.steps_of", lambda reading: counts)
    page = web(role).get(f"/w/demo/analytics/?show=steps&campaign={campaign.pk}").content.decode()
    assert ("Turn off B…" in page, "Turn off A…" in page) == (is_offered, False)
