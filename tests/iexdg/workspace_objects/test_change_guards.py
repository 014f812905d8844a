"""What keeps a change of an object from being sent twice, too late, by two workers, or where nothing may be sent."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.team.models import Member
from iexdg.workspace_objects import labels, tags, webhooks
from iexdg.workspace_objects.carry_out import carry_out
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.orders import LEASE, claim, release
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as plain_campaign
from tests.iexdg.workspace_objects.test_changes import BOX, HOOK, named
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Settle = Callable[[ObjectChange], ObjectChange]
Team = Callable[..., Member]


def sent(control: SandboxControl, method: str, path: str) -> int:
    return len([one for one in control.log(path=path) if one["method"] == method])


def test_two_workers_at_once_have_it_once_until_the_lease_is_over(office: Workspace, member: Team) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    taken = claim(change.pk)
    assert taken is not None
    assert claim(change.pk) is None
    ObjectChange.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert claim(change.pk) is not None
    # A clock that was far ahead leases nothing for ever.
    ObjectChange.objects.update(lease_until=timezone.now() + LEASE * 3)
    assert claim(change.pk) is not None
    release(taken)
    assert ObjectChange.objects.get().lease_until is None


def test_nothing_is_sent_for_a_workspace_that_is_disconnected(
    office: Workspace, member: Team, control: SandboxControl
) -> None:
    change = tags.create_tag(office, "East", "", by=member())
    Workspace.objects.update(connected_as="")
    carry_out(change.pk)
    change.refresh_from_db()
    assert (change.state, sent(control, "POST", "/custom-tags")) == ("asked", 0)


def test_what_may_have_arrived_is_not_created_again(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    control.faults({"match": {"method": "POST", "path": "/custom-tags"}, "do": "drop_before", "times": 1})
    change = settle(tags.create_tag(office, "East", "", by=member()))
    assert change.state == "unknown"
    assert (settle(change).state, sent(control, "POST", "/custom-tags")) == ("unknown", 1)


def test_what_may_be_repeated_is_sent_five_times_at_most(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    settle(labels.create_label(office, "Call in spring", "positive", "", by=member()))
    label = named(office, ObjectKind.LABEL, "Call in spring")
    control.faults({"match": {"method": "PATCH", "path": "/lead-labels/*"}, "do": "drop_before", "times": 99})
    change = labels.edit_label(office, label, "Call in May", "neutral", "", by=member())
    for _ in range(8):
        settle(change)
    assert (change.state, change.attempts) == ("unknown", 5)
    assert sent(control, "PATCH", "/lead-labels") == 5


def test_what_was_sent_before_a_campaign_went_live_is_not_said_to_be_undone(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    """The assignment may have arrived: it is no longer sent, and its outcome stays unknown."""
    settle(tags.create_tag(office, "East", "", by=member()))
    tag = named(office, ObjectKind.TAG, "East")
    live = plain_campaign(office, flags={"email_tag_list": [tag["id"]]}, remote_status=2)
    lost = {"match": {"method": "POST", "path": "/custom-tags/toggle-resource"}, "do": "drop_before", "times": 99}
    control.faults(lost)
    change = settle(tags.assign_tag(office, tag, TaggedKind.ACCOUNT, [BOX], is_off=False, by=member()))
    assert change.state == "unknown"
    calls = sent(control, "POST", "/custom-tags/toggle-resource")
    Campaign.objects.filter(pk=live.pk).update(remote_status=1)
    assert settle(change).state == "unknown"
    assert sent(control, "POST", "/custom-tags/toggle-resource") == calls


def test_two_of_the_same_name_or_nothing_chosen_are_refused(office: Workspace, member: Team, settle: Settle) -> None:
    by, admin = member(), member("admin")
    settle(tags.create_tag(office, "East", "", by=by))
    settle(tags.create_tag(office, "West", "", by=by))
    settle(labels.create_label(office, "In spring", "positive", "", by=by))
    settle(labels.create_label(office, "In May", "positive", "", by=by))
    settle(webhooks.create_webhook(office, dict(HOOK), by=admin))
    west, may = named(office, ObjectKind.TAG, "West"), named(office, ObjectKind.LABEL, "In May")
    before = ObjectChange.objects.count()
    requests: list[Callable[[], Any]] = [
        lambda: tags.create_tag(office, "EAST", "", by=by),
        lambda: tags.edit_tag(office, west, "east", "", by=by),
        lambda: tags.assign_tag(office, west, TaggedKind.ACCOUNT, [], is_off=False, by=by),
        lambda: labels.create_label(office, "in spring", "positive", "", by=by),
        lambda: labels.edit_label(office, may, "IN SPRING", "positive", "", by=by),
        lambda: webhooks.create_webhook(office, {**HOOK, "name": "Again"}, by=admin),
    ]
    for request in requests:
        with pytest.raises(ObjectChangeRefusedError):
            request()
    assert ObjectChange.objects.count() == before


def test_an_address_that_cannot_be_decrypted_is_not_sent_empty(
    office: Workspace, member: Team, settle: Settle, control: SandboxControl
) -> None:
    change = webhooks.create_webhook(office, dict(HOOK), by=member("admin"))
    ObjectChange.objects.filter(pk=change.pk).update(sealed="of a key that is gone")
    assert settle(change).state == "refused"
    assert "Enter it again" in change.error
    assert sent(control, "POST", "/webhooks") == 0


@pytest.mark.parametrize("unseen", ["\u202e", "\u200b", "\x07"])
def test_what_shows_nothing_is_in_no_name_and_a_read_back_ignores_it(
    unseen: str, office: Workspace, member: Team, settle: Settle
) -> None:
    by = member()
    for ask in (
        lambda: tags.create_tag(office, f" {unseen}", "", by=by),
        lambda: labels.create_label(office, unseen, "positive", "", by=by),
    ):
        with pytest.raises(ObjectChangeRefusedError, match="can be seen"):
            ask()
    tag = settle(tags.create_tag(office, f"Ea{unseen}st", f"{unseen}Hours", by=by))
    label = settle(labels.create_label(office, f"Call{unseen} back", "positive", "", by=by))
    assert [(one.name, one.state) for one in (tag, label)] == [("East", "confirmed"), ("Call back", "confirmed")]
    assert tag.values == {"label": "East", "description": "Hours"}
    # Requested before names were cleaned: Instantly shows it without what shows nothing.
    older = tags.edit_tag(office, named(office, ObjectKind.TAG, "East"), "West", "", by=by)
    ObjectChange.objects.filter(pk=older.pk).update(values={"label": f"We{unseen}st", "description": ""})
    assert settle(older).state == "confirmed"
    with pytest.raises(ObjectChangeRefusedError, match="There is a tag"):
        tags.create_tag(office, f"W{unseen}est", "", by=by)
