"""The base of the commands."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, ClassVar

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from iexdg.team.commands import Outcome, PlainCommand, acting_member
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from iexdg.team.roles import Action


class OddError(Exception):
    pass


class Command(PlainCommand):
    expected: ClassVar[tuple[type[Exception], ...]] = (OddError,)
    outcome: Outcome | BaseException = Outcome({}, "")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int)

    def work(self, **options: Any) -> Outcome:
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome


def run(outcome: Outcome | BaseException, *, as_json: bool = False) -> str:
    out = StringIO()
    command = Command(stdout=out)
    command.outcome = outcome
    command.handle(json=as_json, number=1)
    return out.getvalue()


def test_json_is_one_object_and_nothing_else() -> None:
    facts = {"at": datetime(2026, 11, 22, tzinfo=UTC), "credits": Decimal("902.50"), "none": None}
    text = run(Outcome(facts, "words for people"), as_json=True)
    assert json.loads(text) == {"at": "2026-11-22T00:00:00+00:00", "credits": 902.5, "none": None}
    assert "words" not in text


def test_a_failure_without_facts_prints_no_empty_object() -> None:
    out = StringIO()
    command = Command(stdout=out)
    command.outcome = Outcome({}, "", "The last day is before the first one.")
    with pytest.raises(CommandError):
        command.handle(json=True, number=1)
    assert out.getvalue() == ""


def test_people_get_words() -> None:
    assert run(Outcome({"a": 1}, "Done.")) == "Done.\n"


def test_ctrl_c_is_one_line_and_the_exit_code_that_a_shell_expects() -> None:
    with pytest.raises(CommandError) as raised:
        run(KeyboardInterrupt())
    assert raised.value.returncode == 130
    assert str(raised.value) == "Stopped waiting here. What was started continues; see the dashboard."


@pytest.mark.parametrize("error", [OddError("what\nand what next"), OperationalError("no such table:\n x")])
def test_what_is_expected_becomes_one_line(error: Exception) -> None:
    with pytest.raises(CommandError) as raised:
        run(error)
    assert "\n" not in str(raised.value)


def test_what_is_not_expected_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        run(ZeroDivisionError())


def test_a_failure_prints_its_object_first() -> None:
    out = StringIO()
    command = Command(stdout=out)
    command.outcome = Outcome({"ok": False}, "", "It did not work.")
    with pytest.raises(CommandError, match="It did not work"):
        command.handle(json=True)
    assert json.loads(out.getvalue()) == {"ok": False}


def test_a_wrong_argument_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "try", "many"])
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "Number: invalid int value: 'many'. See `manage.py try --help`."


def test_the_member_acts_with_their_own_role(member: Callable[..., Member]) -> None:
    viewer = member("viewer")
    assert acting_member({"acting": viewer.email}, Action.PAUSE) == viewer
    with pytest.raises(NotAllowedError):
        acting_member({"acting": viewer.email}, Action.IMPORT)


class Several(PlainCommand):
    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb")
        parser.add_argument("rest", nargs=self.rest)

    rest = "?"


@pytest.mark.parametrize("order", [["check", "one", "--json"], ["check", "--json", "one"], ["--json", "check", "one"]])
@pytest.mark.parametrize("rest", ["?", "*", "+"])
def test_options_stand_before_between_or_after_the_arguments(order: list[str], rest: str) -> None:
    command = Several()
    command.rest = rest
    options = command.create_parser("manage.py", "several").parse_args(order)
    assert (options.verb, options.json) == ("check", True)
    assert options.rest in ("one", ["one"])


def test_arguments_on_both_sides_of_an_option_are_all_taken() -> None:
    command = Several()
    command.rest = "+"
    options = command.create_parser("manage.py", "several").parse_args(["check", "one", "--json", "two"])
    assert options.rest == ["one", "two"]
