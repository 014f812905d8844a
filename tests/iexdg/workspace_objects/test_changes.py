"""Changes of tags, labels, keys and webhooks: requested, sent once, read back; a secret is stored nowhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspace_objects import keys, labels, tags, webhooks
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ListReading, ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.tasks import sweep_changes
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.campaigns.factories import campaign as plain_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]
BOX = "exec@peers.example.com"
HOOK = {"url": "https://hooks.example.com/token-in-path", "event": "reply_received", "interest": None,
        "campaign": None, "name": "Replies"}  # fmt: skip


def items(workspace: Workspace, kind: ObjectKind) -> tuple[Item, ...]:
    return kept(workspace, kind)[0].items


def named(workspace: Workspace, kind: ObjectKind, name: str, field: str = "label") -> Item:
    return next(one for one in items(workspace, kind) if one[field] == name)


def test_a_tag_is_created_changed_assigned_taken_away_and_deleted(
    office: Workspace, member: Team, settle: Settle
) -> None:
    by = member()
    assert settle(tags.create_tag(office, "East", "Eastern hours", by=by)).state == "confirmed"
    tag = named(office, ObjectKind.TAG, "East")
    assert settle(tags.edit_tag(office, tag, "East coast", "", by=by)).state == "confirmed"
    tag = named(office, ObjectKind.TAG, "East coast")
    given = settle(tags.assign_tag(office, tag, TaggedKind.ACCOUNT, [BOX], is_off=False, by=by))
    assert (given.state, tags.resources_with(office, tag["id"], TaggedKind.ACCOUNT)) == ("confirmed", [BOX])
    settle(tags.assign_tag(office, tag, TaggedKind.ACCOUNT, [BOX], is_off=True, by=by))
    assert tags.resources_with(office, tag["id"], TaggedKind.ACCOUNT) == []
    assert settle(tags.delete_tag(office, tag, by=by)).state == "confirmed"
    assert all(one["label"] != "East coast" for one in items(office, ObjectKind.TAG))
    assert AuditEvent.objects.filter(action="tag:assign:confirmed").exists()
    assert BOX not in str(list(AuditEvent.objects.values_list("after", "summary")))


def test_a_lost_answer_is_found_by_reading_and_nothing_is_created_twice(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": "/custom-tags"}, "do": "drop_after_commit", "times": 1})
    change = settle(tags.create_tag(office, "East", "", by=member()))
    assert (change.state, change.remote_id != "") == ("confirmed", True)
    assert len([one for one in control.log(path="/custom-tags") if one["method"] == "POST"]) == 1


def test_what_a_dead_worker_left_is_read_and_not_sent_again(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    client_for(office).custom_tags.create("East")
    ObjectChange.objects.filter(pk=change.pk).update(state="sent", sent_at=timezone.now(), attempts=1)
    assert settle(change).state == "confirmed"
    assert len([one for one in control.log(path="/custom-tags") if one["method"] == "POST"]) == 1


def test_a_request_that_was_not_sent_in_time_is_closed_unsent(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    ObjectChange.objects.filter(pk=change.pk).update(asked_at=timezone.now() - timedelta(minutes=20))
    assert settle(change).state == "refused"
    assert [one for one in control.log(path="/custom-tags") if one["method"] == "POST"] == []


def test_the_sweep_continues_what_no_worker_took(office: Workspace, member: Team) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    ObjectChange.objects.filter(pk=change.pk).update(asked_at=timezone.now() - timedelta(seconds=5))
    sweep_changes(office.pk)
    change.refresh_from_db()
    assert change.state in {"asked", "confirmed"}


def test_senders_by_tag_of_a_live_campaign_do_not_change(office: Workspace, member: Team, settle: Settle) -> None:
    settle(tags.create_tag(office, "East", "", by=member()))
    tag = named(office, ObjectKind.TAG, "East")
    live = plain_campaign(office, flags={"email_tag_list": [tag["id"]]}, remote_status=1)
    for ask in (
        lambda: tags.assign_tag(office, tag, TaggedKind.ACCOUNT, [BOX], is_off=False, by=member()),
        lambda: tags.delete_tag(office, tag, by=member()),
    ):
        with pytest.raises(ObjectChangeRefusedError, match=live.name):
            ask()
    # It went live after the request: what was not sent is refused.
    Campaign.objects.filter(pk=live.pk).update(remote_status=2)
    change = tags.assign_tag(office, tag, TaggedKind.ACCOUNT, [BOX], is_off=False, by=member())
    Campaign.objects.filter(pk=live.pk).update(remote_status=1)
    assert settle(change).state == "refused"
    assert tags.resources_with(office, tag["id"], TaggedKind.ACCOUNT) == []


def test_a_label_is_created_changed_and_deleted(office: Workspace, member: Team, settle: Settle) -> None:
    by = member()
    assert settle(labels.create_label(office, "Call in spring", "positive", "", by=by)).state == "confirmed"
    label = named(office, ObjectKind.LABEL, "Call in spring")
    changed = settle(labels.edit_label(office, label, "Call in May", "neutral", "", by=by))
    assert changed.state == "confirmed"
    assert named(office, ObjectKind.LABEL, "Call in May")["interest"] == label["interest"]
    assert settle(labels.delete_label(office, label, None, by=by)).state == "confirmed"


def test_a_key_is_shown_once_and_stored_nowhere(office: Workspace, member: Team, settle: Settle) -> None:
    admin = member("admin")
    new = keys.create_key(office, "Reports", ["campaigns:read"], by=admin)
    read_list(office, ObjectKind.KEY)
    assert new.secret
    assert new.secret not in repr(new)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert new.secret not in str(cursor.fetchall()), table
    item = named(office, ObjectKind.KEY, "Reports", "name")
    assert item["scopes"] == ["campaigns:read"]
    assert settle(keys.delete_key(office, item, by=admin)).state == "confirmed"
    assert all(one["name"] != "Reports" for one in items(office, ObjectKind.KEY))


def test_the_key_in_use_is_not_deleted(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    ours = next(one for one in items(office, ObjectKind.KEY) if one["is_ours"])
    with pytest.raises(ObjectChangeRefusedError, match="uses this key"):
        keys.delete_key(office, ours, by=member("admin"))
    change = keys.delete_key(office, ours | {"is_ours": False}, by=member("admin"))
    assert settle(change).state == "refused"
    assert [one for one in control.log(path="/api-keys") if one["method"] == "DELETE"] == []


def test_a_key_whose_answer_is_lost_says_that_nobody_has_it(
    office: Workspace, member: Team, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": "/api-keys"}, "do": "drop_after_commit", "times": 1})
    with pytest.raises(ObjectChangeRefusedError, match="not known whether it was created"):
        keys.create_key(office, "Reports", ["campaigns:read"], by=member("admin"))
    assert ObjectChange.objects.get().state == "unknown"


def test_every_missing_scope_is_named_with_its_cost() -> None:
    assert keys.missing_of(["all:all"]) == []
    assert keys.missing_of([*keys.COSTS]) == []
    lacking = {one.scope for one in keys.missing_of(["all:read", "campaigns:all"])}
    assert "leads:create" in lacking
    assert not {"leads:read", "campaigns:update"} & lacking


def test_a_webhook_is_created_tested_changed_and_deleted(office: Workspace, member: Team, settle: Settle) -> None:
    admin = member("admin")
    assert settle(webhooks.create_webhook(office, dict(HOOK), by=admin)).state == "confirmed"
    hook = named(office, ObjectKind.WEBHOOK, "Replies", "name")
    tested = settle(webhooks.request_of_webhook(office, hook, Verb.TEST, by=admin))
    assert (tested.state, bool(tested.result["words"])) == ("confirmed", True)
    changed = {**HOOK, "event": "email_bounced"}
    assert settle(webhooks.edit_webhook(office, hook, changed, by=admin)).state == "confirmed"
    assert named(office, ObjectKind.WEBHOOK, "Replies", "name")["event"] == "email_bounced"
    assert settle(webhooks.request_of_webhook(office, hook, Verb.DELETE, by=admin)).state == "confirmed"
    assert "token-in-path" not in str(list(AuditEvent.objects.values_list("after", "summary", "note")))


@pytest.mark.parametrize("role", ["viewer", "operator", "approver"])
def test_keys_and_webhooks_are_for_admins(office: Workspace, member: Team, role: str) -> None:
    for ask in (
        lambda: keys.create_key(office, "Reports", ["campaigns:read"], by=member(role)),
        lambda: webhooks.create_webhook(office, dict(HOOK), by=member(role)),
    ):
        with pytest.raises(NotAllowedError):
            ask()
    assert not ObjectChange.objects.exists()


def test_nothing_is_changed_in_observe_mode(office: Workspace, member: Team) -> None:
    Workspace.objects.filter(pk=office.pk).update(mode=Mode.OBSERVE)
    office.refresh_from_db()
    with pytest.raises(ObserveModeError):
        tags.create_tag(office, "East", "", by=member())
    assert not ObjectChange.objects.exists()


def test_observe_mode_after_the_request_refuses_it(office: Workspace, member: Team, settle: Settle) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    Workspace.objects.filter(pk=office.pk).update(mode=Mode.OBSERVE)
    assert settle(change).state == "refused"


def test_a_list_that_cannot_be_read_keeps_the_last_one_and_says_so(office: Workspace, control: SandboxControl) -> None:
    before = items(office, ObjectKind.KEY)
    control.faults({"match": {"method": "GET", "path": "/api-keys"}, "do": "status", "value": 500, "times": 9})
    assert read_list(office, ObjectKind.KEY) is False
    row = ListReading.objects.get(workspace=office, kind=ObjectKind.KEY)
    assert (tuple(row.items), row.unknown_since is None, bool(row.error)) == (before, False, True)


def test_the_same_request_joins_and_another_one_waits(office: Workspace, member: Team, settle: Settle) -> None:
    settle(tags.create_tag(office, "East", "", by=member()))
    tag = named(office, ObjectKind.TAG, "East")
    first = tags.edit_tag(office, tag, "West", "", by=member())
    assert tags.edit_tag(office, tag, "West", "", by=member()).pk == first.pk
    with pytest.raises(ObjectChangeRefusedError, match="is open"):
        tags.delete_tag(office, tag, by=member())
