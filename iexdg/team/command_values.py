"""What may stand on a command line: whole numbers and seconds within limits, and nothing that is empty."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Sequence
from itertools import pairwise

# The greatest id that a database can hold.
MOST_ID = 2**63 - 1
# Free texts, which a script may leave empty; and a filter, whose own sentence says that nothing was moved.
_MAY_BE_EMPTY = frozenset({"--note", "--why", "--reason", "--filter"})
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """The type of an option that is a whole number from `least` to `most`; anything else is refused with a sentence."""

    def read(text: str) -> int:
        number = int(text) if _WHOLE.fullmatch(text.strip()) else None
        if number is None or not least <= number <= most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a whole number from {least:,} to {most:,}")
        return number

    return read


def number_of_row(text: str) -> int:
    """The type of an argument that is the id of a row."""
    number = int(text) if _WHOLE.fullmatch(text.strip()) else 0
    if not 0 < number <= MOST_ID:
        raise ArgumentTypeError(f"{text[:40]!r} is not an id: a whole number from 1")
    return number


def seconds(most: int) -> Callable[[str], float]:
    """The type of an option that is a time in seconds from 0 to `most`."""

    def read(text: str) -> float:
        value = float(text) if _SECONDS.fullmatch(text.strip()) else None
        if value is None or value > most:
            raise ArgumentTypeError(f"{text[:40]!r} is not a number of seconds from 0 to {most:,}")
        return value

    return read


def empty_argument(parser: ArgumentParser, arguments: Sequence[str]) -> str:
    """The name of the first argument that was given empty; "" where there is none."""
    positional = [action.metavar or action.dest for action in parser._get_positional_actions()]
    for before, given in pairwise(["", *arguments]):
        option, equals, value = given.partition("=") if given.startswith("--") else (before, "=", given)
        if equals and not value.strip() and option not in _MAY_BE_EMPTY:
            return option if option.startswith("--") else str(positional[-1] if positional else "An argument")
    return ""
