"""The page of a rehearsal: what it shows, how it is requested, how it follows one that is played."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.rehearsals import orders
from iexdg.rehearsals.models import Rehearsal, RehearsalState
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from tests.iexdg.rehearsals.factories import MONDAY, done_rehearsal
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


@pytest.fixture
def address(campaign: Campaign) -> str:
    return f"/w/demo/campaigns/{campaign.pk}/rehearsal/"


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that were handed to a worker."""
    found: list[int] = []
    monkeypatch.setattr("iexdg.rehearsals.views.rehearsal.enqueue", lambda task, pk: found.append(pk))
    return found


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_campaign_that_was_never_rehearsed_says_so(web: Web, address: str) -> None:
    shown = html_of(web("viewer"), address)
    assert "This campaign was not rehearsed yet." in shown
    # A viewer is offered no form.
    assert "rehearsal/start/" not in shown
    assert "rehearsal/start/" in html_of(web("operator"), address)


def test_the_result_is_shown_with_its_figures_and_when_it_was_played(
    web: Web, address: str, campaign: Campaign
) -> None:
    done_rehearsal(campaign, words="05A")
    shown = html_of(web("viewer"), address)
    for words in (
        "What would leave", "to 1 person", "Tue 1 Dec", "America/Detroit", "Day by day", "rehearsal-chart",
        "Daily cap of the campaign", "Not an e-mail address", "They count as verified here".lower(),
        "As 1 person would read it", "ada@firm.example.com", "as of",
    ):  # fmt: skip
        assert words in shown, words
    assert "The campaign is not what was rehearsed" not in shown


def test_a_result_of_another_state_of_the_campaign_is_marked(web: Web, address: str, campaign: Campaign) -> None:
    done_rehearsal(campaign, fingerprint="0" * 64)
    assert "The campaign is not what was rehearsed" in html_of(web("viewer"), address)


def test_one_of_before_the_campaign_was_at_instantly_is_found_by_its_name(
    web: Web, address: str, campaign: Campaign
) -> None:
    done_rehearsal(campaign, campaign=None, source="plan.yaml")
    shown = html_of(web("viewer"), address)
    assert "What would leave" in shown
    assert "plan.yaml" in shown


def test_an_operator_requests_one_and_a_worker_gets_it(
    web: Web, address: str, queued: list[int], settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    file = SimpleUploadedFile("people.csv", b"Email\nada@firm.example.com\n")
    entered = {"people": "file", "file": file, "pairs": "Email=email\n\n", "starts_on": "2027-01-04"}
    answer = web("operator").post(f"{address}start/", entered)
    assert (answer.status_code, answer["Location"]) == (302, address)
    made = Rehearsal.objects.get()
    assert (made.state, made.leads_source, made.pairs) == (RehearsalState.ASKED, "people.csv", ["Email=email"])
    assert (made.starts_on and made.starts_on.isoformat(), queued) == ("2027-01-04", [made.pk])
    assert (tmp_path / made.file_path).read_bytes().startswith(b"Email")


@pytest.mark.parametrize(
    ("entered", "error"),
    [
        ({"people": "file"}, "Choose the file."),
        ({"people": "campaign", "starts_on": "soon"}, "“First day” is not a date."),
        ({}, "Nothing is chosen under “People”. Choose an entry."),
    ],
)
def test_what_is_entered_wrongly_is_said_and_nothing_is_recorded(
    entered: dict[str, str], error: str, web: Web, address: str, queued: list[int]
) -> None:
    answer = web("operator").post(f"{address}start/", entered)
    assert answer.status_code == 422
    assert error in answer.content.decode()
    assert (Rehearsal.objects.count(), queued) == (0, [])


def test_a_second_one_at_a_time_is_refused(
    web: Web, address: str, campaign: Campaign, member: Callable[..., Member], queued: list[int]
) -> None:
    orders.ask(campaign, by=member())
    answer = web("operator").post(f"{address}start/", {"people": "campaign"})
    assert answer.status_code == 422
    assert (Rehearsal.objects.count(), queued) == (1, [])


def test_a_viewer_is_refused_and_nothing_is_recorded(web: Web, address: str, queued: list[int]) -> None:
    assert web("viewer").post(f"{address}start/", {"people": "campaign"}).status_code == 403
    assert (Rehearsal.objects.count(), queued) == (0, [])


def test_the_page_follows_one_that_is_played_and_stops_at_its_end(
    web: Web, address: str, campaign: Campaign, member: Callable[..., Member]
) -> None:
    client, polls = web("viewer"), {"HX-Request": "true"}
    taken = orders.claim(orders.ask(campaign, by=member()).pk)
    assert taken is not None
    shown = html_of(client, address)
    assert "The people are read and the private sandbox starts." in shown
    seen = shown.partition("state/?seen=")[2].partition('"')[0]
    assert client.get(f"{address}state/?seen={seen}", headers=polls).status_code == 204
    orders.renew(taken, MONDAY.date(), 1200)
    answer = client.get(f"{address}state/?seen={seen}", headers=polls)
    assert answer.status_code == 200
    assert "1,200 e-mails so far" in answer.content.decode()
    orders.fail(taken, "The private sandbox did not start in time.")
    answer = client.get(f"{address}state/?seen={seen}", headers=polls)
    assert answer.status_code == 286
    assert "The private sandbox did not start in time." in answer.content.decode()
    # By hand the address leads to the page.
    assert client.get(f"{address}state/")["Location"] == address


def test_the_days_are_a_file(web: Web, address: str, campaign: Campaign) -> None:
    assert (
        b"".join(web("viewer").get(f"{address}days.csv").streaming_content) == b"\xef\xbb\xbfdate,sent,limited_by\r\n"
    )
    done_rehearsal(campaign, words="exec")
    rows = b"".join(web("viewer").get(f"{address}days.csv").streaming_content).decode().splitlines()
    assert rows[1:] == [
        '2026-11-30,1,1,"daily cap of the campaign exec, 1: 1 waited"',
        "2026-12-01,1,1,",
    ]


def test_the_number_of_queries_does_not_grow_with_earlier_ones(web: Web, address: str, campaign: Campaign) -> None:
    client = web("operator")
    done_rehearsal(campaign)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(8):
        done_rehearsal(campaign, asked_at=timezone.now() - timedelta(days=number))
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_go_live_shows_the_newest_one_beside_the_approval(web: Web, address: str, campaign: Campaign) -> None:
    page = address.replace("rehearsal", "go-live")
    assert "It was not rehearsed." in html_of(web("viewer"), page)
    done_rehearsal(campaign)
    shown = html_of(web("viewer"), page)
    assert "2 e-mails to 1 person, the last one on 2026-12-01" in shown
    assert "It was rehearsed as it is" in shown
