"""What a version of a draft has otherwise than the one before it: also in its subsequences, and what is not named."""

from datetime import date
from typing import Any

from iexdg.blueprints.drafts.differences import differences
from iexdg.blueprints.facts import Names
from iexdg.blueprints.schema import CampaignBlueprint

ONE: dict[str, Any] = {"name": "Clicked", "when": {"activity": ["clicked"]}, "steps": [{"subject": "A", "body": "Hi"}]}
BEFORE: dict[str, Any] = {"name": "D", "caps": {"daily": 5}, "subsequences": [ONE]}


def found(new: dict[str, Any], old: dict[str, Any] | None) -> list[tuple[str, Any, Any]]:
    made = [CampaignBlueprint.model_validate(one) if one is not None else None for one in (new, old)]
    assert made[0] is not None
    changes = differences(made[0], made[1], Names(), today=date(2026, 11, 28))
    return [(one.path, one.before, one.after) for one in changes]


def test_equal_versions_have_no_difference() -> None:
    assert found(BEFORE, BEFORE) == []


def test_a_line_and_the_condition_of_a_subsequence_are_differences() -> None:
    one = ONE | {"when": {"reply_contains": "price"}, "steps": [{"subject": "A", "body": "Hello"}]}
    assert found(BEFORE | {"subsequences": [one]}, BEFORE) == [
        ("subsequences[1].when.activity", ["clicked"], []),
        ("subsequences[1].when.reply_contains", "", "price"),
        ("subsequences[1].steps[1].variants[A].body[1]", "Hi", "Hello"),
    ]


def test_a_subsequence_that_comes_or_goes_is_named() -> None:
    none = {key: value for key, value in BEFORE.items() if key != "subsequences"}
    assert found(none, BEFORE) == [("subsequences[1].name", "Clicked", None)]
    assert found(BEFORE, none)[0] == ("subsequences[1].name", None, "Clicked")


def test_what_becomes_of_other_senders_is_a_difference() -> None:
    listed = {"addresses": ["a@example.com"]}
    new, old = BEFORE | {"senders": listed | {"others": "keep"}}, BEFORE | {"senders": listed}
    assert found(new, old) == [("senders.others", "remove", "keep")]


def test_what_is_not_named_any_more_is_a_difference() -> None:
    assert found(BEFORE | {"caps": {}}, BEFORE) == [("caps.daily", 5, "not named")]
