"""How the file of an import is read: what was found, what must be asked, and what can be changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from leads.importing.errors import Ask
from leads.importing.reading.dialect import DELIMITERS
from leads.importing.reading.encoding import ENCODINGS, label_of
from leads.importing.sniffing import delimiter_label, shape_in_words
from leads.importing.stage import shape_of
from leads.models import Import

# Questions about the file itself; those about its columns belong to the mapping.
READING_ASKS = frozenset({"encoding", "sheet", "header_line"})


@dataclass(frozen=True)
class Option:
    """One way to read the file, and what it would read."""

    value: str
    label: str
    chosen: bool
    preview: str = ""


@dataclass(frozen=True)
class ReadingQuestion:
    """What must be chosen before the file can be read for certain; `name` is the field of the form."""

    name: str
    say: str
    options: list[Option]


@dataclass(frozen=True)
class ReadingPage:
    """How the file is read, in words, and the choices; a list without a choice is empty."""

    words: str
    question: ReadingQuestion | None
    sheets: list[Option]
    encodings: list[Option]
    delimiters: list[Option]
    lines: list[Option]


def reading_page(imported: Import) -> ReadingPage:
    """Collect the choices from what was kept when the file was read; the file itself is not opened."""
    shape, kept = shape_of(imported), imported.reading
    previews = dict(kept.get("previews", []))
    sheets = list(kept.get("sheets", []))
    encodings = [] if shape.is_workbook else _with(shape.encoding, ENCODINGS)
    delimiters = [] if shape.is_workbook else _with(shape.delimiter, DELIMITERS)
    lines = [(str(line), text) for line, text in kept.get("top", [])]
    return ReadingPage(
        words=shape_in_words(shape),
        question=_question(imported),
        sheets=[Option(name, name, name == shape.sheet) for name in sheets] if len(sheets) > 1 else [],
        encodings=[Option(one, label_of(one), one == shape.encoding, previews.get(one, "")) for one in encodings],
        delimiters=[Option(one, delimiter_label(one).capitalize(), one == shape.delimiter) for one in delimiters],
        lines=[Option(line, f"Line {line}", line == str(shape.header_line), text) for line, text in lines],
    )


def _with(chosen: str, offered: Iterable[str]) -> list[str]:
    """What is offered, and what is chosen if that is something else."""
    names = list(offered)
    return names if chosen in names or not chosen else [chosen, *names]


def _question(imported: Import) -> ReadingQuestion | None:
    asks = [Ask(**facts) for facts in imported.asks if facts["what"] in READING_ASKS]
    if not asks:
        return None
    ask = asks[0]
    previews = ask.previews or [""] * len(ask.choices)
    label = {"encoding": label_of, "header_line": "Line {}".format}.get(ask.what, str)
    labels = [label(choice) for choice in ask.choices]
    options = [
        # Nothing is chosen beforehand: the question is there because no choice is certain.
        Option(choice, name, chosen=False, preview=preview)
        for choice, name, preview in zip(ask.choices, labels, previews, strict=True)
    ]
    # The option of the command line means nothing on a page.
    return ReadingQuestion(ask.what, ask.say.partition(" (--")[0].rstrip(".") + ".", options)
