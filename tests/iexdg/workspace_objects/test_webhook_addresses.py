"""The path of a webhook's address is a secret: nobody who reads the database can forge a delivery."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from iexdg.team.models import Member
from iexdg.workspace_objects import webhooks
from iexdg.workspace_objects.addresses import digest_of, opened, sealed, shown_address, without_paths
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ListReading, ObjectChange, ObjectKind
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
TOKEN = "in/8f2b61c09a7d"
URL = f"https://hooks.example.com/{TOKEN}"
VALUES = {"url": URL, "event": "reply_received", "interest": None, "campaign": None, "name": "Replies"}


def the_hook(workspace: Workspace) -> Item:
    return next(one for one in kept(workspace, ObjectKind.WEBHOOK)[0].items if one["name"] == "Replies")


def whole_database() -> str:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(str(cursor.fetchall()))
    return "".join(found)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, "https://hooks.example.com/…9a7d"),
        ("https://hooks.example.com/?key=8f2b61c09a7d", "https://hooks.example.com/…9a7d"),
        ("https://hooks.example.com/12345678901", "https://hooks.example.com/…"),
        ("https://hooks.example.com/", "https://hooks.example.com/"),
        ("https://ada:secret@hooks.example.com", "https://hooks.example.com/"),
        ("nothing", "an address that is none"),
        ("https://[", "an address that is none"),
    ],
)
def test_of_an_address_the_host_and_the_end_of_a_long_path_are_shown(url: str, shown: str) -> None:
    assert shown_address(url) == shown


def test_an_address_in_an_error_is_cut_too() -> None:
    assert without_paths(f'POST "{URL}" failed: 500') == 'POST "https://hooks.example.com/…9a7d" failed: 500'


def test_what_is_sealed_is_opened_with_the_same_key_alone(settings: Any) -> None:
    stored = sealed(URL)
    assert (TOKEN in stored, opened(stored), sealed(""), opened("")) == (False, URL, "", "")
    settings.SECRET_KEY = "another"
    assert opened(stored) == ""


def test_an_address_is_in_the_database_neither_while_it_is_created_nor_after(
    office: Workspace, member: Callable[..., Member], settle: Settle
) -> None:
    change = webhooks.create_webhook(office, dict(VALUES), by=member("admin"))
    assert (opened(change.sealed), TOKEN in whole_database()) == (URL, False)
    assert settle(change).state == "confirmed"
    # What was sent needs its address no more.
    assert (change.sealed, TOKEN in whole_database()) == ("", False)
    hook = the_hook(office)
    assert (hook["url"], hook["digest"]) == ("https://hooks.example.com/…9a7d", digest_of(URL))
    assert client_for(office).webhooks.get(hook["id"]).url == URL


def test_a_change_without_an_address_keeps_the_one_at_instantly(
    office: Workspace, member: Callable[..., Member], settle: Settle, web: Callable[..., Client]
) -> None:
    settle(webhooks.create_webhook(office, dict(VALUES), by=member("admin")))
    hook, client = the_hook(office), web("admin")
    html = client.get(f"/w/demo/webhooks/{hook['id']}/").content.decode()
    assert ("https://hooks.example.com/…9a7d" in html, TOKEN in html) == (True, False)
    posted = {"url": "", "event": "email_bounced", "campaign": "", "name": "Replies"}
    assert client.post(f"/w/demo/webhooks/{hook['id']}/", posted).status_code == 302
    change = settle(ObjectChange.objects.get(verb="edit"))
    found = client_for(office).webhooks.get(hook["id"])
    assert (change.state, found.url, found.event_type) == ("confirmed", URL, "email_bounced")
    other = f"https://hooks.example.com/{TOKEN[::-1]}"
    assert settle(webhooks.edit_webhook(office, hook, {**VALUES, "url": other}, by=member("admin"))).state == (
        "confirmed"
    )
    assert client_for(office).webhooks.get(hook["id"]).url == other


def test_a_new_webhook_needs_an_address(office: Workspace, web: Callable[..., Client]) -> None:
    posted = {"url": "", "event": "email_bounced", "campaign": "", "name": "Replies"}
    assert web("admin").post("/w/demo/webhooks/new/", posted).status_code == 422
    assert not ObjectChange.objects.exists()


def test_a_second_webhook_for_the_same_address_and_event_is_refused(
    office: Workspace, member: Callable[..., Member], settle: Settle
) -> None:
    settle(webhooks.create_webhook(office, dict(VALUES), by=member("admin")))
    with pytest.raises(ObjectChangeRefusedError, match="for the same event and address"):
        webhooks.create_webhook(office, {**VALUES, "name": "Others"}, by=member("admin"))


def test_an_address_that_cannot_be_decrypted_is_not_sent(
    office: Workspace, member: Callable[..., Member], settle: Settle, control: SandboxControl
) -> None:
    change = webhooks.create_webhook(office, dict(VALUES), by=member("admin"))
    ObjectChange.objects.filter(pk=change.pk).update(sealed="of another key")
    settle(change)
    assert (change.state, "Enter it again" in change.error) == ("refused", True)
    assert [one for one in control.log(path="/webhooks") if one["method"] == "POST"] == []


def test_deliveries_are_kept_without_addresses(office: Workspace) -> None:
    ListReading.objects.filter(kind=ObjectKind.WEBHOOK_EVENT).delete()
    read_list(office, ObjectKind.WEBHOOK_EVENT)
    urls = {one["url"] for one in kept(office, ObjectKind.WEBHOOK_EVENT)[0].items}
    assert urls
    assert all(url == shown_address(url) for url in urls)


def test_what_was_stored_in_clear_before_is_sealed(office: Workspace) -> None:
    facts = {"kind": "webhook", "values": dict(VALUES), "asked_at": timezone.now(), "changed_at": timezone.now()}
    for state in ("asked", "confirmed"):
        ObjectChange.objects.create(workspace=office, verb="create", name=state, key=state, state=state, **facts)
    importlib.import_module("iexdg.workspace_objects.migrations.0003_sealed_addresses").seal(apps, None)
    still_open, closed = ObjectChange.objects.order_by("pk")
    assert (opened(still_open.sealed), closed.sealed, TOKEN in whole_database()) == (URL, "", False)
    assert still_open.values["digest"] == digest_of(URL)
    assert set(ListReading.objects.filter(kind__startswith="webhook").values_list("read_at", flat=True)) == {None}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/in", "https://[::1]/in", "https://10.0.0.8/in", "https://169.254.169.254/latest",
        "https://[::ffff:192.168.0.1]/", "https://localhost/in", "https://db.internal/in", "http://hooks.example.com/in",
        "ftp://hooks.example.com/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_webhook_calls_no_address_that_is_not_public(office: Workspace, web: Callable[..., Client], url: str) -> None:
    answer = web("admin").post("/w/demo/webhooks/new/", {"url": url, "event": "reply_received", "name": "Replies"})
    assert answer.status_code == 422
    assert not ObjectChange.objects.exists()
