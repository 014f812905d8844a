"""A campaign that sends and may not: what the incident says at each step, and that any process can finish it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.incident_kinds import DRIFT, FLIP, UNAPPROVED_ACTIVE
from campaigns.models import (
    ApprovalState,
    Campaign,
    CampaignStatus,
    RequestState,
    StatusReading,
    StatusRequest,
    Wanted,
)
from campaigns.sending import unapproved
from campaigns.sending.attribution import Actor, Attribution
from campaigns.sending.lifecycle import request_pause
from campaigns.sending.unapproved import (
    REASON,
    BegunPause,
    begin_pause,
    carry_out_pause,
    complete_incident,
    complete_pause_incidents,
    is_being_paused,
)
from iexdg.clients.http.limiter import Lane
from iexdg.incidents.models import Incident
from iexdg.team.models import Member
from tests.campaigns.factories import approval
from tests.campaigns.vendor import Vendor
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


@pytest.fixture(autouse=True)
def _vendor_is_there(vendor: Vendor) -> None:
    vendor.status = CampaignStatus.ACTIVE


def seconds_ago(seconds: float) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def quiet(campaign: Campaign, *, read: float | None, counted: float | None = None, sent: int | None = None) -> None:
    """When it was last read as quiet, and what had been sent by then."""
    Campaign.objects.filter(pk=campaign.pk).update(
        quiet_read_at=None if read is None else seconds_ago(read),
        quiet_sent_at=None if counted is None else seconds_ago(counted),
        quiet_sent=sent,
    )


def begun(campaign: Campaign, **options: Any) -> BegunPause:
    return begin_pause(campaign, FLIP, cause="Leads were loaded.", **options)


def carried_out(campaign: Campaign, **options: Any) -> Incident:
    return carry_out_pause(begun(campaign, **options), sleep=lambda seconds: None)


def who_did_it(monkeypatch: pytest.MonkeyPatch, at: datetime | None = None) -> list[dict[str, Any]]:
    """Instantly's audit log names somebody; keeps what it was asked."""
    asked: list[dict[str, Any]] = []

    def attribute(campaign: Campaign, *, after: datetime | None, before: datetime) -> Attribution:
        asked.append({"campaign": campaign.pk, "after": after, "before": before})
        return Attribution(Actor.PERSON, "in Instantly, by Robin", "was activated", at)

    monkeypatch.setattr(unapproved, "attribute", attribute)
    return asked


# -- beginning ---------------------------------------------------------------------------------------


def test_the_request_and_the_incident_are_written_before_anything_leaves(
    one: Campaign, vendor: Vendor, member: MemberOf
) -> None:
    by = {"by": member("operator"), "decided_by": member("approver")}
    live = approval(one, state=ApprovalState.APPROVED, **by)
    quiet(one, read=60, counted=90, sent=12)
    before = timezone.now()

    found = begun(one)

    assert vendor.calls == []
    assert (found.request.wanted, found.request.reason, found.request.by) == (Wanted.PAUSE, REASON, None)
    live.refresh_from_db()
    assert live.state == ApprovalState.VOID
    incident = found.incident
    assert found.is_new
    assert (incident.kind, incident.campaign_ref, incident.campaign_name) == (FLIP.code, one.pk, one.name)
    assert incident.dedupe_key == f"flip:{one.pk}:{found.request.pk}"
    assert incident.summary == f"{one.name} is sending without a live approval: pausing"
    assert incident.detail == "Leads were loaded."
    one.refresh_from_db()
    assert one.quiet_read_at is not None
    kept = dict(incident.details)
    assert datetime.fromisoformat(kept.pop("seen_at")) >= before
    assert kept == {
        "request": found.request.pk,
        "began": one.quiet_read_at.isoformat(),
        "sent_before": 12,
        "cause": "Leads were loaded.",
        "finished": False,
    }


def test_it_began_when_the_load_was_answered_where_that_is_known(one: Campaign) -> None:
    quiet(one, read=60)
    since = seconds_ago(5)
    assert begun(one, since=since).incident.details["began"] == since.isoformat()


def test_where_it_never_was_quiet_nobody_knows_when_it_began(one: Campaign) -> None:
    quiet(one, read=None, counted=90, sent=12)
    details = begun(one).incident.details
    assert (details["began"], details["sent_before"]) == (None, None)


def test_whoever_catches_the_same_flip_joins_it(one: Campaign) -> None:
    first, second = begun(one), begun(one)
    assert (first.is_new, second.is_new) == (True, False)
    assert (first.request, first.incident) == (second.request, second.incident)


@pytest.mark.parametrize(
    ("counted", "reading_ago", "status", "known"),
    [
        (90, None, 1, True),
        (None, None, 1, False),
        # It was read as sending after the count and before this flip: the count is too old.
        (90, 70, 1, False),
        (90, 70, 4, False),
        (90, 70, 2, True),
        (90, 100, 1, True),
        (90, 30, 1, True),
    ],
)
def test_what_was_sent_before_is_known_only_while_it_stayed_quiet(
    one: Campaign, another: Campaign, counted: int | None, reading_ago: int | None, status: int, known: bool
) -> None:
    quiet(one, read=60, counted=counted, sent=12)
    StatusReading.objects.create(campaign=another, at=seconds_ago(70), status=1, why="scan")
    if reading_ago is not None:
        StatusReading.objects.create(campaign=one, at=seconds_ago(reading_ago), status=status, why="scan")
    assert begun(one).incident.details["sent_before"] == (12 if known else None)


# -- the end of it -----------------------------------------------------------------------------------


def test_the_incident_says_how_long_it_took_who_did_it_and_what_was_sent(
    one: Campaign, vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    flipped = seconds_ago(20)
    asked = who_did_it(monkeypatch, flipped)
    quiet(one, read=60, counted=90, sent=12)
    vendor.sent = 15

    incident = carried_out(one)

    assert vendor.status == CampaignStatus.PAUSED
    # The pause takes as long as the machine makes it.
    assert re.match(rf"{one.name} was activated: paused after 2\d\.\d s, read back", incident.summary)
    assert incident.summary.endswith(" s, read back")
    assert incident.detail == (
        "Leads were loaded. Who did it: in Instantly, by Robin. Sent meanwhile, as Instantly counts: 3."
    )
    kept = incident.details
    assert 20 <= kept["seconds_to_pause"] < 30
    assert 20 <= kept["seen_after_s"] < 30
    assert kept["flipped_at"] == flipped.isoformat()
    assert (kept["confirmed"], kept["finished"], kept["sent_meanwhile"]) == (True, True, 3)
    assert (kept["who"], kept["who_words"], kept["cause"]) == (
        Actor.PERSON.value,
        "in Instantly, by Robin",
        "Leads were loaded.",
    )
    one.refresh_from_db()
    assert asked == [
        {
            "campaign": one.pk,
            "after": datetime.fromisoformat(kept["began"]),
            "before": datetime.fromisoformat(kept["seen_at"]),
        }
    ]
    assert vendor.lanes[-1] == Lane.SAFETY


def test_without_a_moment_of_its_own_it_flipped_within_the_time_since_it_was_quiet(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    who_did_it(monkeypatch)
    quiet(one, read=60)
    incident = carried_out(one)
    assert incident.summary.startswith(f"{one.name} was activated: paused within 60.")
    assert incident.details["flipped_at"] is None
    assert 60 <= incident.details["seen_after_s"] < 70


def test_where_nothing_is_known_the_seconds_count_from_when_it_was_seen(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    who_did_it(monkeypatch)
    quiet(one, read=None)
    incident = carried_out(one)
    assert (incident.details["flipped_at"], incident.details["seen_after_s"]) == (None, None)
    assert incident.details["seconds_to_pause"] < 10


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        # The two clocks differ a little: never before it began, never after it was seen.
        (-20, "began"),
        (10, "logged"),
        (300, "seen"),
    ],
)
def test_the_moment_of_the_log_lies_between_the_last_quiet_reading_and_the_look(
    one: Campaign, monkeypatch: pytest.MonkeyPatch, logged: int, expected: str
) -> None:
    began = seconds_ago(60)
    at = began + timedelta(seconds=logged)
    who_did_it(monkeypatch, at)
    incident = carried_out(one, since=began)
    moments = {"began": began.isoformat(), "logged": at.isoformat(), "seen": incident.details["seen_at"]}
    assert incident.details["flipped_at"] == moments[expected]


def test_a_moment_of_the_log_stands_where_nobody_knows_when_it_began(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = seconds_ago(20)
    who_did_it(monkeypatch, at)
    quiet(one, read=None)
    assert carried_out(one).details["flipped_at"] == at.isoformat()


def test_it_is_said_how_late_it_was_seen(one: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    who_did_it(monkeypatch)
    found = begun(one)
    seen_at = datetime.fromisoformat(found.incident.details["seen_at"])
    began = seen_at - timedelta(seconds=2.34)
    found.incident.details["began"] = began.isoformat()
    assert complete_incident(found.incident, found.request).details["seen_after_s"] == 2.3


@pytest.mark.parametrize(
    ("confirmed_after", "words"), [(0.04, "in under 0.1 s"), (0.1, "after 0.1 s"), (2.04, "after 2.0 s")]
)
def test_the_seconds_are_said_as_well_as_they_are_known(
    one: Campaign, monkeypatch: pytest.MonkeyPatch, confirmed_after: float, words: str
) -> None:
    found = begun(one, since=seconds_ago(60))
    at = datetime.fromisoformat(found.incident.details["seen_at"])
    who_did_it(monkeypatch, at)
    StatusRequest.objects.update(state=RequestState.CONFIRMED, confirmed_at=at + timedelta(seconds=confirmed_after))
    incident = complete_incident(found.incident, StatusRequest.objects.select_related("campaign__workspace").get())
    assert incident.summary == f"{one.name} was activated: paused {words}, read back"


@pytest.mark.parametrize(
    ("before", "now", "meanwhile"),
    [(12, 15, 3), (12, 12, 0), (12, 9, 0), (0, 2, 2), (None, 15, None), (12, None, None)],
)
def test_what_was_sent_meanwhile_is_a_difference_or_unknown(
    one: Campaign, vendor: Vendor, before: int | None, now: int | None, meanwhile: int | None
) -> None:
    quiet(one, read=60, counted=90, sent=before)
    vendor.sent = now
    incident = carried_out(one)
    assert incident.details["sent_meanwhile"] == meanwhile
    assert f"counts: {'unknown' if meanwhile is None else meanwhile}." in incident.detail


def test_a_count_that_cannot_be_read_is_unknown(one: Campaign, vendor: Vendor) -> None:
    quiet(one, read=60, counted=90, sent=12)
    vendor.fails = {"analytics": 1}
    assert carried_out(one).details["sent_meanwhile"] is None


def test_a_pause_that_is_not_read_back_leaves_the_incident_unfinished(one: Campaign, vendor: Vendor) -> None:
    quiet(one, read=60, counted=90, sent=12)
    vendor.deaf = {"pause"}
    incident = carried_out(one)
    assert incident.summary.endswith(": pause not confirmed yet, retrying")
    kept = incident.details
    assert (kept["confirmed"], kept["finished"], kept["sent_meanwhile"]) == (False, False, None)
    assert vendor.count("analytics") == 0


# -- a process that went away ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "completed"),
    [
        (RequestState.CONFIRMED, 1),
        (RequestState.REFUSED, 1),
        (RequestState.ASKED, 0),
        (RequestState.SENT, 0),
        (RequestState.UNKNOWN, 0),
    ],
)
def test_an_incident_whose_process_went_away_is_completed_once_its_pause_is_settled(
    one: Campaign, state: RequestState, completed: int
) -> None:
    found = begun(one)
    StatusRequest.objects.update(state=state)
    assert complete_pause_incidents(one.workspace) == completed
    found.incident.refresh_from_db()
    assert found.incident.details["finished"] == bool(completed)
    # The last word is said once.
    assert complete_pause_incidents(one.workspace) == 0


@pytest.mark.parametrize(
    ("change", "completed"),
    [
        ({}, 1),
        ({"kind": UNAPPROVED_ACTIVE.code}, 1),
        ({"kind": DRIFT.code}, 0),
        ({"state": "acknowledged"}, 1),
        ({"state": "resolved"}, 0),
        ({"details": {"finished": False}}, 0),
        ({"details": {"finished": False, "request": 0}}, 0),
    ],
)
def test_only_unfinished_incidents_of_a_flip_are_completed(
    one: Campaign, change: dict[str, Any], completed: int
) -> None:
    begun(one)
    StatusRequest.objects.update(state=RequestState.CONFIRMED)
    Incident.objects.update(**change)
    assert complete_pause_incidents(other_workspace()) == 0
    assert complete_pause_incidents(one.workspace) == completed


def test_an_incident_that_forgot_when_it_was_seen_takes_the_time_it_was_opened(
    one: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = who_did_it(monkeypatch)
    found = begun(one)
    Incident.objects.update(details={"request": found.request.pk, "finished": False})
    StatusRequest.objects.update(state=RequestState.CONFIRMED, confirmed_at=timezone.now())
    assert complete_pause_incidents(one.workspace) == 1
    incident = Incident.objects.get()
    assert asked[0] == {"campaign": one.pk, "after": None, "before": incident.opened_at}
    assert incident.detail.startswith("Who did it:")


# -- somebody else's pause ---------------------------------------------------------------------------


def test_only_a_pause_that_somebody_asked_for_makes_it_no_flip(one: Campaign, member: MemberOf) -> None:
    assert not is_being_paused(one)
    request_pause(one, by=member("viewer"), reason="typo")
    assert is_being_paused(one)
    StatusRequest.objects.update(state=RequestState.CONFIRMED)
    assert not is_being_paused(one)
    request_pause(one, by=None, reason=REASON)
    assert not is_being_paused(one)
    StatusRequest.objects.update(wanted=Wanted.ACTIVATE, reason="go")
    assert not is_being_paused(one)
