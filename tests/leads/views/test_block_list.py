"""The page of the block list, its forms and its export, and blocking from a person's page."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.team.audit.models import AuditEvent
from iexdg.workspaces.models import Mode, Workspace
from leads.blocklist.policy import policy_of
from leads.blocklist.queries import blocked_people, people_blocked_by
from leads.blocklist.send import carry_out
from leads.models import Lead, LeadStatus, Suppression
from tests.leads.blocklist.factories import listed, states
from tests.sandbox_control import SandboxControl

pytestmark = pytest.mark.django_db
Web = Callable[..., Client]
PAGE = "/w/demo/block-list/"
RIVAL, ADDRESS = "rival.example.net", "no@firm.example.org"


@pytest.fixture(autouse=True)
def values(control: SandboxControl, workspace: Workspace) -> None:
    listed(control, workspace, RIVAL, ADDRESS)


def lead(campaign: Campaign, email: str, status: int = LeadStatus.ACTIVE) -> Lead:
    return Lead.objects.create(
        workspace=campaign.workspace,
        campaign=campaign,
        email=email,
        company_domain="" if email.endswith("@gmail.com") else email.rpartition("@")[2],
        status=status,
        synced_at=timezone.now(),
    )


def shown(html: str) -> list[str]:
    return re.findall(r'data-label="Value" class="words"><div>([^<]+)</div>', html)


def test_the_page_lists_both_kinds_with_their_state(web: Web) -> None:
    html = web("viewer").get(PAGE).content.decode()
    assert sorted(shown(html)) == sorted([RIVAL, ADDRESS])
    assert "2 values" in html
    assert "On the list" in html
    assert "found at Instantly" in html
    assert "Add to block list" not in html, "a viewer changes nothing"


@pytest.mark.parametrize("words", ["münchen", "MÜNCHEN", "mu\u0308nchen", "münchen.example", "--mnchen", "ba@münchen"])
def test_a_domain_is_found_as_people_write_it_and_shown_so_beside_its_value(
    control: SandboxControl, workspace: Workspace, web: Web, words: str
) -> None:
    value = "ba@xn--mnchen-3ya.example.com"
    listed(control, workspace, RIVAL, ADDRESS, value)
    html = web("viewer").get(PAGE, {"q": words}).content.decode()
    assert f'<div>{value}<div class="small muted">ba@münchen.example.com</div></div>' in html
    assert RIVAL not in html


def test_what_only_looks_encoded_is_shown_as_it_is(web: Web) -> None:
    Suppression.objects.filter(value=RIVAL).update(value="xn--\u00e9.example.net")
    assert "xn--\u00e9.example.net" in shown(web("viewer").get(PAGE).content.decode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=domain", [RIVAL]),
        ("?kind=address", [ADDRESS]),
        ("?q=FIRM", [ADDRESS]),
        ("?source=typed", []),
        ("?state=confirmed&sort=value", [ADDRESS, RIVAL]),
        ("?kind=nonsense&source=nonsense&state=nonsense&sort=nonsense&page=x", [ADDRESS, RIVAL]),
    ],
)
def test_filters_are_in_the_address(web: Web, query: str, found: list[str]) -> None:
    html = web("viewer").get(f"{PAGE}{query}").content.decode()
    assert sorted(shown(html)) == sorted(found)


def test_a_filter_is_a_chip_that_can_be_taken_off(web: Web) -> None:
    html = web("viewer").get(f"{PAGE}?q=firm&kind=address").content.decode()
    assert re.search(rf'class="chip" href="{PAGE}\?kind=address">search: firm', html)
    assert re.search(rf'class="chip" href="{PAGE}\?q=firm" aria-current="true">Addresses <b>1</b>', html)


def test_a_file_with_several_columns_is_read_whole_and_says_what_was_not(web: Web, workspace: Workspace) -> None:
    header = "email,alternative email,domain,Second"
    text = f"{header}\na@new.example.net,b@new.example.net,other.example.net,c@new.example.net\n"
    file = SimpleUploadedFile("b.csv", text.encode("utf-16"))
    html = web("operator").post(f"{PAGE}add/", {"values": "", "file": file}).content.decode()
    added = Suppression.objects.exclude(value__in=[RIVAL, ADDRESS]).values_list("value", flat=True)
    assert sorted(added) == ["a@new.example.net", "b@new.example.net", "other.example.net"]
    assert "“Second” was not read" in html


def test_a_paste_says_what_became_of_each_line(web: Web, control: SandboxControl, workspace: Workspace) -> None:
    data = {
        "values": f"new.example.net\nnot valid\n{RIVAL}\nnew.example.net\nPat <pat@firm.example.org>",
        "why": "Asked",
    }
    answer = web("operator").post(f"{PAGE}add/", data)
    html = answer.content.decode()
    assert answer.status_code == 200
    outcomes = re.findall(r'data-label="Outcome"><span class="pill[^>]*>(?:<[^>]+></[^>]+>)?([^<]+)<', html)
    assert sorted(outcomes) == sorted(
        ["Not valid: neither an address nor a domain", "entered twice", "on the list already", "added", "added"]
    )
    assert "5 values" in html
    assert states(workspace)["pat@firm.example.org"] == "asked"
    carry_out(workspace)
    assert {"new.example.net", "pat@firm.example.org"} <= set(control.state()["blocklist"])


def test_a_file_goes_on_the_list(web: Web, workspace: Workspace) -> None:
    file = SimpleUploadedFile("out.csv", b"name,email\nAda,ada@firm.example.org\nBob,\n")
    html = web("operator").post(f"{PAGE}add/", {"file": file}).content.decode()
    assert "Not valid" in html
    row = Suppression.objects.get(value="ada@firm.example.org")
    assert (row.source, row.state) == ("file", "asked")


@pytest.mark.parametrize("data", [{}, {"values": "  \n"}, {"values": "nonsense"}])
def test_what_holds_no_value_is_refused(web: Web, workspace: Workspace, data: dict[str, str]) -> None:
    assert web("operator").post(f"{PAGE}add/", data).status_code == 422
    assert len(states(workspace)) == 2


def test_observe_mode_refuses_on_the_page_too(web: Web, workspace: Workspace) -> None:
    Workspace.objects.update(mode=Mode.OBSERVE)
    client, pk = web("operator"), Suppression.objects.get(value=RIVAL).pk
    html = client.get(PAGE).content.decode()
    assert "Add to block list" not in html
    assert "observe mode" in html
    assert client.post(f"{PAGE}add/", {"values": "new.example.net"}).status_code == 422
    client.post(f"{PAGE}{pk}/remove/")
    assert states(workspace) == {RIVAL: "confirmed", ADDRESS: "confirmed"}


def test_a_removal_asks_with_its_consequences(
    web: Web, control: SandboxControl, workspace: Workspace, campaign: Campaign
) -> None:
    lead(campaign, f"ada@{RIVAL}")
    client, pk = web("operator"), Suppression.objects.get(value=RIVAL).pk
    html = client.get(f"{PAGE}{pk}/remove/").content.decode()
    assert "1 lead in campaigns may get e-mail again" in html
    assert "1 lead in 05A" in html
    assert states(workspace)[RIVAL] == "confirmed", "looking changes nothing"
    client.post(f"{PAGE}{pk}/remove/")
    assert states(workspace)[RIVAL] == "asked"
    assert "Removal asked for" in client.get(PAGE).content.decode()
    carry_out(workspace)
    assert control.state()["blocklist"] == [ADDRESS]
    again = client.post(f"{PAGE}{pk}/remove/", follow=True)
    assert "not on the list any more" in again.content.decode()


def test_a_removal_can_be_taken_back_on_the_page(web: Web, workspace: Workspace) -> None:
    client, pk = web("operator"), Suppression.objects.get(value=RIVAL).pk
    client.post(f"{PAGE}{pk}/remove/")
    assert ">Keep<" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{pk}/again/")
    assert states(workspace)[RIVAL] == "confirmed"


def test_the_export_is_safe_to_open_and_is_in_the_history(web: Web, workspace: Workspace) -> None:
    Suppression.objects.filter(value=ADDRESS).update(why="=1+1")
    answer = web("operator").get("/w/demo/block-list.csv?kind=address")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert RIVAL not in text
    assert f"{ADDRESS},address,On the list,found at Instantly,'=1+1" in text
    event = AuditEvent.objects.get(action="blocklist:list:exported")
    assert event.after["kind"] == "address"
    assert "Export CSV" in web("operator").get(PAGE).content.decode()


def test_who_is_in_a_campaign_although_blocked_is_counted_and_linked(web: Web, campaign: Campaign) -> None:
    for email in (f"ada@{RIVAL}", ADDRESS, "yes@firm.example.org", f"x@not{RIVAL}"):
        lead(campaign, email)
    lead(campaign, f"done@{RIVAL}", LeadStatus.BOUNCED)
    client = web("viewer")
    html = client.get(PAGE).content.decode()
    assert f'href="/w/demo/leads/?blocked=1">3 blocked leads</a>' in html  # noqa: F541
    assert f'href="/w/demo/campaigns/{campaign.pk}/leads/?blocked=1">3 leads</a> in 05A' in html
    assert "2 of them not finished" in html
    for address in ("/w/demo/leads/?blocked=1", f"/w/demo/campaigns/{campaign.pk}/leads/?blocked=1"):
        found = client.get(address).content.decode()
        assert "3 leads" in found
        assert "on the block list" in found
        assert "yes@firm.example.org" not in found


def test_people_at_a_free_mail_provider_are_found_by_their_address(
    control: SandboxControl, workspace: Workspace, campaign: Campaign
) -> None:
    someone = lead(campaign, "someone@gmail.com")
    listed(control, workspace, "gmail.com")
    assert [one.people for one in blocked_people(workspace.pk)] == [1]
    assert list(people_blocked_by(workspace.pk, "gmail.com")) == [someone]
    Suppression.objects.all().delete()
    assert blocked_people(workspace.pk) == []


def test_vanished_people_are_not_counted(workspace: Workspace, campaign: Campaign) -> None:
    gone = lead(campaign, ADDRESS)
    Lead.objects.filter(pk=gone.pk).update(vanished_at=timezone.now())
    assert blocked_people(workspace.pk) == []


@pytest.mark.parametrize(("what", "value"), [("address", "ada@firm.example.com"), ("domain", "firm.example.com")])
def test_a_person_is_blocked_from_their_page(
    web: Web, workspace: Workspace, campaign: Campaign, what: str, value: str
) -> None:
    person = lead(campaign, "ada@firm.example.com")
    client, address = web("operator"), f"/w/demo/people/{person.pk}/"
    assert "Add to block list" in client.get(address).content.decode()
    assert "Add to block list" not in web("viewer").get(address).content.decode()
    html = client.post(f"{address}block/", {"what": what, "why": "Asked us to"}, follow=True).content.decode()
    assert f"On the block list: {value}" in html
    row = Suppression.objects.get(value=value)
    assert (row.source, row.why, row.state) == ("person", "Asked us to", "asked")
    client.post(f"{address}block/", {"what": what})
    assert len(states(workspace)) == 3


def test_an_unknown_choice_blocks_nothing(web: Web, workspace: Workspace, campaign: Campaign) -> None:
    person = lead(campaign, "ada@firm.example.com")
    web("operator").post(f"/w/demo/people/{person.pk}/block/", {"what": "everything"})
    assert len(states(workspace)) == 2


def test_the_policy_is_said_in_words_and_set_by_an_admin(web: Web, workspace: Workspace) -> None:
    client = web("admin")
    assert "people who bounce or unsubscribe stay off the block list" in client.get(PAGE).content.decode()
    html = client.post(f"{PAGE}policy/", {"bounced": "on", "unsubscribed": "on"}, follow=True).content.decode()
    assert "People who bounce or unsubscribe go on the block list by address" in html
    assert policy_of(workspace.pk).takes_bounced
    client.post(f"{PAGE}policy/", {})
    assert not policy_of(workspace.pk).takes_bounced


def test_the_page_takes_a_constant_number_of_queries(
    web: Web,
    workspace: Workspace,
    campaign: Campaign,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    now = timezone.now() - timedelta(days=1)
    Suppression.objects.bulk_create(
        Suppression(workspace=workspace, value=f"out{number}.example.net", is_domain=True, since=now)
        for number in range(120)
    )
    lead(campaign, ADDRESS)
    client = web("operator")
    client.get(PAGE)
    with django_assert_max_num_queries(20):
        html = client.get(f"{PAGE}?page=2").content.decode()
    assert len(shown(html)) == 50


def test_the_fragment_is_the_list_alone(web: Web) -> None:
    html = web("operator").get(PAGE, headers={"HX-Request": "true", "HX-Target": "blocked-values"}).content.decode()
    assert "</nav>" not in html
    assert 'id="csv-link"' in html
