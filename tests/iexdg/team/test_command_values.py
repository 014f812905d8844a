"""What may stand on a command line: every command refuses what is empty, no number, or beyond its limits."""

from argparse import ArgumentTypeError
from collections.abc import Iterator

import pytest
from django.core.management import get_commands, load_command_class

from iexdg.team.command_values import number_of_row, seconds, whole_number
from iexdg.team.commands import PlainCommand

OURS = sorted(name for name, app in get_commands().items() if app.startswith(("iexdg", "campaigns", "leads")))
HUGE = "9" * 5000


def plain() -> Iterator[tuple[str, PlainCommand]]:
    for name in OURS:
        command = load_command_class(get_commands()[name], name)
        if isinstance(command, PlainCommand):
            yield name, command


def numeric() -> list[tuple[str, str]]:
    """(command, option or argument) of everything that is a number."""
    return [
        (name, (action.option_strings or [action.dest])[0])
        for name, command in plain()
        for action in command.create_parser("manage.py", name)._actions
        if callable(action.type) and action.dest not in ("verbosity", "to", "path")
    ]


def refused(name: str, *arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that a command prints; its exit code is 2 and nothing is on standard output."""
    command = load_command_class(get_commands()[name], name)
    with pytest.raises(SystemExit) as raised:
        command.create_parser("manage.py", name).parse_args(list(arguments))
    out, err = capsys.readouterr()
    assert (raised.value.code, out, err.count("\n")) == (2, "", 1)
    return err.strip()


def test_the_numbers_of_all_commands() -> None:
    assert numeric() == [
        ("automation", "automation"), ("automation", "--last"), ("block", "--timeout"),
        ("export_receipts", "import_id"), ("import_leads", "--header-line"), ("import_leads", "--canary"),
        ("import_leads", "--canary-hours"),
        ("import_leads", "--canary-sends"), ("maton", "--wait"), ("move_leads", "--canary"),
        ("move_leads", "--canary-hours"), ("move_leads", "--canary-sends"), ("replay", "entries"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", ["-3", "abc", "1.5.2", HUGE, "nan", "inf", "1e9", "1_0", "٣"])
@pytest.mark.parametrize(("name", "argument"), numeric())
def test_a_value_that_is_no_number_within_the_limits_is_refused_with_a_sentence(
    name: str, argument: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [f"{argument}={value}"] if argument.startswith("--") else [value, "--as", "olive@example.com"]
    if argument == "automation":
        given = ["test", *given]
    words = refused(name, *given, capsys=capsys)
    assert " is not a" in words
    assert words.endswith(f". See `manage.py {name} --help`.")
    assert len(words) < 200


@pytest.mark.parametrize("value", ["0", "-3"])
def test_no_one_is_no_canary(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = f"--canary: '{value}' is not a whole number from 1 to 1,000. See `manage.py import_leads --help`."
    assert refused("import_leads", "f.csv", "--campaign", "X", f"--canary={value}", capsys=capsys) == words


def test_lines_are_counted_from_1(capsys: pytest.CaptureFixture[str]) -> None:
    words = "--header-line: '0' is not a whole number from 1 to 99,999,999. See `manage.py import_leads --help`."
    assert refused("import_leads", "f.csv", "--campaign", "X", "--header-line", "0", capsys=capsys) == words


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["warmup", "disable", "", "--as", "olive@example.com"], "MAILBOX"),
        (["block", "add", " ", "--as", "olive@example.com"], "VALUE"),
        (["reply", "", "--text", "x", "--as", "olive@example.com"], "THREAD"),
        (["reply", "5", "--text", "", "--as", "olive@example.com"], "--text"),
        (["reply", "5", "--text=", "--as", "olive@example.com"], "--text"),
        (["move_leads", "--from", "", "--to", "X", "--as", "olive@example.com"], "--from"),
        (["move_leads", "--from", "X", "--to", "", "--as", "olive@example.com"], "--to"),
        (["analytics", "--campaign", ""], "--campaign"),
        (["pause", "X", "--as", ""], "--as"),
        (["campaign_pull", ""], "CAMPAIGN"),
        (["inbox", "--workspace", ""], "--workspace"),
    ],
)
def test_an_empty_value_is_refused_by_its_name(
    arguments: list[str], named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = arguments[0]
    expected = f"{named} is empty. Give it a value, or leave it out. See `manage.py {name} --help`."
    assert refused(name, *arguments[1:], capsys=capsys) == expected


def test_a_note_may_be_empty() -> None:
    parser = load_command_class("iexdg.golive", "request_go_live").create_parser("manage.py", "request_go_live")
    assert parser.parse_args(["X", "--note", "", "--as", "olive@example.com"]).note == ""


def test_what_is_within_the_limits_is_read() -> None:
    read = [whole_number(0, 720)("0"), whole_number(1, 10)("10"), number_of_row("7"), seconds(60)("1.5")]
    assert read == [0, 10, 7, 1.5]


@pytest.mark.parametrize(
    ("read", "text"),
    [(whole_number(1, 10), "11"), (number_of_row, "0"), (number_of_row, str(2**63)), (seconds(60), "61")],
)
def test_the_first_value_beyond_a_limit_is_refused(read: object, text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        read(text)  # type: ignore[operator]
