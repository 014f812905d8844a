"""A file is read strictly, and every problem has its line and column."""

import json
import sys
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from iexdg.blueprints import document
from iexdg.blueprints.errors import InvalidBlueprintError
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.schema import json_schema

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = (ROOT / "examples" / "campaign05.yaml").read_text(encoding="utf-8")


def problems(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(InvalidBlueprintError) as refused:
        parse(text)
    return [(one.line, one.column, one.message) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("campaigns: [", (1, 13, "This is no YAML: while parsing a flow node expected the node content")),
        ("", (1, 1, "A blueprint begins with `campaigns:`")),
        ("campaigns: 5", (1, 12, "Write a list")),
        ("campaigns: []", (1, 12, "Write at least 1 entry")),
        ("campaigns:\n  - caps: {daily: 1}", (2, 5, "This is missing")),
        ("campaigns:\n  - name: 5", (2, 11, "Write text here")),
        ("campaigns:\n  - nam: x\n    name: x", (2, 10, "nam is not known here; did you mean name?")),
        ("campaigns:\n  - name: x\n    name: y", (3, 5, "The key name is there twice")),
        ("campaigns:\n  - name: !!python/name:os.system x", (2, 11, "The tag tag:yaml.org,2002:python/name:os")),
        ("campaigns:\n  - name: x\n    caps: {daily: many}", (3, 19, "Write a number")),
        ("campaigns:\n  - name: x\n    flags: {stop_on_reply: yes}", (3, 28, "Write true or false")),
        (
            "campaigns:\n  - name: x\n    schedule: {hours: 9-17}",
            (3, 23, "Write from and to with four digits each, such as 09:00-17:00"),
        ),
        ("campaigns:\n  - name: ''", (2, 11, "Write at least 1 character")),
        ("campaigns:\n  - name: x\n    id: abc", (3, 9, "Write Instantly's id: 36 letters, digits and dashes")),
        ("campaigns:\n  - name: x\n    caps: {daily: -1}", (3, 19, "Write a number of at least 0")),
        ("campaigns:\n  - name: x\n    caps: {daily: 9999999}", (3, 19, "Write a number of at most 1,000,000")),
        ("campaigns:\n  - name: x\n    cc: [ada]", (3, 10, "Write an e-mail address, such as ada@example.com")),
        ("campaigns:\n  - name: x\n    variables: [a b]", (3, 17, "Write letters, digits and _ alone")),
        ("campaigns:\n  - name: x\n    senders: ada@example.com", (3, 14, "Write a list of addresses, such as")),
        ("campaigns:\n  - name: x\n    schedule: {start: 2027-02-30}", (3, 23, "This is no date")),
        ("campaigns:\n  - name: x\n    schedule: {days: [mo]}", (3, 23, "Write one of 'mon'")),
        ("campaigns:\n  - name: x\n    schedule:", (3, 14, "`schedule` is empty")),
        ("campaigns:\n  - name: x\n    steps:\n      - wait_after: 3 weeks", (4, 21, "Write a number and minutes")),
        ("campaigns:\n  - name: x\n    steps:\n      - {body: a, html: b}", (4, 16, "Give `body` or `html`, not both")),
        (
            "campaigns:\n  - name: x\n    steps:\n      - subject: a\n        variants: [{body: b}]",
            (5, 19, "With `variants`, `subject` belongs to each of them"),
        ),
        ("campaigns:\n  - name: '  '", (2, 11, "Write a name that is not only spaces")),
        ("campaigns:\n  - name: x\n    schedule: {end: 2027-W01-1}", (3, 21, "This is no date")),
        ("campaigns:\n  - name: x\n    schedule: {end: '20270131'}", (3, 21, "This is no date")),
        ("campaigns:\n  - name: x\n    steps: [{wait_after: 1000001 days}]", (3, 26, "Write at most 1,000,000")),
        ("campaigns:\n  - name: x\n    steps: [{wait_after: ٣ days}]", (3, 26, "Write a number and minutes")),
        ("campaigns: !!python/object/apply:os.system ['id']", (1, 12, "The tag tag:yaml.org,2002:python/object")),
        ("campaigns:\n  - name: x\n    senders: !!set {a}", (3, 14, "The tag tag:yaml.org,2002:set is not used")),
        ("campaigns:\n  - name: {{firstName}}", (2, 12, "A key has to be a word; put text that begins with {{")),
        (
            "campaigns:\n  - name: {% if x %}",
            (
                2,
                12,
                "This is no YAML: while scanning for the next token found character '%' that cannot start any token; "
                "put text that begins with",
            ),
        ),
        ("campaigns:\n  - name: a\u2028b", (2, 12, "The line break U+2028 cannot be used here")),
        ("campaigns:\n  - name: x\n  - name: X", (3, 11, "Another campaign of the file is X too")),
        ("campaigns:\n  - name: x\n    senders: [a@example.com, nobody]", (3, 30, "Write an e-mail address, such as")),
    ],
)
def test_a_problem_is_reported_where_it_stands(text: str, expected: tuple[int, int, str]) -> None:
    line, column, message = problems(text)[0]
    assert (line, column) == expected[:2]
    assert message.startswith(expected[2])


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    text = "defaults:\n  shedule: {}\ncampaigns:\n  - name: 5\n    caps: {daily: x}\n"
    assert [line for line, _, _ in problems(text)] == [2, 4, 5]


def test_aliases_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_VALUES", 500)
    levels = ["x-a: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    levels += [f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 6)]
    assert problems("\n".join(levels))[0][2].startswith("The file holds too much")
    assert problems("x-a: &a [*a]")[0][2].startswith("The file holds too much")


@pytest.mark.parametrize(
    "text",
    [
        "x-a: " + "[" * 5000,
        "x-a:\n" + "".join(" " * depth + "a:\n" for depth in range(1, 1500)),
        "x-a: [" + "a," * 1000 + "]",
        "x-a: &a\n  <<: *a",
        "x-a: &a {b: 1}\nx-b: &b {<<: [*a, *a, *a, *a]}\nx-c: &c {<<: [*b, *b, *b, *b, *b]}\nx-d: {<<: ["
        + "*c, " * 40
        + "*c]}",
    ],
)
def test_what_is_too_deep_or_too_much_is_said_in_a_sentence(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MOST_VALUES", 500)
    ((_, _, message),) = problems(text)
    assert message == "The file holds too much, or is nested too deeply: look at its aliases"


def test_what_is_too_much_is_refused_where_it_stands_before_all_of_it_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document, "MOST_VALUES", 500)
    # The mapping, its key and the list are three of them.
    assert [place[:2] for place in problems("x-a: [" + "a," * 1000 + "]")] == [(1, 7 + 2 * 497)]


def test_of_several_that_are_merged_the_first_wins_and_what_stands_in_the_mapping_wins_over_all() -> None:
    text = """x-one: &one {daily: 1, gap_minutes: 1}
x-two: &two
  <<: *one
  daily: 2
  random_minutes: 2
campaigns:
  - name: One
    caps: {<<: [*two, *one], random_minutes: 3}
"""
    (one,) = parse(text).campaigns
    caps = one.content.caps
    assert caps is not None
    assert (caps.daily, caps.gap_minutes, caps.random_minutes) == (2, 1, 3)
    assert [one.line("caps", name) for name in ("daily", "gap_minutes", "random_minutes")] == [4, 1, 8]


def test_what_is_done_for_each_campaign_does_not_grow_with_their_number() -> None:
    base = "x-base: &base\n  caps: {daily: 1}\n  steps: [{subject: a, body: b}]\ncampaigns:\n"

    def calls(number: int) -> int:
        lines = (f"  - {{<<: *base, name: c{place}, caps: {{daily: 2}}}}\n" for place in range(number))
        text, counted = base + "".join(lines), Counter[str]()
        sys.setprofile(lambda _frame, event, _argument: counted.update([event]))
        try:
            found = parse(text).campaigns
        finally:
            sys.setprofile(None)
        assert len(found) == number
        return counted["call"]

    assert calls(400) < 9 * calls(50)


def test_defaults_and_anchors_fill_a_campaign_and_keep_their_lines() -> None:
    text = """x-hours: &hours {zone: America/Chicago, hours: 08:00-12:00}
defaults:
  schedule: {days: weekdays}
  caps: {daily: 20, gap_minutes: 9}
campaigns:
  - name: One
    schedule:
      <<: *hours
      hours: 09:00-17:00
    caps: {daily: 5}
"""
    (one,) = parse(text).campaigns
    schedule, caps = one.content.schedule, one.content.caps
    assert schedule is not None
    assert caps is not None
    (window,) = schedule.all_windows
    assert (window.zone, window.hours, window.days) == (
        "America/Chicago",
        "09:00-17:00",
        ["mon", "tue", "wed", "thu", "fri"],
    )
    assert (caps.daily, caps.gap_minutes) == (5, 9)
    lines = [one.line("schedule", name) for name in ("zone", "hours", "days")]
    assert (lines, one.line("caps", "daily"), one.line("caps", "gap_minutes")) == ([1, 9, 3], 10, 4)


def test_the_published_schema_is_that_of_the_code_and_takes_the_example() -> None:
    published = json.loads((ROOT / "docs" / "blueprint.schema.json").read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(json_schema()))
    jsonschema.Draft202012Validator.check_schema(published)
    example = yaml.load(EXAMPLE, Loader=yaml.SafeLoader)
    jsonschema.validate(example, published)
    broken = example | {"campaigns": [{"name": "x", "capz": {}}]}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, published)


def test_the_example_holds_three_voices_with_the_link_on_every_step() -> None:
    campaigns = parse(EXAMPLE).campaigns
    assert [one.content.name for one in campaigns] == ["05A Executive-Peer", "05B Partnerships", "05C Practitioner"]
    bodies = [step.body for one in campaigns for step in one.content.steps or ()]
    assert len(bodies) == 9
    assert all("[pick a time](https://example.com/clarity)." in (body or "") for body in bodies)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("campaigns:\n  - name: a\x00b\n", (2, 12, "The control character U+0000 cannot be used here")),
        ("campaigns:\n  - name: RV \x07bell\n", (2, 14, "The control character U+0007 cannot be used here")),
        ('campaigns:\n  - name: "RV \\a \\0"\n', (2, 11, "The control character U+0007 cannot be used here")),
        (
            'campaigns:\n  - name: x\n    steps:\n      - subject: "a\\0b"\n        body: y\n',
            (4, 18, "The control character U+0000 cannot be used here"),
        ),
    ],
)
def test_a_control_character_is_a_problem_at_its_place(text: str, found: tuple[int, int, str]) -> None:
    assert problems(text) == [found]
