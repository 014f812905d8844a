"""Changing many leads through the client: what is refused before anything is sent, and what comes back."""

from collections.abc import Callable
from typing import Any

import pytest

from iexdg.clients.http.errors import ConflictError, NotFoundError, PlanError, ScopeError, UnexpectedAnswerError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.background_jobs import JobOutcome
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.clients.instantly.lead_selection import LeadSelection
from tests.contract.conftest import Recorder, WorldTime, campaign_body, people

A = "0199aaaa-0000-7000-8000-00000000000a"
IN_CAMPAIGN = LeadSelection(campaign_remote_id=A)
SOME = LeadSelection(campaign_remote_id=A, ids=[A])
REFUSED: dict[str, Callable[[InstantlyClient], Any]] = {
    "delete from nowhere": lambda client: client.leads.delete_many(ids=[A]),
    "delete from both": lambda client: client.leads.delete_many(campaign_remote_id=A, list_remote_id=A, ids=[A]),
    "delete all": lambda client: client.leads.delete_many(campaign_remote_id=A),
    "delete no ids": lambda client: client.leads.delete_many(campaign_remote_id=A, ids=[]),
    "delete some and all": lambda client: client.leads.delete_many(
        campaign_remote_id=A, ids=[A], delete_everybody=True
    ),
    "delete all of a blank campaign": lambda client: client.leads.delete_many(
        campaign_remote_id="", delete_everybody=True
    ),
    "delete all of a blank list": lambda client: client.leads.delete_many(list_remote_id=" ", delete_everybody=True),
    "move all of a blank campaign": lambda client: client.leads.move(
        LeadSelection(campaign_remote_id=""), to_list_remote_id=A, move_everybody=True
    ),
    "assign all of a blank list": lambda client: client.leads.assign(
        [A], LeadSelection(list_remote_id=" "), assign_everybody=True
    ),
    "move a search of spaces": lambda client: client.leads.move(
        LeadSelection(campaign_remote_id=A, search="  "), to_list_remote_id=A
    ),
    "move to nowhere": lambda client: client.leads.move(SOME),
    "move to both": lambda client: client.leads.move(SOME, to_campaign_remote_id=A, to_list_remote_id=A),
    "move all": lambda client: client.leads.move(IN_CAMPAIGN, to_list_remote_id=A),
    "move some and all": lambda client: client.leads.move(SOME, to_list_remote_id=A, move_everybody=True),
    "move from anywhere": lambda client: client.leads.move(LeadSelection(ids=[A]), to_list_remote_id=A),
    "move the workspace": lambda client: client.leads.move(LeadSelection(), to_list_remote_id=A, move_everybody=True),
    "move an empty search": lambda client: client.leads.move(
        LeadSelection(campaign_remote_id=A, search=""), to_list_remote_id=A
    ),
    "assign to nobody": lambda client: client.leads.assign([], SOME),
    "assign all": lambda client: client.leads.assign([A], IN_CAMPAIGN),
    "assign by address": lambda client: client.leads.assign(
        [A], LeadSelection(campaign_remote_id=A, contacts=["ada@example.com"])
    ),
    "an empty batch": lambda client: client.leads.add_to_list(A, []),
    "no tag": lambda client: client.custom_tags.assign([], TaggedKind.ACCOUNT, ["exec@peers.example.com"]),
    "nothing to tag": lambda client: client.custom_tags.unassign([A], TaggedKind.ACCOUNT, []),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_mean_more_than_was_said_is_refused_before_anything_is_sent(
    client: InstantlyClient, wire: Recorder, name: str
) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        REFUSED[name](client)
    assert wire.requests == []


@pytest.mark.parametrize("empty", [{"ids": []}, {"contacts": []}])
def test_an_empty_list_is_no_selection(empty: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match="selects nobody"):
        LeadSelection(campaign_remote_id=A, **empty)


def test_a_move_is_a_job_and_its_end_says_that_the_leads_are_there(
    client: InstantlyClient, world_time: WorldTime, campaign_id: str
) -> None:
    target = client.campaigns.create(campaign_body(name="Target")).remote_id
    client.leads.add(campaign_id, people(2))
    job = client.leads.move(
        LeadSelection(campaign_remote_id=campaign_id), to_campaign_remote_id=target, move_everybody=True
    )
    assert job.outcome is JobOutcome.UNKNOWN
    ended = client.background_jobs.wait(job.remote_id, clock=world_time.clock, sleep=world_time.sleep)
    assert (ended.outcome, ended.data["success_count"]) == (JobOutcome.SUCCEEDED, 2)
    assert [lead.campaign_remote_id for lead in client.leads.list(target)] == [target, target]


def test_leads_of_a_list_are_found_by_a_selection_and_once_for_each_address(
    client: InstantlyClient, world_time: WorldTime
) -> None:
    made = client.lead_lists.create("Autumn").remote_id
    accounting = client.leads.add_to_list(made, people(3))
    assert (accounting.leads_uploaded, accounting.adds_up, accounting.remaining_in_plan) == (3, True, None)
    client.leads.add_to_list(made, people(1), skip_if_in_list=True)
    world_time.sleep(5)
    found = list(client.leads.select(LeadSelection(list_remote_id=made), limit=2))
    assert [lead.list_remote_id for lead in found] == [made] * 3
    assert len(list(client.leads.select(LeadSelection(search="person"), one_per_address=True))) == 3


def test_a_list_counts_verdicts_and_leaves_out_what_was_not_reported(
    client: InstantlyClient, world_time: WorldTime
) -> None:
    made = client.lead_lists.create("Autumn").remote_id
    client.leads.add_to_list(made, people(2), pay_for_verification=True)
    assert client.lead_lists.verification_stats(made).pending == 2
    world_time.sleep(10)
    stats = client.lead_lists.verification_stats(made)
    assert (stats.total, stats.verified, stats.invalid, stats.pending) == (2, 2, 0, 0)


def test_deleting_says_how_many_are_gone(client: InstantlyClient, campaign_id: str) -> None:
    made = client.leads.add(campaign_id, people(3)).created_leads
    assert client.leads.delete_many(campaign_remote_id=campaign_id, ids=[made[0].id]) == 1
    assert client.leads.delete_many(campaign_remote_id=campaign_id, status=-1) == 0
    assert client.leads.delete_many(campaign_remote_id=campaign_id, delete_everybody=True) == 2


def test_a_deletion_whose_count_is_not_reported_is_unknown_and_not_0(
    client: InstantlyClient, control: Callable[..., Any]
) -> None:
    match = {"method": "DELETE", "path": "/leads"}
    control("POST", "faults", [{"match": match, "do": "status", "value": 200, "body": {}, "times": 1}])
    assert client.leads.delete_many(campaign_remote_id=A, ids=[A]) is None


def test_a_merge_that_answers_with_another_lead_is_not_understood(
    client: InstantlyClient, control: Callable[..., Any]
) -> None:
    match = {"method": "POST", "path": "/leads/merge"}
    control("POST", "faults", [{"match": match, "do": "status", "value": 200, "body": {"id": "x"}, "times": 1}])
    with pytest.raises(UnexpectedAnswerError) as caught:
        client.leads.merge("x", "y")
    assert caught.value.outcome_unknown


def test_a_second_tag_with_a_label_is_a_conflict(client: InstantlyClient) -> None:
    client.custom_tags.create("Desks")
    with pytest.raises(ConflictError):
        client.custom_tags.create(" Desks ")


def test_a_tag_is_given_and_taken_and_a_lost_answer_is_asked_for_again(
    client: InstantlyClient, control: Callable[..., Any]
) -> None:
    tag = client.custom_tags.create("Desks").remote_id
    match = {"method": "POST", "path": "/custom-tags/toggle-resource"}
    control("POST", "faults", [{"match": match, "do": "drop_after_commit", "times": 1}])
    client.custom_tags.assign([tag], TaggedKind.ACCOUNT, ["exec@peers.example.com"])
    (mapping,) = (one for one in client.custom_tags.mappings() if one.tag_remote_id == tag)
    assert mapping.kind == TaggedKind.ACCOUNT
    client.custom_tags.unassign_from_all([tag], TaggedKind.ACCOUNT)
    assert tag not in {one.tag_remote_id for one in client.custom_tags.mappings()}


def test_a_copy_of_a_campaign_is_never_repeated_when_its_answer_is_lost(
    client: InstantlyClient, control: Callable[..., Any], wire: Recorder, campaign_id: str
) -> None:
    match = {"method": "POST", "path": f"/campaigns/{campaign_id}/duplicate"}
    control("POST", "faults", [{"match": match, "do": "drop_after_commit", "times": 1}])
    with pytest.raises(Exception, match="duplicate") as caught:
        client.campaigns.duplicate(campaign_id)
    assert caught.value.outcome_unknown
    assert sum("duplicate" in call for call in wire.calls()) == 1


def test_a_campaign_that_is_not_shared_cannot_be_copied_by_others(client: InstantlyClient, campaign_id: str) -> None:
    with pytest.raises(ScopeError):
        client.campaigns.create_from_shared(campaign_id)
    client.campaigns.share(campaign_id)
    assert client.campaigns.create_from_shared(campaign_id).remote_id != campaign_id
    assert client.campaigns.count_launched() >= 1
    with pytest.raises(NotFoundError):
        client.campaigns.duplicate(A)


@pytest.mark.parametrize("answer", [{}, {"count": "2"}, {"count": -1}, {"count": None}])
def test_a_count_of_campaigns_that_is_none_is_not_0(
    client: InstantlyClient, control: Callable[..., Any], answer: Any
) -> None:
    match = {"method": "GET", "path": "/campaigns/count-launched"}
    control("POST", "faults", [{"match": match, "do": "status", "value": 200, "body": answer, "times": 1}])
    with pytest.raises(UnexpectedAnswerError):
        client.campaigns.count_launched()


def test_an_import_that_the_balance_does_not_cover_is_refused(
    client: InstantlyClient, control: Callable[..., Any]
) -> None:
    made = client.lead_lists.create("Autumn").remote_id
    control("POST", "settings", {"credits": 0})
    with pytest.raises(PlanError):
        client.leads.add_to_list(made, people(1), pay_for_verification=True)
