"""A step sent to oneself: what is sent, to whom, what is refused, and what is recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from campaigns.errors import TestEmailError
from campaigns.mirror.sync import sync_campaign
from campaigns.models import Campaign
from iexdg.golive.sample_email import send_test_email
from iexdg.mailboxes.models import Mailbox
from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.workspaces.errors import ObserveModeError
from iexdg.workspaces.models import Mode, Workspace
from tests.leads.factories import synced_campaign
from tests.sandbox_control import SandboxControl
from tests.workspaces import reverse_in_demo

pytestmark = pytest.mark.django_db
MemberOf = Callable[..., Member]


@pytest.fixture
def one(control: SandboxControl, workspace: Workspace) -> Campaign:
    campaign = synced_campaign(workspace, "05A")
    body = "<div>Hi {{firstName}} at {{companyName}}, {{icebreaker}} {{sendingAccountEmail}}</div>"
    steps = [
        {"type": "email", "delay": 2, "variants": [{"subject": "For {{firstName}}", "body": body}]},
        {"type": "email", "delay": 2, "variants": [{"subject": "", "body": "<div>Again</div>"}]},
    ]
    control.edit(campaign.remote_id, sequences=[{"steps": steps}])
    sync_campaign(campaign)
    campaign.refresh_from_db()
    return campaign


LEAD = {"firstName": "Ada", "companyName": "Byron & <Sons>"}


def actions() -> list[str]:
    found = AuditEvent.objects.filter(action__startswith="campaign:test_email:").order_by("pk")
    return [action.rpartition(":")[2] for action in found.values_list("action", flat=True)]


def test_it_goes_to_the_member_alone_with_the_lead_s_values_as_text(
    one: Campaign, sandbox: Any, member: MemberOf
) -> None:
    sent = send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))

    (mail,) = sandbox.world.test_mails
    assert mail["to"] == ["operator@example.com"]
    assert mail["subject"] == "[Test] For Ada"
    sender = str(mail["from"])
    assert mail["html"] == f"<div>Hi Ada at Byron &amp; &lt;Sons&gt;, {{{{icebreaker}}}} {sender}</div>"
    assert sent.gaps == ("{{icebreaker}}",)
    assert actions() == ["asked", "sent"]


def test_a_follow_up_without_a_subject_answers_the_first_one(one: Campaign, sandbox: Any, member: MemberOf) -> None:
    send_test_email(one, step=2, variant=0, lead=LEAD, by=member("operator"))
    assert sandbox.world.test_mails[0]["subject"] == "[Test] Re: For Ada"


def test_a_follow_up_stays_in_the_thread_of_the_last_subject(one: Campaign, sandbox: Any, member: MemberOf) -> None:
    steps = one.sequences[0]["steps"]
    one.sequences = [{"steps": [*steps, {"variants": [{"subject": "Later", "body": "<div>x</div>"}]}, steps[1]]}]
    send_test_email(one, step=4, variant=0, lead=LEAD, by=member("operator"))
    assert sandbox.world.test_mails[0]["subject"] == "[Test] Re: Later"


def test_liquid_is_rendered_and_what_cannot_be_is_said(
    one: Campaign, sandbox: Any, member: MemberOf, web: Callable[..., Client]
) -> None:
    first = one.sequences[0]["steps"][0]["variants"][0]
    first["subject"] = "{% if firstName %}For {{ firstName | upcase }}{% endif %}"
    first["body"] = (
        "<div>{% if city %}In {{city}}{% else %}Hi {{companyName}}{% endif %} {{ firstName | upcase }}</div>"
    )
    sent = send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    (mail,) = sandbox.world.test_mails
    assert (mail["subject"], mail["html"]) == ("[Test] For ADA", "<div>Hi Byron &amp; &lt;Sons&gt; ADA</div>")
    assert (sent.gaps, sent.note) == ((), "")

    first["body"] = "<div>{% if firstName %}Hi</div>"
    one.save()
    url = reverse_in_demo("golive:go-live-test-email", args=[one.pk])
    html = web("operator").post(url, {"step": "1", "variant": "0"}, follow=True).content.decode()
    assert "The Liquid of this e-mail cannot be rendered, and is shown as it is written: " in html
    assert sandbox.world.test_mails[1]["html"] == "<div>{% if firstName %}Hi</div>"


def test_a_200_with_an_error_inside_is_an_error_in_words(
    one: Campaign, control: SandboxControl, sandbox: Any, member: MemberOf
) -> None:
    for account in sandbox.world.accounts.values():
        account["status"] = -1
    with pytest.raises(TestEmailError, match=r"No test was sent\..*could not sign in to the sending account"):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    assert actions() == ["asked", "refused"]


def test_a_lost_answer_is_unknown_and_is_not_sent_again(
    one: Campaign, control: SandboxControl, sandbox: Any, member: MemberOf
) -> None:
    control.faults({"match": {"method": "POST", "path": "/emails/test"}, "do": "drop_after_commit", "times": 1})
    with pytest.raises(TestEmailError, match="It is not known whether the test was sent"):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    assert actions() == ["asked", "unknown"]
    assert len(sandbox.world.test_mails) == 1


def test_the_eleventh_in_a_minute_is_never_sent(one: Campaign, sandbox: Any, member: MemberOf) -> None:
    for _ in range(10):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    with pytest.raises(TestEmailError, match="10 test e-mails a minute"):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    assert len(sandbox.world.test_mails) == 10


@pytest.mark.parametrize(("step", "variant"), [(0, 0), (3, 0), (1, 1), (-1, -1)])
def test_a_step_that_is_not_there_is_refused(one: Campaign, member: MemberOf, step: int, variant: int) -> None:
    with pytest.raises(TestEmailError, match="no longer exists"):
        send_test_email(one, step=step, variant=variant, lead=LEAD, by=member("operator"))
    assert actions() == []


def test_observe_mode_a_viewer_and_a_campaign_without_senders_send_nothing(
    one: Campaign, sandbox: Any, member: MemberOf
) -> None:
    with pytest.raises(NotAllowedError):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("viewer"))
    Mailbox.objects.update(status=-1)
    with pytest.raises(TestEmailError, match="No sender of this campaign can send"):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    one.workspace.mode = Mode.OBSERVE
    with pytest.raises(ObserveModeError):
        send_test_email(one, step=1, variant=0, lead=LEAD, by=member("operator"))
    assert sandbox.world.test_mails == []


def test_both_pages_have_the_button_and_show_the_outcome(
    one: Campaign, sandbox: Any, web: Callable[..., Client]
) -> None:
    client = web("operator")
    for name in ("campaigns:copy", "golive:go-live"):
        html = client.get(reverse_in_demo(name, args=[one.pk])).content.decode()
        assert html.count("Send me a test") == 2
        assert "Send me a test" not in web("viewer").get(reverse_in_demo(name, args=[one.pk])).content.decode()
    url = reverse_in_demo("golive:go-live-test-email", args=[one.pk])
    html = client.post(url, {"step": "1", "variant": "0"}, follow=True).content.decode()
    assert "Sent to operator@example.com from " in html
    assert (
        client.post(url, {"step": "x", "variant": "", "back": "campaign"})["Location"]
        == f"/w/demo/campaigns/{one.pk}/copy/"
    )
    assert len(sandbox.world.test_mails) == 1
