"""The pages of the inbox: what they show, filters in the address, and the frame of an e-mail."""

from collections.abc import Callable

import pytest
from django.test import Client

from iexdg.inbox.budget import take_list_call
from iexdg.inbox.mirror import read_thread
from iexdg.inbox.models import InboxReading, Message, Thread
from iexdg.inbox.queries import threads_to_complete
from iexdg.inbox.tasks import refresh_thread
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
BAD = (
    '<p onclick="steal()">Hello <b>you</b></p><script>steal()</script><style>p{color:red}</style>'
    '<form action="https://example.com/"><input name="password"></form><a href="javascript:steal()">one</a>'
    '<a href="https://example.com/">two</a><img src="https://example.com/pixel.png" onerror="steal()">'
)


def test_the_list_begins_with_what_needs_an_answer(waiting: Thread, web: Web) -> None:
    html = web("viewer").get("/w/demo/inbox/").content.decode()
    assert waiting.lead in html
    assert "Needs an answer" in html
    assert f'href="/w/demo/inbox/{waiting.pk}/"' in html
    assert html.index(waiting.lead) < html.index("automatic repl")


@pytest.mark.parametrize(
    "query", ["?show=all", "?automatic=1", "?unread=1&show=all", "?mine=1", "?interest=1&show=all"]
)
def test_a_filter_of_the_address_is_shown_and_applied(query: str, waiting: Thread, web: Web) -> None:
    answer = web("viewer").get(f"/w/demo/inbox/{query}")
    assert answer.status_code == 200
    page = answer.context["page"]
    for line in page.lines:
        assert "automatic" not in query or line.thread.is_automatic
        assert "unread" not in query or line.thread.unread
        assert "mine" not in query or line.thread.assigned_to_id
        assert "interest" not in query or line.thread.interest == 1
    assert "as of" in answer.content.decode()


@pytest.mark.parametrize(
    "query", ["?campaign=x", "?interest=x", "?interest=--", "?page=-3", "?page=99999999999", "?q=%25", "?mailbox=%27"]
)
def test_an_address_that_makes_no_sense_is_still_a_list(query: str, mirrored: Workspace, web: Web) -> None:
    assert web("viewer").get(f"/w/demo/inbox/{query}").status_code == 200


def test_a_search_finds_the_address_of_a_person(waiting: Thread, web: Web) -> None:
    page = web("viewer").get("/w/demo/inbox/", {"q": waiting.lead[:9], "show": "all"}).context["page"]
    assert waiting.pk in [line.thread.pk for line in page.lines]
    assert [chip.label for chip in page.chips] == [f"search: {waiting.lead[:9]}"]


def test_an_empty_inbox_names_the_next_step(workspace: Workspace, web: Web) -> None:
    assert "has not been read yet" in web("viewer").get("/w/demo/inbox/").content.decode()


def test_the_queries_of_the_list_do_not_grow_with_it(
    mirrored: Workspace, web: Web, django_assert_max_num_queries: Callable[..., object]
) -> None:
    client = web("viewer")
    client.get("/w/demo/inbox/?show=all")
    with django_assert_max_num_queries(20):
        client.get("/w/demo/inbox/?show=all")


def test_a_conversation_shows_its_messages_the_person_and_the_step(waiting: Thread, web: Web) -> None:
    read_thread(waiting)
    html = web("operator").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    assert "Could we speak next week?" in html
    assert "Sent by the campaign" in html
    assert "step " in html
    assert waiting.campaign is not None
    assert waiting.campaign.name in html
    assert ">Reply</button>" in html


def test_a_viewer_reads_and_is_offered_no_button(waiting: Thread, web: Web) -> None:
    html = web("viewer").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    for word in (">Reply</button>", ">Assign</button>", ">Set interest</button>", "Mark as read</button>"):
        assert word not in html


def test_the_frame_of_an_e_mail_runs_nothing_and_loads_nothing(waiting: Thread, web: Web) -> None:
    message = Message.objects.filter(thread=waiting).latest("pk")
    Message.objects.filter(pk=message.pk).update(html=BAD)
    address = f"/w/demo/inbox/messages/{message.pk}/"
    answer = web("viewer").get(address)
    html, policy = answer.content.decode(), answer["Content-Security-Policy"]
    assert "Hello <b>you</b>" in html
    for word in ("steal", "<script", "<style", "<form", "<input", "javascript"):
        assert word not in html
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "img-src data:;" in f"{policy};"
    assert "https:" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "https:" in web("viewer").get(f"{address}?images=1")["Content-Security-Policy"]


def test_the_page_offers_remote_images_only_where_there_are_some(waiting: Thread, web: Web) -> None:
    client = web("viewer")
    assert "Show remote images" not in client.get(f"/w/demo/inbox/{waiting.pk}/").content.decode()
    Message.objects.filter(thread=waiting).update(html=BAD)
    answer = client.get(f"/w/demo/inbox/{waiting.pk}/")
    assert "Show remote images" in answer.content.decode()
    assert "frame-src 'self'" in answer["Content-Security-Policy"]


def test_attachments_are_named(waiting: Thread, web: Web) -> None:
    Message.objects.filter(thread=waiting).update(files=["offer <1>.pdf"])
    assert "offer &lt;1&gt;.pdf" in web("viewer").get(f"/w/demo/inbox/{waiting.pk}/").content.decode()


def test_an_opened_conversation_is_read_as_a_whole_once_in_a_while(
    waiting: Thread, control: SandboxControl, web: Web
) -> None:
    Thread.objects.filter(pk=waiting.pk).update(complete_at=None)
    InboxReading.objects.update(budget_until=None)
    before = len(control.log(path="/emails"))
    refresh_thread(waiting.pk)
    refresh_thread(waiting.pk)
    assert len(control.log(path="/emails")) == before + 1
    waiting.refresh_from_db()
    assert waiting.complete_at is not None


def test_without_a_budget_an_opened_conversation_is_the_next_to_be_read(waiting: Thread) -> None:
    Thread.objects.filter(pk=waiting.pk).update(complete_at=None)
    while take_list_call(waiting.workspace):
        pass
    refresh_thread(waiting.pk)
    assert threads_to_complete(waiting.workspace)[0] == waiting


def test_a_conversation_that_nobody_waits_for_is_read_in_full_after_all_others(waiting: Thread) -> None:
    """When the first e-mail left to a person who replied is in no other answer of Instantly."""
    answered = Thread.objects.exclude(pk=waiting.pk).filter(received_at__isnull=False).order_by("pk")[0]
    Thread.objects.filter(pk=answered.pk).update(complete_at=None, wanted_at=None, waits_since=None, is_automatic=False)
    Thread.objects.filter(pk=waiting.pk).update(complete_at=None)
    found = [thread.pk for thread in threads_to_complete(waiting.workspace)]
    assert found.index(answered.pk) > found.index(waiting.pk)
    Thread.objects.filter(pk=answered.pk).update(is_automatic=True)
    assert answered.pk not in {thread.pk for thread in threads_to_complete(waiting.workspace)}
