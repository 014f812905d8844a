"""The address that Instantly calls: what is stored, and what is refused without telling anything."""

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.webhooks import limits
from iexdg.webhooks.models import Delivery, Receiver
from iexdg.webhooks.receivers import (
    SECRET_HEADER,
    ensure_receiver,
    result_address_of,
    rotate_secret,
    secret_of,
)
from iexdg.webhooks.tasks import route_delivery
from iexdg.webhooks.views import receive
from iexdg.workspaces.models import Workspace
from tests.iexdg.webhooks.conftest import REPLY, Deliver, path_of
from tests.workspaces import other_workspace

pytestmark = pytest.mark.django_db
RESULT = {"email": "slow@alder.example.com", "verification_status": "verified", "status": "success", "catch_all": False}


def test_a_delivery_is_stored_as_it_came_and_answered_at_once(
    workspace: Workspace, deliver: Deliver, django_assert_num_queries: Any
) -> None:
    # The receiver, and the insert in its savepoint.
    with django_assert_num_queries(4):
        answer = deliver()
    assert (answer.status_code, answer.json()) == (200, {"stored": True})
    row = Delivery.objects.get()
    assert row.body == REPLY | {"workspace": workspace.remote_id}
    assert (row.workspace, row.event_type, row.kind, row.state) == (workspace, "reply_received", "reply", "stored")
    assert (row.lead, row.duplicates, row.attempts) == ("ada@alder.example.com", 0, 0)
    assert not answer.cookies


def test_a_task_is_started_for_each_new_delivery_and_for_no_duplicate(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    ids: list[int] = []
    monkeypatch.setattr(route_delivery, "apply_async", lambda args, queue: ids.append(args[0]))
    with django_capture_on_commit_callbacks(execute=True):
        deliver()
        deliver()
    assert ids == [Delivery.objects.get().pk]


def test_the_same_delivery_46_times_is_one_row(workspace: Workspace, deliver: Deliver) -> None:
    payload = REPLY | {"workspace": workspace.remote_id}
    for _ in range(45):
        assert deliver(payload).status_code == 200
    # The same content with its names in another order.
    assert deliver(dict(reversed(payload.items()))).status_code == 200
    row = Delivery.objects.get()
    assert (row.duplicates, row.again_at is not None, row.state) == (45, True, "stored")


def test_another_content_and_another_workspace_are_deliveries_of_their_own(
    workspace: Workspace, deliver: Deliver
) -> None:
    deliver()
    deliver(REPLY | {"timestamp": "2026-11-23T15:00:01.000Z"})
    Delivery.objects.create(
        workspace=other_workspace(), kind="reply", body={}, received_at=timezone.now(), changed_at=timezone.now(),
        fingerprint=Delivery.objects.earliest("pk").fingerprint,
    )  # fmt: skip
    assert Delivery.objects.count() == 3
    with pytest.raises(IntegrityError):
        Delivery.objects.filter(workspace=workspace).update(fingerprint="0")


@pytest.mark.parametrize("secret", ["", "wrong", "ä" * 43, "x" * 100_000])
def test_a_wrong_or_missing_secret_is_not_found(deliver: Deliver, secret: str) -> None:
    answer = deliver(secret=secret)
    assert (answer.status_code, answer.json()) == (404, {"error": "Not found."})
    assert not Delivery.objects.exists()


def test_a_guessed_path_is_answered_as_a_wrong_secret_is(deliver: Deliver, receiver: Receiver) -> None:
    wrong = deliver(secret="wrong")
    own = path_of(receiver)
    for path in (
        "/hooks/1/",
        f"{own[:-2]}x/",
        f"/hooks/{own.split('/')[2].swapcase()}/",
        f"/hooks/{'a' * 5000}/",
        "/hooks/%00/",
    ):
        guessed = deliver(path=path)
        assert guessed.status_code in {404, 400}, path
        if guessed.status_code == 404:
            assert (guessed.content, dict(guessed.headers)) == (wrong.content, dict(wrong.headers)), path
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("is_known", [True, False])
def test_only_post_is_taken_whatever_the_path(receiver: Receiver, method: str, is_known: bool) -> None:
    path = path_of(receiver) if is_known else "/hooks/guessed/"
    answer = getattr(Client(headers={SECRET_HEADER: secret_of(receiver)}), method)(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


@pytest.mark.parametrize("is_known", [True, False])
def test_a_compressed_bomb_is_refused_unread(receiver: Receiver, deliver: Deliver, is_known: bool) -> None:
    bomb = gzip.compress(b'{"a":"' + b"0" * 50_000_000 + b'"}')
    path = path_of(receiver) if is_known else "/hooks/guessed/"
    answer = deliver(bomb, path=path, headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.json()["error"]) == (415, "Compressed bodies are not taken.")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]
)
def test_only_json_is_taken(deliver: Deliver, kind: str) -> None:
    assert deliver(b'{"event_type": "reply_received"}', content_type=kind).status_code == 415
    assert not Delivery.objects.exists()


def test_a_body_over_256_kb_is_refused_by_its_length_and_by_its_bytes(
    deliver: Deliver, receiver: Receiver, rf: Any
) -> None:
    most = json.dumps({"a": "0" * (receive.MOST_BYTES - len('{"a": ""}'))}).encode()
    assert deliver(most).status_code == 200
    assert deliver(most + b" ").status_code == 413
    # One whose header says less than comes, as a chunked body says nothing.
    request = rf.post("/", most + b" ", content_type="application/json", headers={SECRET_HEADER: secret_of(receiver)})
    del request.META["CONTENT_LENGTH"]
    assert receive.receive(request, path_of(receiver).split("/")[2]).status_code == 413
    assert Delivery.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b"[]", b'"text"', b"NaN", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000, b"9" * 5000, b"\xff\xfe"],
)
def test_what_is_no_json_object_is_refused(deliver: Deliver, body: bytes) -> None:
    assert deliver(body).status_code == 400
    assert not Delivery.objects.exists()


def test_what_is_refused_although_it_is_proved_is_counted_and_the_page_says_so(
    deliver: Deliver, receiver: Receiver, rf: Any, web: Callable[..., Client]
) -> None:
    page = f"/w/{receiver.workspace.slug}/webhooks/deliveries/"
    assert "with the right secret" not in web("viewer").get(page).content.decode()
    # Whoever has no secret fills and counts nothing.
    assert deliver(b"[]", headers={SECRET_HEADER: "guessed"}).status_code == 404
    receiver.refresh_from_db()
    assert (receiver.refused, receiver.refused_at) == (0, None)
    for _ in range(2):
        assert deliver(b"[]").status_code == 400
    receiver.refresh_from_db()
    assert (receiver.refused, receiver.refusal) == (2, "The body is no JSON object.")
    html = web("viewer").get(page).content.decode()
    assert "2 deliveries with the right secret were refused and are not in this list" in html
    assert "The body is no JSON object." in html
    request = rf.post(
        "/", b" " * 300_000, content_type="application/json", headers={SECRET_HEADER: secret_of(receiver)}
    )
    del request.META["CONTENT_LENGTH"]
    receive.receive(request, path_of(receiver).split("/")[2])
    receiver.refresh_from_db()
    assert (receiver.refused, receiver.refusal) == (3, "The body is larger than 256 KB.")
    assert not Delivery.objects.exists()


def test_text_that_no_database_takes_is_replaced(deliver: Deliver) -> None:
    answer = deliver(b'{"event_type": "a\\u0000b", "c\\ud800": "\\udfff", "email": "A\\u0000@b.example.com"}')
    assert answer.status_code == 200
    row = Delivery.objects.get()
    assert (row.event_type, row.body["c?"], row.kind) == ("a\ufffdb", "?", "unknown")


def test_an_old_secret_is_accepted_for_a_day_after_a_rotation(
    workspace: Workspace, receiver: Receiver, deliver: Deliver, member: Callable[..., Member], time_machine: Any
) -> None:
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    first = secret_of(receiver)
    second = secret_of(rotate_secret(workspace, by=member("admin")))
    assert first != second
    assert (deliver(secret=first).status_code, deliver(secret=second).status_code) == (200, 200)
    third = secret_of(rotate_secret(workspace, by=member("admin")))
    # The secret before the last rotation is accepted, one before that no more.
    assert [deliver(secret=one).status_code for one in (first, second, third)] == [404, 200, 200]
    time_machine.move_to(now + timedelta(hours=24), tick=False)
    assert [deliver(secret=one).status_code for one in (second, third)] == [404, 200]


def test_a_receiver_of_a_workspace_that_is_not_connected_does_not_exist(
    receiver: Receiver, deliver: Deliver, workspace: Workspace
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(connected_as="")
    assert deliver().status_code == 404


def test_the_secret_of_another_workspace_proves_nothing(deliver: Deliver) -> None:
    foreign = ensure_receiver(other_workspace())
    assert deliver(secret=secret_of(foreign)).status_code == 404
    assert deliver(path=path_of(foreign), secret=secret_of(foreign)).status_code == 404


def test_the_address_of_results_takes_results_alone_and_needs_no_header(receiver: Receiver, deliver: Deliver) -> None:
    path = "/" + result_address_of(receiver).split("/", 3)[3]
    assert path != path_of(receiver)
    assert deliver(RESULT, path=path, secret="").status_code == 200
    assert deliver(path=path, secret="").status_code == 404
    assert [row.kind for row in Delivery.objects.all()] == ["verification"]


def test_more_than_600_deliveries_in_ten_seconds_are_too_many(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_DELIVERIES", 3)
    answers = [deliver() for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[-1]["Retry-After"] == "10"


def test_strangers_are_stopped_and_use_up_nothing_of_the_receiver(
    deliver: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_MISSES", 2)
    assert [deliver(path=f"/hooks/{n}/").status_code for n in range(3)] == [404, 404, 429]
    assert deliver(secret="wrong").status_code == 429
    # From the same address: Instantly calls for all of its customers from the same ones.
    assert deliver().status_code == 200


def test_without_redis_the_limits_are_counted_in_the_process(deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def down(*args: Any, **kwargs: Any) -> None:
        asked.append(args)
        raise redis.ConnectionError

    monkeypatch.setattr(caches["shared"], "add", down)
    monkeypatch.setattr(limits, "MOST_DELIVERIES", 2)
    assert [deliver().status_code for _ in range(3)] == [200, 200, 429]
    # Redis is left alone for some seconds instead of being waited for by each call.
    assert len(asked) == 1


def test_neither_token_nor_secret_is_in_the_database(receiver: Receiver) -> None:
    stored = str(Receiver.objects.values().get())
    assert path_of(receiver).split("/")[2] not in stored
    assert secret_of(receiver) not in stored


def test_a_session_is_neither_read_nor_made(deliver: Deliver, web: Callable[..., Client], receiver: Receiver) -> None:
    answer = web("admin").post(path_of(receiver), b"{}", content_type="application/json")
    assert answer.status_code == 404
