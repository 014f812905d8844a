"""One reading of `sequences`: what is sent, and nothing raises whatever the vendor returns."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.copy import lint, preview
from campaigns.copy.sequence import Sequence, Step, Variant, read_sequence, variant_letter
from campaigns.copy.variables import needed_names
from campaigns.models import Campaign
from campaigns.sending.fingerprint import fingerprint, parts_of
from iexdg.golive.forecast import waits_of

ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANYTHING = st.recursive(ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))


def with_odd(fields: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Objects with these fields, any of which may be missing or anything else; or no object at all."""
    return st.fixed_dictionaries({}, optional={name: each | ANYTHING for name, each in fields.items()}) | ANYTHING


VARIANTS = with_odd({"subject": st.text(), "body": st.text(), "v_disabled": st.booleans()})
STEPS = with_odd(
    {
        "delay": st.integers() | st.floats(),
        "delay_unit": st.sampled_from(["days", "hours", "minutes"]),
        "variants": st.lists(VARIANTS, max_size=3),
    }
)
SEQUENCES = st.lists(with_odd({"steps": st.lists(STEPS, max_size=3)}), max_size=2) | ANYTHING


def test_it_reads_the_steps_of_the_first_sequence_and_their_variants() -> None:
    raw = [
        {
            "steps": [
                {
                    "delay": 3,
                    "variants": [{"subject": "Hi", "body": "<div>A</div>"}, {"body": "B", "v_disabled": True}],
                },
                {"delay": 36, "delay_unit": "hours", "variants": []},
            ]
        },
        {"steps": [{"delay": 9, "variants": [{"subject": "never sent"}]}]},
    ]
    live, off = Variant(0, "Hi", "<div>A</div>", True), Variant(1, "", "B", False)
    read = read_sequence(raw)
    assert read == Sequence((Step(1, 3, "days", (live, off)), Step(2, 36, "hours", ())))
    assert read.live_variants == read.steps[0].live_variants == (live,)
    assert [(step.delay, step.unit) for step in read.steps] == [(3.0, "days"), (36.0, "hours")]
    assert (live.letter, off.letter, variant_letter(25), variant_letter(26)) == ("A", "B", "Z", "27")


def test_a_step_or_variant_is_found_by_its_number_or_place() -> None:
    read = read_sequence([{"steps": [{"variants": [{"subject": "a"}, {"subject": "b", "v_disabled": True}]}]}])
    step = read.step(1)
    assert step is not None
    assert (read.step(0), read.step(2), read.step(-1)) == (None, None, None)
    found = step.live_variant(0)
    assert (found.subject if found else None, step.live_variant(1), step.live_variant(-1)) == ("a", None, None)


def test_only_true_switches_a_variant_off() -> None:
    listed: list[Any] = [{"v_disabled": said} for said in (True, False, None, "true", 1)] + [{}]
    (step,) = read_sequence([{"steps": [{"variants": listed}]}]).steps
    assert [variant.is_live for variant in step.variants] == [False, True, True, True, True, True]


@pytest.mark.parametrize(
    "raw",
    [None, "steps", 7, {}, {"steps": []}, [], [None], ["x"], [[]], [{}], [{"steps": None}], [{"steps": {"a": 1}}]],
)
def test_what_is_not_a_sequence_has_no_steps(raw: object) -> None:
    assert read_sequence(raw) == Sequence()


def test_a_malformed_step_is_left_out_and_a_malformed_variant_keeps_its_place() -> None:
    raw = [{"steps": ["x", None, {"delay": "soon", "variants": ["x", {"subject": 7, "body": None}]}, {"variants": 5}]}]
    first, second = read_sequence(raw).steps
    assert (first.number, first.delay, first.variants) == (1, None, (Variant(1, "7", "", True),))
    assert (second.number, second.delay, second.variants) == (2, None, ())


@pytest.mark.parametrize("delay", [None, "3", True, float("nan"), float("inf"), 10**400, [3]])
def test_a_delay_that_is_not_a_number_is_unknown(delay: object) -> None:
    (step, _) = read_sequence([{"steps": [{"delay": delay}, {}]}]).steps
    assert step.delay is None
    assert preview([{"steps": [{"delay": delay}, {}]}])[1].wait == "after an unknown wait"
    assert waits_of([{"steps": [{"delay": delay}, {}]}]) == (0,)


@given(SEQUENCES)
def test_nothing_raises_whatever_the_vendor_returns(raw: Any) -> None:
    read = read_sequence(raw)
    assert all(isinstance(one.subject, str) and isinstance(one.body, str) for one in read.live_variants)
    assert len(preview(raw)) == len(read.steps)
    assert lint(raw) or read.steps
    assert set(needed_names(raw)) == set(needed_names([{"steps": [{"variants": _live_only(read)}]}]))
    assert all(0 <= days <= 3650 for days in waits_of(raw))
    assert len(fingerprint(parts_of(Campaign(sequences=raw)))) == 64


def _live_only(read: Sequence) -> list[dict[str, str]]:
    return [{"subject": one.subject, "body": one.body} for one in read.live_variants]
