"""What is played: a blueprint over what was last read, or the campaign as it was read."""

from typing import Any

import pytest

from campaigns.models import Campaign
from iexdg.blueprints.parsing import parse
from iexdg.mailboxes.models import Mailbox
from iexdg.rehearsals.errors import RehearsalError
from iexdg.rehearsals.subjects import cast_of, overlaid, subject_as_read, subjects_of
from iexdg.workspace_objects.models import ListReading
from iexdg.workspaces.models import Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
PARTLY = """
campaigns:
  - name: 05A Executive-Peer
    caps: {daily: 7}
    senders: {addresses: [new@peers.example.com], tags: [East]}
"""


@pytest.fixture
def campaign(control: SandboxControl, workspace: Workspace) -> Campaign:
    return synced_campaign(workspace, "05A")


def test_a_campaign_as_read_is_played_with_all_that_it_has(campaign: Campaign) -> None:
    subject = subject_as_read(campaign)
    assert subject.campaign == campaign
    assert (subject.body["daily_limit"], subject.body["email_gap"], subject.body["stop_on_reply"]) == (20, 12, True)
    assert subject.body["sequences"][0]["steps"] == campaign.sequences[0]["steps"]
    assert subject.body["campaign_schedule"]["schedules"] == campaign.schedule["schedules"]
    assert subject.addresses == ("exec@peers.example.com", "peer@peers.example.com", "team@peers.example.com")


def test_what_a_blueprint_does_not_name_stays_as_it_was_read(campaign: Campaign, workspace: Workspace) -> None:
    ListReading.objects.create(workspace=workspace, kind="tag", items=[{"id": "t1", "label": "East"}])
    ListReading.objects.create(
        workspace=workspace, kind="tagged", items=[{"tag": "t1", "kind": 1, "resource": "peer@peers.example.com"}]
    )
    (subject,) = subjects_of(workspace, parse(PARTLY))
    assert subject.campaign == campaign
    assert subject.body["daily_limit"] == 7
    assert len(subject.body["sequences"][0]["steps"]) == 3
    assert (subject.senders, subject.tags) == (("new@peers.example.com",), ("t1",))
    # In the world a tag is the mailboxes that have it.
    assert subject.addresses == ("new@peers.example.com", "peer@peers.example.com")
    assert "email_tag_list" not in subject.body


@pytest.mark.parametrize(
    ("wanted", "keeps", "expected"),
    [
        ({("caps", "daily"): 3}, False, {("caps", "daily"): 3, ("steps", 0): 1, ("senders",): ("a",)}),
        ({("steps",): "listed"}, False, {("steps",): "listed", ("caps", "daily"): 1, ("senders",): ("a",)}),
        ({("senders",): ("b",)}, False, {("senders",): ("b",), ("caps", "daily"): 1, ("steps", 0): 1}),
        ({("senders",): ("b",)}, True,
         {("senders",): ("a", "b"), ("senders", "tags"): (), ("caps", "daily"): 1, ("steps", 0): 1}),
    ],
)  # fmt: skip
def test_lists_that_are_named_replace_those_that_are_there(wanted: Any, keeps: bool, expected: Any) -> None:
    current = {("caps", "daily"): 1, ("steps", 0): 1, ("senders",): ("a",)}
    assert overlaid(current, wanted, keeps=keeps) == expected


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"sequences": []}, "05A Executive-Peer has no steps, so there is nothing to rehearse."),
        ({"schedule": {}}, "05A Executive-Peer has no sending hours that Instantly can keep."),
    ],
)
def test_a_campaign_with_nothing_to_play_is_refused(changes: dict[str, Any], error: str, campaign: Campaign) -> None:
    Campaign.objects.filter(pk=campaign.pk).update(**changes)
    campaign.refresh_from_db()
    with pytest.raises(RehearsalError, match=error):
        subject_as_read(campaign)


def test_a_name_that_several_campaigns_have_needs_an_id(campaign: Campaign, workspace: Workspace) -> None:
    other = synced_campaign(workspace, "05B")
    Campaign.objects.filter(pk=other.pk).update(name=campaign.name)
    with pytest.raises(
        RehearsalError, match=r"^Several campaigns are called 05A Executive-Peer\. Say which one: `id:`\.$"
    ):
        subjects_of(workspace, parse(PARTLY))
    named = PARTLY.replace("    caps", f"    id: {campaign.remote_id}\n    caps")
    assert subjects_of(workspace, parse(named))[0].campaign == campaign


def test_mailboxes_are_played_as_they_were_read_and_an_unknown_one_with_the_stated_limit(
    campaign: Campaign, workspace: Workspace
) -> None:
    Mailbox.objects.filter(email="exec@peers.example.com").update(daily_limit=11)
    Mailbox.objects.filter(email="peer@peers.example.com").update(status=-1)
    Mailbox.objects.filter(email="team@peers.example.com").delete()
    found = {one.world.email.partition("@")[0]: one for one in cast_of(workspace, [subject_as_read(campaign)])}
    facts = {name: (one.world.daily_limit, one.world.status, one.is_known) for name, one in found.items()}
    assert facts == {"exec": (11, 1, True), "peer": (30, 2, True), "team": (30, 1, False)}
    assert (found["peer"].words, found["peer"].is_ready) == ("Connection error", False)
