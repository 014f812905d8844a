"""What an approval is bound to of a subsequence: everything that changes what is sent to whom and when, and no more."""

from typing import Any

import pytest

from campaigns.models import Approval, Subsequence
from campaigns.sending.subsequence_content import digest_of, named_in, subsequence_differences
from iexdg.workspaces.models import Workspace
from tests.campaigns.factories import campaign as make_campaign

STEP: dict[str, Any] = {
    "delay": 3, "delay_unit": "days", "pre_delay": 2, "pre_delay_unit": "hours",
    "variants": [{"subject": "Again", "body": "<div>Hi</div>"}],
}  # fmt: skip
PINNED = "e37ccfc4a235ad70a3dddb9f670f6a5cba5755d95725852d1ad848c7e6cac502"
PINNED_LETTERS = "36bdb1411fa031d553abf0f4fbab1f4a149faafc8519a84c397fa472ba424230"
FACTS: dict[str, Any] = {
    "name": "A week later",
    "conditions": {"crm_status": [1], "reply_contains": ""},
    "steps": [STEP],
    "schedule": {"schedules": [{"name": "Hours"}], "start_date": None},
    "daily_limit_mode": "custom",
    "daily_limit": 20,
}


def row(**facts: Any) -> Subsequence:
    return Subsequence(**{**FACTS, **facts})


def step(**facts: Any) -> list[dict[str, Any]]:
    return [{**STEP, **facts}]


@pytest.mark.parametrize(
    "facts",
    [
        {"conditions": {"crm_status": [2]}},
        {"conditions": {"crm_status": [1], "reply_contains": "price"}},
        {"conditions": {}},
        {"steps": []},
        {"steps": [STEP, STEP]},
        {"steps": step(delay=4)},
        {"steps": step(delay_unit="hours")},
        {"steps": step(pre_delay=0)},
        {"steps": step(pre_delay_unit="days")},
        {"steps": step(variants=[])},
        {"steps": step(variants=[{"subject": "Else", "body": "<div>Hi</div>"}])},
        {"steps": step(variants=[{"subject": "Again", "body": "<div>Ho</div>"}])},
        {"steps": step(variants=[{"subject": "Again", "body": "<div>Hi</div>", "v_disabled": True}])},
        {"steps": step(variants=[*STEP["variants"], {"subject": "B", "body": "B"}])},
        {"schedule": {}},
        {"schedule": {"schedules": [{"name": "Other"}], "start_date": None}},
        {"schedule": {**FACTS["schedule"], "end_date": "2026-12-24"}},
        {"daily_limit_mode": "unlimited"},
        {"daily_limit": 21},
    ],
    ids=str,
)
def test_what_changes_what_is_sent_changes_it(facts: dict[str, Any]) -> None:
    assert digest_of(row(**facts)) != digest_of(row())


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Another name"},
        {"remote_status": 1},
        {"conditions": {"reply_contains": None, "crm_status": [1], "lead_activity": []}},
        {"steps": [{**STEP, "id": "s-1"}, "no step"]},
        {"steps": step(variants=[{"subject": "Again", "body": "<div>Hi</div>", "v_disabled": False, "id": 1}, "none"])},
        {"schedule": {"schedules": [{"name": "Hours"}]}},
    ],
    ids=str,
)
def test_what_changes_nothing_that_is_sent_does_not(facts: dict[str, Any]) -> None:
    assert digest_of(row(**facts)) == digest_of(row())


def test_it_does_not_depend_on_the_order_of_keys_and_takes_every_letter() -> None:
    assert digest_of(row(conditions={"a": 1, "b": 2})) == digest_of(row(conditions={"b": 2, "a": 1}))
    assert digest_of(row(steps=step(variants=[{"subject": "Grüße", "body": "x"}]))) != digest_of(row())


@pytest.mark.parametrize("odd", [None, 7, "none"])
def test_variants_that_are_no_list_are_none(odd: object) -> None:
    assert digest_of(row(steps=step(variants=odd))) == digest_of(row(steps=step(variants=[])))


def test_no_limit_mode_is_the_one_of_its_campaign() -> None:
    assert digest_of(row(daily_limit_mode="")) == digest_of(row(daily_limit_mode="inherit"))


def test_the_digest_of_one_that_was_approved_never_changes_with_the_code() -> None:
    """An approval in the database was made with this digest: with another one it would be void without a reason."""
    assert digest_of(row()) == PINNED
    assert digest_of(row(steps=step(variants=[{"subject": "Grüße", "body": "Łukasz"}]))) == PINNED_LETTERS


@pytest.mark.django_db
def test_what_differs_from_a_request_is_named(workspace: Workspace) -> None:
    campaign = make_campaign(workspace)
    there = {
        key: Subsequence.objects.create(
            workspace=campaign.workspace, campaign=campaign, remote_id=key, **{**FACTS, "name": key}
        )
        for key in ("kept", "changed", "removed", "gone")
    }
    other = make_campaign(workspace, "Another", remote_id="another")
    Subsequence.objects.create(workspace=workspace, campaign=other, remote_id="theirs", name="theirs")
    named = named_in(campaign)
    assert set(named) == {"kept", "changed", "removed", "gone"}
    assert named["kept"] == {"name": "kept", "digest": digest_of(there["kept"])}
    approval = Approval(campaign=campaign, subsequences=named)
    assert subsequence_differences(approval) == []
    Subsequence.objects.filter(remote_id="changed").update(daily_limit=1)
    Subsequence.objects.filter(remote_id="removed").delete()
    Subsequence.objects.filter(remote_id="gone").update(vanished_at="2026-11-23T15:00:00Z")
    Subsequence.objects.create(workspace=campaign.workspace, campaign=campaign, remote_id="added", name="added")
    found = [(one.what, one.before, one.after) for one in subsequence_differences(approval)]
    assert sorted(found) == [
        ("subsequence added", "absent", "added"),
        ("subsequence changed", "as requested", "changed"),
        ("subsequence gone", "present", "removed"),
        ("subsequence removed", "present", "removed"),
    ]
    approval.subsequences = None
    assert {one.after for one in subsequence_differences(approval)} == {"added"}
