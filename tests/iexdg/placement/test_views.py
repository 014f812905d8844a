"""The pages: what is sent is shown first, nothing is sent without confirming, and every figure has its formula."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from iexdg.mailboxes.models import Mailbox
from iexdg.placement.errors import PlacementRefusedError
from iexdg.placement.mirror import read_results, read_seed_kinds
from iexdg.placement.models import PlacementTest
from iexdg.placement.verbs import NewTest, start_test
from iexdg.workspace_objects.models import ObjectChange
from iexdg.workspaces.killswitch import turn_on
from iexdg.workspaces.models import Workspace
from tests.iexdg.placement.conftest import BOX
from tests.sandbox_control import SandboxControl
from tests.sandbox_worlds import SandboxClock

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
NEW_URL = "/w/demo/placement-tests/new/"
ENTERED: dict[str, Any] = {
    "name": "Ours", "senders": [BOX], "subject": "A question", "body": "Hello", "runs": "once", "zone": "",
}  # fmt: skip


def test_the_list_and_a_page_show_figures_with_their_formula(
    sent_test: PlacementTest, sandbox_clock: SandboxClock, web: Web
) -> None:
    sandbox_clock.advance(3600)
    read_results(sent_test)
    client = web("viewer")
    assert "landed in the inbox ÷ received" in client.get("/w/demo/placement-tests/").content.decode()
    page = client.get(f"/w/demo/placement-tests/{sent_test.pk}/").content.decode()
    for words in ("16 of 16", "received ÷ sent", "under 50", "Google", "SUBJECT_NEEDS_WORK", "Block lists", BOX):
        assert words in page
    box = Mailbox.objects.get(workspace=sent_test.workspace, email=BOX)
    assert "Placement results" in client.get(f"/w/demo/mailboxes/{box.pk}/").content.decode()


def test_what_it_does_is_shown_before_anything_is_sent(office: Workspace, web: Web, control: SandboxControl) -> None:
    answer = web("operator").post(NEW_URL, ENTERED)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "real e-mails from 1 mailbox, at once" in page
    assert BOX in page
    assert not ObjectChange.objects.exists()
    assert [one for one in control.log(path="/inbox-placement-tests") if one["method"] == "POST"] == []


def test_once_confirmed_it_is_requested(office: Workspace, web: Web) -> None:
    answer = web("operator").post(NEW_URL, ENTERED | {"confirmed": "yes"})
    change = ObjectChange.objects.get()
    assert (answer.status_code, change.name, change.values["senders"]) == (302, "Ours", [BOX])
    assert change.values["body"] == "<div>Hello</div>"


@pytest.mark.parametrize("name", ["subject", "body"])
def test_a_variable_is_refused_with_the_reason(name: str, office: Workspace, web: Web, member: Any) -> None:
    answer = web("operator").post(NEW_URL, ENTERED | {name: "Hello {{firstName}}", "confirmed": "yes"})
    assert "A test goes to no lead, so {{firstName}} has no value." in answer.content.decode()
    new = NewTest("Ours", [BOX], **{"subject": "A", "body": "B", name: "{% if a %}"})
    with pytest.raises(PlacementRefusedError, match="no value"):
        start_test(office, new, by=member("operator"))
    assert not ObjectChange.objects.exists()


def test_a_weekly_test_needs_days_and_a_time(office: Workspace, web: Web) -> None:
    read_seed_kinds(office)
    client = web("operator")
    weekly = ENTERED | {"runs": "weekly", "zone": "America/Chicago"}
    answer = client.post(NEW_URL, weekly | {"confirmed": "yes"})
    assert answer.status_code == 422
    assert not ObjectChange.objects.exists()
    client.post(NEW_URL, weekly | {"days": ["1", "3"], "at": "08:30", "seed_kinds": ["0"], "confirmed": "yes"})
    values = ObjectChange.objects.get().values
    assert values["schedule"]["timing"] == {"from": "08:30"}
    assert [day for day, is_on in values["schedule"]["days"].items() if is_on] == ["1", "3"]
    assert (values["at_once"], len(values["seed_kinds"])) == (False, 1)


def test_changing_leads_back_to_the_form_with_what_was_entered(office: Workspace, web: Web) -> None:
    answer = web("operator").post(NEW_URL, ENTERED | {"back": "yes"})
    assert "Show what it does" in answer.content.decode()
    assert "A question" in answer.content.decode()


def test_a_stopped_workspace_starts_nothing_and_says_why(
    office: Workspace, web: Web, member: Callable[..., Any]
) -> None:
    turn_on(office, by=member(), reason="drill")
    client = web("operator")
    assert "kill switch" in client.post(NEW_URL, ENTERED).content.decode()
    answer = client.post(NEW_URL, ENTERED | {"confirmed": "yes"})
    assert (answer.status_code, ObjectChange.objects.count()) == (422, 0)


def test_resuming_and_deleting_ask_first(sent_test: PlacementTest, web: Web) -> None:
    PlacementTest.objects.filter(pk=sent_test.pk).update(status=2)
    client, page = web("operator"), f"/w/demo/placement-tests/{sent_test.pk}"
    client.post(f"{page}/resume/")
    client.post(f"{page}/delete/")
    assert not ObjectChange.objects.exists()
    client.post(f"{page}/resume/", {"confirmed": "yes"})
    assert ObjectChange.objects.get().verb == "resume"


def test_a_sum_that_is_not_instantlys_is_said(sent_test: PlacementTest, sandbox_clock: SandboxClock, web: Web) -> None:
    sandbox_clock.advance(3600)
    read_results(sent_test)
    PlacementTest.objects.filter(pk=sent_test.pk).update(vendor_sums={"received": 20, "inbox": None})
    page = web("viewer").get(f"/w/demo/placement-tests/{sent_test.pk}/").content.decode()
    assert "16 by the single results, 20 by Instantly" in page


def test_the_list_is_filtered_by_status(sent_test: PlacementTest, web: Web) -> None:
    client = web("viewer")
    assert "Sent" in client.get("/w/demo/placement-tests/?status=1").content.decode()
    assert ">Sent</a>" not in client.get("/w/demo/placement-tests/?status=3").content.decode()


def test_more_tests_need_no_more_queries(sent_test: PlacementTest, web: Web) -> None:
    client = web("viewer")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/w/demo/placement-tests/")
        return len(found)

    queries()
    before = queries()
    for number in range(8):
        row = PlacementTest.objects.create(workspace=sent_test.workspace, remote_id=f"t-{number}", name=f"T{number}")
        row.tallies.create(sender=BOX, provider=1, sent=1)
    assert queries() == before
