"""How parts are read, compared and put into words: every difference, at every place."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Campaign
from campaigns.sending.fingerprint import Difference, differences, fingerprint, parts_of

LETTERS = string.ascii_lowercase


def variant(subject: str = "Hi", body: str = "Text", *, off: bool = False) -> dict[str, Any]:
    return {"subject": subject, "body": body, "off": off}


def step(*variants: dict[str, Any], delay: object = 3, unit: str | None = "days") -> dict[str, Any]:
    return {"delay": delay, "delay_unit": unit, "variants": list(variants)}


def copy(*steps: dict[str, Any]) -> dict[str, Any]:
    return {"copy": list(steps)}


def found(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [tuple(one) for one in differences(old, new)]


# -- steps and variants ------------------------------------------------------------------------------

A, B = variant("A"), variant("B")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (copy(), copy(step(A)), [("step 1", "absent", "added")]),
        (copy(step(A)), copy(step(A), step(A)), [("step 2", "absent", "added")]),
        (copy(step(A), step(A)), copy(step(A)), [("step 2", "present", "removed")]),
        (
            copy(step(A), step(A)),
            copy(),
            [("step 1", "present", "removed"), ("step 2", "present", "removed")],
        ),
        (copy(step(A)), copy(step(A, B)), [("step 1 variant B", "absent", "added")]),
        (copy(step()), copy(step(A)), [("step 1 variant A", "absent", "added")]),
        (copy(step(A, B)), copy(step(A)), [("step 1 variant B", "present", "removed")]),
        (copy(step(A)), copy(step()), [("step 1 variant A", "present", "removed")]),
        (copy(step(A), step(A)), copy(step(A), step(B)), [("step 2 variant A, subject", "A", "B")]),
        (copy(step(A, A)), copy(step(A, B)), [("step 1 variant B, subject", "A", "B")]),
        (copy(step(A)), copy(step(variant(""))), [("step 1 variant A, subject", "A", "(none)")]),
        (copy(step(variant(""))), copy(step(A)), [("step 1 variant A, subject", "(none)", "A")]),
        (copy(step(A)), copy(step(variant("A", ""))), [("step 1 variant A, body", "Text", "(empty)")]),
        (copy(step(A)), copy(step(variant("A", off=True))), [("step 1 variant A", "on", "off")]),
        (copy(step(variant("A", off=True))), copy(step(A)), [("step 1 variant A", "off", "on")]),
        (copy(step(A, delay=1)), copy(step(A, delay=2)), [("wait after step 1", "1 day", "2 days")]),
        (copy(step(A)), copy(step(A, unit="hours")), [("wait after step 1", "3 days", "3 hours")]),
        (copy(step(A), step(A)), copy(step(A), step(A, delay=9)), [("wait after step 2", "3 days", "9 days")]),
        (copy(step(A)), copy(step(A)), []),
    ],
)
def test_every_change_of_the_copy_is_named_at_its_place(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert found(old, new) == expected


def test_a_wait_without_a_unit_is_in_days() -> None:
    """Parts that were signed off before units were kept."""
    assert found(copy(step(A, unit=None)), copy(step(A, unit="hours")))[0] == ("wait after step 1", "3 days", "3 hours")


def test_parts_that_are_missing_are_empty() -> None:
    assert found({}, {}) == []
    assert found({"copy": None, "schedule": None, "flags": None}, {"copy": [], "schedule": {}, "flags": {}}) == [
        ("something", "as approved", "not as approved")
    ]
    bare = {"delay": 3, "delay_unit": "days"}
    assert found(copy(bare), copy(step(A))) == [("step 1 variant A", "absent", "added")]
    assert found(copy(step(A)), copy(bare)) == [("step 1 variant A", "present", "removed")]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("old", "new", "old", "new"),
        ("aa", "aab", "aa", "aab"),
        ("aab", "aa", "aab", "aa"),
        # 20 characters before the first change, 60 in all.
        ("a" * 20 + "x", "a" * 20 + "y", "a" * 20 + "x", "a" * 20 + "y"),
        ("a" * 21 + "x", "a" * 21 + "y", "…" + "a" * 20 + "x", "…" + "a" * 20 + "y"),
        ("x" + "b" * 59, "y" + "b" * 60, "x" + "b" * 59, "y" + "b" * 59 + "…"),
        ("a" * 30 + "x" + "b" * 99, "a" * 30, "…" + "a" * 20 + "x" + "b" * 39 + "…", "…" + "a" * 20),
    ],
)
def test_a_body_is_shown_around_its_first_change(old: str, new: str, before: str, after: str) -> None:
    assert found(copy(step(variant(body=old))), copy(step(variant(body=new)))) == [
        ("step 1 variant A, body", before, after)
    ]


# -- the schedule ------------------------------------------------------------------------------------


def office(**changes: Any) -> dict[str, Any]:
    entry = {"timing": {"from": "09:00", "to": "17:00"}, "days": {"1": True}, "timezone": "America/Detroit"}
    return {"schedules": [{**entry, **changes}], "start_date": None, "end_date": None}


def schedule(raw: dict[str, Any]) -> dict[str, Any]:
    return parts_of(Campaign(name="05A", schedule=raw))["schedule"]


def test_a_schedule_is_compared_in_words_where_words_say_it() -> None:
    assert found({"schedule": office()}, {"schedule": office(days={"2": True})}) == [
        ("sending hours", "Mon 09:00–17:00 America/Detroit", "Tue 09:00–17:00 America/Detroit")
    ]


@pytest.mark.parametrize(
    "changes",
    [
        # Nothing of it can be read, or the words are the same.
        {"days": {}},
        {"timezone": "Nowhere/Land"},
        {"timing": {"from": "09:00", "to": "17:00", "until": "18:00"}},
    ],
)
def test_a_schedule_that_words_cannot_tell_apart_is_shown_as_it_came(changes: dict[str, Any]) -> None:
    ((what, before, after),) = found({"schedule": office()}, {"schedule": office(**changes)})
    assert what == "sending hours"
    assert before.startswith('[{"timing"')
    assert after.startswith('[{"timing"')
    assert before != after


def test_the_first_and_the_last_day_are_compared() -> None:
    dated = {**office(), "start_date": "2026-11-23", "end_date": "2026-12-24"}
    assert found({"schedule": office()}, {"schedule": dated}) == [
        ("first day", "none", "2026-11-23"),
        ("last day", "none", "2026-12-24"),
    ]
    assert found({"schedule": dated}, {"schedule": office()}) == [
        ("first day", "2026-11-23", "none"),
        ("last day", "2026-12-24", "none"),
    ]


@pytest.mark.parametrize("day", [str(day) for day in range(7)])
def test_every_day_of_the_week_is_bound_and_only_true_switches_it_on(day: str) -> None:
    assert schedule(office(days={day: True}))["schedules"][0]["days"] == {day: True}
    for value in (False, None, "true", 1):
        assert schedule(office(days={day: value}))["schedules"][0]["days"] == {}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, []),
        ({"schedules": None}, []),
        ({"schedules": "always"}, []),
        ({"schedules": ["always", None]}, []),
        ({"schedules": [{}]}, [{"timing": {}, "days": {}, "timezone": None}]),
        ({"schedules": [{"days": None, "timing": None}]}, [{"timing": {}, "days": {}, "timezone": None}]),
        ({"schedules": [{"days": {"7": True}}]}, [{"timing": {}, "days": {}, "timezone": None}]),
    ],
)
def test_a_malformed_schedule_is_bound_as_far_as_it_goes(raw: dict[str, Any], expected: list[Any]) -> None:
    assert schedule(raw) == {"start_date": None, "end_date": None, "schedules": expected}


def test_the_days_of_a_campaign_are_bound_and_no_day_is_none() -> None:
    dated = schedule({**office(), "start_date": "2026-11-23", "end_date": ""})
    assert (dated["start_date"], dated["end_date"]) == ("2026-11-23", None)
    dated = schedule({**office(), "start_date": "", "end_date": "2026-12-24"})
    assert (dated["start_date"], dated["end_date"]) == (None, "2026-12-24")


# -- senders, caps, flags ----------------------------------------------------------------------------


def test_senders_are_listed_one_by_one() -> None:
    old, new = {"senders": ["a@example.com", "b@example.com"]}, {"senders": ["b@example.com", "c@example.com"]}
    assert found(old, new) == [("sender", "a@example.com", "removed"), ("sender", "absent", "c@example.com")]


def test_senders_are_one_set_however_they_are_spelled() -> None:
    one = Campaign(senders=[" B@example.com", "a@example.com", "b@example.com"])
    assert parts_of(one)["senders"] == ["a@example.com", "b@example.com"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("daily_limit", "daily cap"),
        ("daily_max_leads", "new leads a day"),
        ("email_gap", "minutes between e-mails"),
        ("random_wait_max", "random extra minutes"),
    ],
)
def test_every_cap_is_compared(name: str, words: str) -> None:
    assert found({"caps": {name: 1}}, {"caps": {name: 2}}) == [(words, "1", "2")]
    assert found({"caps": {}}, {"caps": {name: 2}}) == [(words, "not set", "2")]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (["a", "b"], "a, b"),
        ({"mode": "custom", "daily_limit": 3}, "mode: custom, daily_limit: 3"),
        ([{"action": "send", "recipient_esp": ["google", "other"]}], "action: send, recipient_esp: google, other"),
        ({"all": True}, "all: on"),
        ({"all": False}, "all: off"),
        ({"all": None}, "all: not set"),
    ],
)
def test_whatever_is_set_is_put_into_words(value: Any, words: str) -> None:
    assert found({}, {"seldom": {"auto_variant_select": value}}) == [("variant chosen by", "not set", words)]


def test_names_are_one_set_and_rules_are_an_order() -> None:
    def of(**flags: Any) -> Any:
        return parts_of(Campaign(flags=flags)).get("seldom")

    assert of(cc_list=["b", "a"]) == {"cc_list": ["a", "b"]}
    assert of(provider_routing_rules=[{"b": 1}, {"a": 1}]) == {"provider_routing_rules": [{"b": 1}, {"a": 1}]}
    assert of(provider_routing_rules=["b", {"a": 1}]) == {"provider_routing_rules": ["b", {"a": 1}]}
    assert of(auto_variant_select={"trigger": "x"}) == {"auto_variant_select": {"trigger": "x"}}
    assert of(limit_emails_per_company_override="ba") == {"limit_emails_per_company_override": "ba"}
    assert of(cc_list=[]) is of(cc_list=None) is of() is None


@pytest.mark.parametrize("value", [None, False, "true", 1, 0])
def test_a_flag_that_is_not_true_is_off(value: Any) -> None:
    assert parts_of(Campaign(flags={"stop_on_reply": value}))["flags"]["stop_on_reply"] is False


# -- the whole ---------------------------------------------------------------------------------------


def test_the_fingerprint_is_the_same_in_every_process_and_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"b": 1, "a": "ä"}) == fingerprint({"a": "ä", "b": 1})
    assert fingerprint({"a": "ä", "b": 1}) == "78892fb919682f85e08161f2cd8e0e904520a093cd75421077a1c865e59e90c6"
    assert fingerprint({}) != fingerprint({"a": None})


def test_a_difference_that_has_no_name_is_a_difference_all_the_same() -> None:
    assert differences({}, {"flags": {"of_tomorrow": True}}) == [
        Difference("something", "as approved", "not as approved")
    ]
    # What has a name needs no such words.
    assert len(differences({}, {"flags": {"of_tomorrow": True, "is_evergreen": True}})) == 1


VARIANTS = st.fixed_dictionaries({"subject": st.sampled_from(["", "A"]), "body": st.text(LETTERS, max_size=3)})
STEPS = st.fixed_dictionaries(
    {"delay": st.integers(1, 2), "variants": st.lists(VARIANTS, max_size=2)},
    optional={"delay_unit": st.sampled_from(["days", "hours"])},
)
CAMPAIGNS = st.builds(
    lambda steps, days, senders, limit, flags: Campaign(
        sequences=[{"steps": steps}],
        schedule=office(days=dict.fromkeys(days, True)),
        senders=senders,
        daily_limit=limit,
        flags=flags,
    ),
    st.lists(STEPS, max_size=2),
    st.sets(st.sampled_from("0123456")),
    st.lists(st.sampled_from(["a@example.com", "b@example.com"]), max_size=2),
    st.sampled_from([None, 20]),
    st.dictionaries(st.sampled_from(["stop_on_reply", "text_only", "cc_list"]), st.sampled_from([None, True])),
)


@given(CAMPAIGNS, CAMPAIGNS)
def test_there_is_a_difference_exactly_where_the_fingerprints_differ(one: Campaign, other: Campaign) -> None:
    old, new = parts_of(one), parts_of(other)
    assert (differences(old, new) == []) == (fingerprint(old) == fingerprint(new))
    assert differences(old, old) == []
    assert len(differences(old, new)) == len(differences(new, old))
