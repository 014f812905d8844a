"""Every option can be set by its name, and nothing else can."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from iexdg.sandbox.__main__ import _parser, options_of
from iexdg.sandbox.world.knobs import KNOBS, shown, with_values
from iexdg.sandbox.world.options import SandboxOptions

NO_KNOBS = {"clock", "sleep", "webhook_sender"}


def options(*arguments: str) -> SandboxOptions:
    return options_of(_parser().parse_args(["--port", "0", *arguments]))


def test_every_option_has_a_flag_and_says_what_it_does() -> None:
    assert set(KNOBS) == {field.name for field in fields(SandboxOptions)} - NO_KNOBS
    assert all(knob.text for knob in KNOBS.values())
    assert options() == SandboxOptions(webhook_delivery="network")  # a process of its own calls, a test does not
    help_text = _parser().format_help()
    assert [knob.flag for knob in KNOBS.values() if f"{knob.flag} " not in help_text] == []
    words = " ".join(help_text.split())
    for said in ("--autoflip LIST", "(usual: 3)", "(usual: 0.25)", "(usual: network)", "(usual: on)", "(usual: none)"):
        assert said in words


@pytest.mark.parametrize(
    ("flag", "text", "name", "value"),
    [
        ("--list-lag-s", "0", "list_lag_s", 0.0),
        ("--scopes", "campaigns:read,leads:all", "scopes", frozenset({"campaigns:read", "leads:all"})),
        ("--paid-plan", "off", "paid_plan", False),
        ("--verification-cost", "1", "verification_cost", 1.0),
        ("--bounce-protect-ratio", "0.018", "bounce_protect_ratio", 0.018),
        ("--autoflip", "2,3", "autoflip", frozenset({2, 3})),
        ("--autoflip", "off", "autoflip", frozenset()),
        ("--unknown-keys", "strip", "unknown_keys", "strip"),
        ("--edge", "named", "edge", "named"),
        ("--state", "kept.json", "state_file", Path("kept.json")),
    ],
)
def test_a_flag_sets_its_option(flag: str, text: str, name: str, value: Any) -> None:
    assert getattr(options(flag, text), name) == value


def test_a_file_sets_options_and_a_flag_counts_more(tmp_path: Path) -> None:
    file = tmp_path / "options.json"
    file.write_text('{"list-lag-s": 0, "autoflip": [2, 3], "paid_plan": false, "seed": 7}')
    found = options("--options", str(file), "--seed", "9")
    assert (found.list_lag_s, found.autoflip, found.paid_plan, found.seed) == (0.0, frozenset({2, 3}), False, 9)


def test_what_is_shown_sets_the_same_again() -> None:
    changed = with_values(SandboxOptions(), {"autoflip": "2", "state_file": "kept.json", "speed": 60})
    assert with_values(SandboxOptions(), shown(changed)) == changed


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], "object of names and values"),
        ({"colour": "red"}, "there is no option colour"),
        ({"clock": 5}, "there is no option clock"),
        ({"edge": "strict"}, "edge must be one of browser, named, off"),
        ({"edge": 5}, "edge must be text"),
        ({"limits": "maybe"}, "limits must be on or off"),
        ({"list_lag_s": -1}, "list_lag_s must be a number that is not negative"),
        ({"list_lag_s": True}, "list_lag_s must be a number"),
        ({"list_lag_s": "1e999"}, "list_lag_s must be a number"),
        ({"pending_polls": 1.5}, "pending_polls must be a whole number"),
        ({"autoflip": ["x"]}, "autoflip must be numbers"),
        ({"autoflip": [9]}, "autoflip must be campaign statuses"),
        ({"pending_share": 2}, "pending_share must not be more than 1"),
        ({"bounce_protect_ratio": 5}, "bounce_protect_ratio must not be more than 1"),
        ({"scopes": "campaigns:read,campaigns:write"}, "scopes must be as campaigns:read"),
        ({"scopes": "campaigns"}, "scopes must be as campaigns:read"),
        ({"speed": 1e18}, "speed must not be more than 1000000"),
    ],
)
def test_what_is_no_option_or_no_value_of_it_is_named(values: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        with_values(SandboxOptions(), values)


def test_what_is_fixed_cannot_change_while_it_runs() -> None:
    with pytest.raises(ValueError, match="seed is fixed once the sandbox runs"):
        with_values(SandboxOptions(), {"seed": 6}, is_running=True)
