"""The base of our commands: errors in one line, `--json` as one object, `--as` as a member, `--workspace` names one."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.keyfile import KeyFileError
from iexdg.team.command_values import empty_argument
from iexdg.team.current import connected_slugs, in_workspace
from iexdg.team.errors import TeamError, UnknownWorkspaceError
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.queries import active_member
from iexdg.team.roles import Action


@dataclass(frozen=True)
class Outcome:
    """The result of a command: one object for --json, words for people, why it failed, and the exit code then."""

    facts: dict[str, Any]
    words: str
    failure: str = ""
    failure_code: int = 1


class PlainCommand(BaseCommand):
    """Runs `work` and prints its outcome. Exit code 0 only for success, never a traceback for what is expected.

    Subclasses name the root errors of the apps they use in `expected` and override `arguments` and `work`.
    """

    expected: ClassVar[tuple[type[Exception], ...]] = ()
    requires_system_checks = ()
    _always_expected: ClassVar[tuple[type[Exception], ...]] = (TeamError, ClientError, KeyFileError)

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Create a parser whose errors are one line too, and which takes options anywhere among the arguments."""
        parser = super().create_parser(prog_name, subcommand, **kwargs)

        def one_line(message: str) -> NoReturn:
            words = _one_line(message).removeprefix("argument ")
            parser.exit(2, f"{words[:1].upper()}{words[1:]}. See `manage.py {subcommand} --help`.\n")

        def parse(args: Sequence[str] | None = None, namespace: Namespace | None = None) -> Namespace:
            if name := empty_argument(parser, args or []):
                one_line(f"{name} is empty. Give it a value, or leave it out")
            # Otherwise `check --json ID` refuses the ID: an optional argument is filled, or left out, with the first.
            return parser.parse_intermixed_args(args, namespace)

        parser.error = one_line  # type: ignore[method-assign]
        parser.parse_args = parse  # type: ignore[method-assign,assignment]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what all commands share, then the command's own."""
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument(
            "--workspace", metavar="SLUG", help="the workspace meant, where several are connected; without it the first"
        )
        self.arguments(parser)

    def arguments(self, parser: ArgumentParser) -> None:
        """Add the command's own arguments."""

    def work(self, **options: Any) -> Outcome:
        """Run the command and return its outcome."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, print, and turn what can go wrong into one line.

        Raises: CommandError - it failed; the line says why and what to do next.
        """
        try:
            with in_workspace(_connected_slug(options.pop("workspace", None))):
                outcome = self.work(**options)
        except (*self._always_expected, *self.expected) as error:
            raise CommandError(_one_line(str(error))) from None
        except KeyboardInterrupt:
            # 130 is what a shell expects of a program that Ctrl-C ended.
            words = "Stopped waiting here. What was started continues; see the dashboard."
            raise CommandError(words, returncode=130) from None
        except DatabaseError as error:
            reason = _one_line(str(error))
            raise CommandError(f"The database cannot be used: {reason}. Run `make up`, then try again.") from None
        if options["json"] and (outcome.facts or not outcome.failure):
            self.stdout.write(json.dumps(outcome.facts, default=_plain))
        elif outcome.words:
            self.stdout.write(outcome.words)
        if outcome.failure:
            raise CommandError(_one_line(outcome.failure), returncode=outcome.failure_code)


def _connected_slug(slug: str | None) -> str | None:
    """Check the slug that was given.

    Raises: UnknownWorkspaceError - no connected workspace has it.
    """
    if slug is not None and slug not in (known := connected_slugs()):
        raise UnknownWorkspaceError(slug, known)
    return slug


def add_member_argument(parser: ArgumentParser, *, required: bool = True) -> None:
    """Add `--as EMAIL`, the member on whose behalf the command acts."""
    parser.add_argument("--as", dest="acting", metavar="EMAIL", required=required, help="member who does it")


def acting_member(options: dict[str, Any], action: Action) -> Member:
    """Return the member named by `--as` if their role allows the action.

    Raises: UnknownMemberError, NotAllowedError - nothing was changed.
    """
    member = active_member(options["acting"])
    require(member, action)
    return member


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip() if text else "It did not work"


def _plain(value: object) -> object:
    # A moment is a date too.
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
