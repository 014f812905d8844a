"""The receiver and the deliveries on their pages: who sees what, filters, replay, and files."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from iexdg.webhooks.models import Delivery, Receiver
from iexdg.webhooks.receivers import SECRET_HEADER, address_of, rotate_secret, secret_of
from iexdg.webhooks.receiving import store
from iexdg.webhooks.subscribing import NEEDED
from iexdg.workspace_objects.addresses import digest_of, digest_of_header, digest_of_headers
from iexdg.workspace_objects.models import ListReading, ObjectChange
from iexdg.workspaces.models import Workspace
from tests.iexdg.webhooks.conftest import Deliver
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
LIST = "/w/demo/webhooks/deliveries/"
HOSTILE = "<img src=x onerror=alert(1)>\"'</pre><script>alert(2)</script>{{7*7}}"


def made(workspace: Workspace, state: str = "routed", **payload: Any) -> Delivery:
    row = store(workspace, {"event_type": "reply_received", "number": Delivery.objects.count(), **payload})
    assert row is not None
    Delivery.objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()
    return row


def listed_item(receiver: Receiver) -> dict[str, Any]:
    """A webhook to the receiver with its secret, as it is kept of the list of Instantly."""
    headers = {SECRET_HEADER: secret_of(receiver)}
    return {
        "id": "1", "url": "", "digest": digest_of(address_of(receiver)), "event": "reply_received", "interest": None,
        "campaign": None, "name": "", "status": 1, "failed": "", "headers": 1,
        "headers_digest": digest_of_headers(headers),
        "header_digests": [digest_of_header(name, value) for name, value in headers.items()],
    }  # fmt: skip


def html_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_the_address_is_shown_to_an_admin_and_the_secret_only_on_its_own_page(
    receiver: Receiver, web: Callable[..., Client]
) -> None:
    for role in ("viewer", "operator", "approver"):
        html = html_of(web(role), "/w/demo/webhooks/")
        assert "/hooks/" not in html
        assert web(role).get("/w/demo/webhooks/receiver/").status_code == 403
    html = html_of(web("admin"), "/w/demo/webhooks/")
    assert address_of(receiver) in html
    assert secret_of(receiver) not in html
    own = html_of(web("admin"), "/w/demo/webhooks/receiver/")
    assert address_of(receiver) in own
    assert secret_of(receiver) in own


def test_the_page_says_which_events_are_not_subscribed(
    workspace: Workspace, receiver: Receiver, web: Callable[..., Client]
) -> None:
    item = listed_item(receiver)
    reading = ListReading.objects.create(workspace=workspace, kind="webhook", items=[], read_at=timezone.now())
    words = "Replies, bounces, unsubscribes, account errors, completed campaigns and completed enrichments are"
    assert words in html_of(web("viewer"), "/w/demo/webhooks/")
    ListReading.objects.filter(pk=reading.pk).update(items=[item])
    html = html_of(web("viewer"), "/w/demo/webhooks/")
    assert "Bounces, unsubscribes" in html
    ListReading.objects.filter(pk=reading.pk).update(items=[item | {"event": "all_events"}])
    assert "with everything that is needed" in html_of(web("viewer"), "/w/demo/webhooks/")


def test_a_disabled_webhook_brings_nothing_and_says_so(
    workspace: Workspace, receiver: Receiver, web: Callable[..., Client], capsys: pytest.CaptureFixture[str]
) -> None:
    item = listed_item(receiver) | {"event": "all_events", "status": -1}
    ListReading.objects.create(workspace=workspace, kind="webhook", items=[item], read_at=timezone.now())
    html = html_of(web("admin"), "/w/demo/webhooks/")
    assert "with everything that is needed" not in html
    assert "Instantly has disabled 1 webhook: it brings nothing until you press Resume" in html
    assert "completed enrichments are brought by no enabled webhook." in html
    call_command("webhooks", "--json")
    assert json.loads(capsys.readouterr().out)["missing"] == list(NEEDED)
    answer = web("admin").post("/w/demo/webhooks/receiver/subscribe/", {"events": ["all_events"]}, follow=True)
    assert "Press Resume on the page Webhooks." in answer.content.decode()
    assert not ObjectChange.objects.exists()


def test_a_webhook_without_an_accepted_secret_is_refused_and_the_former_one_is_accepted_for_a_day(
    workspace: Workspace, receiver: Receiver, web: Callable[..., Client], member: Callable[..., Any],
    capsys: pytest.CaptureFixture[str], time_machine: Any,
) -> None:  # fmt: skip
    former = listed_item(receiver) | {"event": "all_events"}
    reading = ListReading.objects.create(workspace=workspace, kind="webhook", items=[former], read_at=timezone.now())
    refused = "1 webhook sends no secret that is accepted, so that every delivery is refused."
    accepted, button = "1 webhook still sends the former secret. It is accepted until", "Send the secret</button>"

    def shown(role: str = "admin") -> tuple[bool, bool, bool, bool]:
        html = html_of(web(role), "/w/demo/webhooks/")
        return refused in html, accepted in html, button in html, "with everything that is needed" in html

    assert shown() == (False, False, False, True)
    for digests in ([], [digest_of_header(SECRET_HEADER, "guessed")]):
        other = former | {"headers_digest": "another", "header_digests": digests}
        ListReading.objects.filter(pk=reading.pk).update(items=[other])
        assert shown() == (True, False, True, False)
        assert shown("viewer") == (True, False, False, False)
        call_command("webhooks", "--json")
        assert json.loads(capsys.readouterr().out)["subscriptions"][0]["accepted"] is False
    # Other headers beside the secret change nothing, and no more does the case of its name.
    beside = [digest_of_header("X-Other", "1"), digest_of_header(SECRET_HEADER.lower(), secret_of(receiver))]
    ListReading.objects.filter(pk=reading.pk).update(items=[other | {"header_digests": beside}])
    assert shown() == (False, False, False, True)
    ListReading.objects.filter(pk=reading.pk).update(items=[former])
    rotate_secret(workspace, by=member("admin"))
    assert shown() == (False, True, True, True)
    time_machine.move_to(timezone.now() + timedelta(hours=25))
    assert shown()[:3] == (True, False, True)


def test_rotating_needs_a_tick_and_a_recent_sign_in(
    receiver: Receiver, web: Callable[..., Client], member: Callable[..., Any]
) -> None:
    before = receiver.secret_digest
    address = "/w/demo/webhooks/receiver/rotate/"
    assert web("admin").post(address, {}).status_code == 422
    client = Client()
    client.force_login(member("admin"))
    assert "/accounts/reauthenticate/" in client.post(address, {"confirmed": "on"})["Location"]
    assert Receiver.objects.get().secret_digest == before
    assert web("admin").post(address, {"confirmed": "on"}).status_code == 302
    row = Receiver.objects.get()
    assert (row.former_digest, row.secret_digest == before) == (before, False)


def test_subscribing_by_the_form_requests_a_webhook_for_each_event(
    workspace: Workspace, receiver: Receiver, web: Callable[..., Client]
) -> None:
    address = "/w/demo/webhooks/receiver/subscribe/"
    assert web("admin").post(address, {}).status_code == 422
    assert web("admin").post(address, {"events": "nonsense"}).status_code == 422
    answer = web("admin").post(address, {"events": ["reply_received", "email_bounced"]})
    assert (answer.status_code, answer["Location"]) == (302, "/w/demo/webhooks/")
    assert sorted(one.values["event"] for one in ObjectChange.objects.all()) == ["email_bounced", "reply_received"]
    answer = web("admin").post(address, {"events": ["all_events", "email_sent"]})
    assert ObjectChange.objects.latest("pk").values["event"] == "all_events"


def test_deliveries_are_filtered_by_state_and_event(workspace: Workspace, web: Callable[..., Client]) -> None:
    made(workspace, "failed", lead_email="failed@example.com")
    made(workspace, "routed", lead_email="bounced@example.com", event_type="email_bounced")
    foreign = made(other_workspace(), lead_email="foreign@example.com")
    shown = {
        query: [name for name in ("failed@", "bounced@", "foreign@") if name in html_of(web("viewer"), LIST + query)]
        for query in ("", "?state=failed", "?event=bounced", "?state=failed&event=bounced", "?state=x&event=y&page=9")
    }
    assert shown == {
        "": ["failed@", "bounced@"], "?state=failed": ["failed@"], "?event=bounced": ["bounced@"],
        "?state=failed&event=bounced": [], "?state=x&event=y&page=9": ["failed@", "bounced@"],
    }  # fmt: skip
    assert web("admin").get(f"{LIST}{foreign.pk}/").status_code == 404


def test_the_list_takes_as_many_queries_for_fifty_deliveries_as_for_one(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    client, counted = web("admin"), []
    for number in (1, 49):
        for _ in range(number):
            made(workspace)
        html_of(client, LIST)
        with CaptureQueriesContext(connection) as queries:
            html_of(client, LIST)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_payload_is_shown_as_text(workspace: Workspace, web: Callable[..., Client]) -> None:
    row = made(workspace, lead_email=HOSTILE, event_type=HOSTILE, reply_html=HOSTILE, **{HOSTILE: 1})
    for address in (LIST, f"{LIST}{row.pk}/"):
        html = html_of(web("admin"), address)
        assert "<img src=x" not in html
        assert "<script>alert" not in html
    assert "{{7*7}}" in html
    assert "&lt;/pre&gt;" in html


def test_one_delivery_is_replayed_many_are_and_a_viewer_may_not(
    workspace: Workspace, web: Callable[..., Client]
) -> None:
    first, second, third = made(workspace), made(workspace, "failed"), made(workspace, "failed", event_type="x")
    foreign = made(other_workspace())

    def states() -> list[str]:
        return [Delivery.objects.get(pk=one.pk).state for one in (first, second, third, foreign)]

    assert web("viewer").post(f"{LIST}{first.pk}/replay/").status_code == 403
    assert web("operator").post(f"{LIST}{foreign.pk}/replay/").status_code == 404
    assert states() == ["routed", "failed", "failed", "routed"]
    assert web("operator").post(f"{LIST}{first.pk}/replay/")["Location"] == f"{LIST}{first.pk}/"
    assert states() == ["stored", "failed", "failed", "routed"]
    chosen = {"delivery": [str(second.pk), str(foreign.pk), "x"]}
    assert web("operator").post(f"{LIST}replay/", chosen)["Location"] == LIST
    assert states() == ["stored", "stored", "failed", "routed"]
    answer = web("operator").post(f"{LIST}replay/", {"all": "yes", "state": "failed", "event": "unknown"})
    assert answer["Location"] == f"{LIST}?state=failed&event=unknown"
    assert states() == ["stored", "stored", "stored", "routed"]


def test_without_a_choice_nothing_is_replayed(workspace: Workspace, web: Callable[..., Client]) -> None:
    row = made(workspace)
    web("operator").post(f"{LIST}replay/", {})
    row.refresh_from_db()
    assert row.state == "routed"


def test_the_file_has_what_the_filters_leave_and_no_formula(workspace: Workspace, web: Callable[..., Client]) -> None:
    made(workspace, "failed", event_type="=1+1")
    made(workspace, "routed")
    assert web("viewer").get("/w/demo/webhooks/deliveries.csv").status_code == 403
    answer = web("operator").get("/w/demo/webhooks/deliveries.csv?state=failed")
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [(row["event_type"], row["state"], row["event"]) for row in rows] == [("'=1+1", "failed", "unknown")]


def test_the_command_names_the_address_and_never_the_secret(
    receiver: Receiver, deliver: Deliver, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver()
    Delivery.objects.update(received_at=timezone.now() - timedelta(hours=23))
    call_command("webhooks", "--json")
    printed = capsys.readouterr().out
    assert f'"url": "{address_of(receiver)}"' in printed
    assert '"last_day": 1' in printed
    assert secret_of(receiver) not in printed


def test_a_receiver_whose_key_is_gone_says_so(receiver: Receiver, web: Callable[..., Client], settings: Any) -> None:
    settings.FIELD_KEYS = ["YW5vdGhlcmtleS1vbmx5LWZvci10ZXN0cy1vbmx5LTE="]
    html = html_of(web("admin"), "/w/demo/webhooks/")
    assert "The receiver cannot be decrypted" in html
    assert "/hooks/" not in html


def test_new_field_keys_encrypt_the_receiver_anew(
    receiver: Receiver, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, new = secret_of(receiver), "YW5vdGhlcmtleS1vbmx5LWZvci10ZXN0cy1vbmx5LTE="
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]
    call_command("rotate_field_keys")
    settings.FIELD_KEYS = [new]
    assert secret_of(Receiver.objects.get()) == secret
