"""Errors before any credit is spent.

LeadsError
├── UnreadableFileError     the file cannot be used
├── MappingError            the columns do not make leads
├── OpenQuestionError       a person has to choose first
└── NotCheckableError       the import is past the point where it can be checked
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from leads.errors import LeadsError


class UnreadableFileError(LeadsError):
    """The file cannot be used; nothing was stored or changed.

    Shapes: line - line of the file on which the problem begins, None if it concerns the whole file.
    """

    code = "unreadable_file"

    def __init__(self, reason: str, next_step: str, *, line: int | None = None) -> None:
        self.line = line
        self.reason = reason
        self.next_step = next_step
        where = f"Line {line}: " if line else ""
        sentence = reason if line else reason[:1].upper() + reason[1:]
        super().__init__(f"{where}{sentence}. {next_step}.")


class MappingError(LeadsError):
    """The mapping cannot be used; nothing was changed."""

    code = "mapping"


@dataclass(frozen=True)
class Ask:
    """A question that only a person can answer.

    Shapes: what - encoding, sheet, header_line, email, duplicate_columns, …; choices - the candidates, best first;
    say - the question in one or two sentences; previews - what each choice would read; hint - how to answer it on the
    command line; target - the field that one of the columns in `choices` becomes, empty for another kind of question.
    """

    what: str
    choices: list[str]
    say: str = ""
    previews: list[str] = field(default_factory=list)
    hint: str = ""
    target: str = ""


class OpenQuestionError(LeadsError):
    """The file can be read in more than one way and a person has to choose; nothing was staged.

    Shapes: asks - the open questions, the first to answer first.
    """

    code = "open_question"

    def __init__(self, asks: Sequence[Ask]) -> None:
        self.asks = list(asks)
        super().__init__(" ".join(_in_words(ask) for ask in asks))


def hint_of(pairs: Sequence[str]) -> str:
    """How a question about columns is answered: "Choose on the page, or with --map 'Opt=consent'."."""
    return f"Choose on the page, or with {' or '.join(f'--map {pair!r}' for pair in pairs)}."


def _in_words(ask: Ask) -> str:
    question = ask.say or f"Choose the {ask.what}: {', '.join(ask.choices)}."
    return f"{question} {ask.hint}".strip()


class NotCheckableError(LeadsError):
    """The import is running or finished, so its columns are fixed; nothing was changed."""

    code = "not_checkable"
