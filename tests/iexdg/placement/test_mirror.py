"""Results are counted record by record and are Instantly's own sums; a failed read keeps the last figures."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.mailboxes.models import Mailbox
from iexdg.placement import mirror
from iexdg.placement.mailbox_page import newest_of
from iexdg.placement.mirror import due_for_reading, mirror_tests, read_results, read_seed_kinds
from iexdg.placement.models import PlacementTally, PlacementTest
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspaces.models import Workspace
from tests.iexdg.placement.conftest import BOX
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
HOUR = 3600.0


@pytest.fixture
def landed_test(sent_test: PlacementTest, sandbox_clock: SandboxClock) -> PlacementTest:
    """All its e-mails have arrived, and its report is there."""
    sandbox_clock.advance(HOUR)
    assert read_results(sent_test)
    sent_test.refresh_from_db()
    return sent_test


def test_every_record_is_counted_once_and_the_sums_are_instantlys(landed_test: PlacementTest) -> None:
    names = ("sent", "received", "inbox", "spam", "category")
    sums = landed_test.tallies.aggregate(**{name: Sum(name) for name in names})
    assert (sums["sent"], sums["received"]) == (16, 16)
    assert sums["inbox"] + sums["spam"] + sums["category"] == 16
    assert landed_test.vendor_sums == {name: sums[name] for name in names[1:]}


def test_reading_again_counts_nothing_twice(landed_test: PlacementTest) -> None:
    before = list(landed_test.tallies.values_list("sender", "provider", "received"))
    read_results(landed_test)
    assert list(landed_test.tallies.values_list("sender", "provider", "received")) == before


def test_the_report_says_which_lists_and_which_rules(landed_test: PlacementTest) -> None:
    (report,) = landed_test.reports
    assert report["domain"] == "peers.example.com"
    assert report["domain_listings"] == len(report["lists"])
    assert [rule["name"] for rule in report["rules"]] == ["HTML_MESSAGE", "SUBJECT_NEEDS_WORK"]
    assert report["is_spam"] is (report["score"] >= 5)


def test_a_failed_read_keeps_the_last_figures_and_says_since_when(
    landed_test: PlacementTest, control: SandboxControl
) -> None:
    read_at = landed_test.results_read_at
    control.faults({"match": {"path": "/inbox-placement-reports"}, "do": "status", "value": 500, "times": 20})
    assert read_results(landed_test) is False
    landed_test.refresh_from_db()
    assert (landed_test.results_read_at, landed_test.results_unknown_since is not None) == (read_at, True)
    assert landed_test.results_error
    assert PlacementTally.objects.filter(test=landed_test).exists()


def test_a_failed_list_keeps_what_was_known(
    office: Workspace, sent_test: PlacementTest, control: SandboxControl
) -> None:
    control.faults({"match": {"path": "/inbox-placement-tests"}, "do": "status", "value": 500, "times": 20})
    with pytest.raises(ClientError):
        mirror_tests(office)
    sent_test.refresh_from_db()
    assert (sent_test.vanished_at, sent_test.unknown_since is not None) == (None, True)
    assert kept(office, ObjectKind.PLACEMENT)[0].error


def test_more_results_than_are_read_are_said_to_be_more(
    sent_test: PlacementTest, sandbox_clock: SandboxClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sandbox_clock.advance(HOUR)
    monkeypatch.setattr(mirror, "MOST_RECORDS", 10)
    read_results(sent_test)
    sent_test.refresh_from_db()
    assert sent_test.is_cut is True
    assert sent_test.vendor_sums["received"] == 16


def test_results_are_read_while_they_may_differ_and_then_left(sent_test: PlacementTest) -> None:
    workspace, now = sent_test.workspace, timezone.now()
    PlacementTest.objects.exclude(pk=sent_test.pk).delete()
    this = PlacementTest.objects.filter(pk=sent_test.pk)

    def is_due(**facts: object) -> bool:
        this.update(**facts)
        return due_for_reading(workspace).filter(pk=sent_test.pk).exists()

    old = now - timedelta(hours=9)
    assert is_due(results_read_at=None, results_tried_at=None)
    assert not is_due(results_tried_at=now)
    assert is_due(results_read_at=old, results_tried_at=old, last_active_at=now)
    assert is_due(results_read_at=old, last_active_at=old - timedelta(hours=1))
    assert not is_due(results_read_at=old, last_active_at=old - timedelta(hours=3))
    assert not is_due(results_read_at=None, vanished_at=now)


def test_a_mailbox_shows_its_newest_results(landed_test: PlacementTest) -> None:
    box = Mailbox.objects.get(workspace=landed_test.workspace, email=BOX)
    (one, *_) = newest_of(box)
    assert (one.name, one.sent, one.received) == ("Sent", 16, 16)
    assert one.rate.missing_reason == "under 50 received"


def test_kinds_of_seed_mailboxes_are_read_once_a_day(office: Workspace, control: SandboxControl) -> None:
    read_seed_kinds(office)
    read_seed_kinds(office)
    assert len(kept(office, ObjectKind.SEED_KIND)[0].items) == 8
    assert len(control.log(path="/email-service-provider-options")) == 1
