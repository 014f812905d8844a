"""The terms in which a file is read: its shape, its records, and what a survey of it found."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

WORKBOOK = "xlsx"
OPEN_DOCUMENT = "ods"
# Ends the encoding of a workbook whose letters were encoded twice before they came into it.
AND_TWICE = "-twice"

# Problems of a single record. Each is a Reason of the row that it becomes.
BAD_ENCODING = "bad_encoding"
BAD_SHAPE = "bad_shape"
HIDDEN_ROW = "hidden_row"
OTHER_TABLE = "other_table"
# The detail of a row without a problem in which some cell was never calculated, so that it is empty.
FORMULA_WITHOUT_VALUE = "formula without a saved value: open the file in Excel and save it"


@dataclass(frozen=True, slots=True)
class Shape:
    """How to read a file: codec ("xlsx" or "ods" for a workbook), delimiter, sheet, header line.

    Shapes: encoding, delimiter, sheet - empty to find it; a workbook has no delimiter, a text file no sheet;
    header_line - the line of the column names, counted from 1, 0 to find it.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_line: int = 0

    @property
    def is_workbook(self) -> bool:
        """Whether it is read as a workbook."""
        return is_workbook(self.encoding)


def is_workbook(encoding: str) -> bool:
    """Whether an encoding stands for a workbook."""
    return kind_of_workbook(encoding) in {WORKBOOK, OPEN_DOCUMENT}


def kind_of_workbook(encoding: str) -> str:
    """The kind of a workbook, also of one whose letters are encoded twice: "xlsx-twice" -> "xlsx"."""
    return encoding.removesuffix(AND_TWICE)


class Record(NamedTuple):
    """One record: the line it begins on, its cells unchanged, its problem, if any (a Reason), and a remark on it."""

    line: int
    cells: list[str]
    problem: str = ""
    detail: str = ""


@dataclass
class Question:
    """Something that only a person can decide.

    Shapes: what - encoding, sheet or header_line; choices - the candidates, best first; previews - of each.
    """

    what: str
    choices: list[str]
    previews: list[str] = field(default_factory=list)
    say: str = ""


@dataclass
class Survey:
    """What reading a whole file found.

    Shapes: header - the cells of the header line, trimmed; count - records below it; sample - the first readable ones;
    top - (line, text) of the first lines of the file; sheets - the visible sheets of a workbook; previews - (encoding,
    letters) of a text file that has letters beyond ASCII; remarks - sentences on what may surprise.
    """

    shape: Shape
    header: list[str]
    count: int
    sample: list[Record]
    top: list[tuple[int, str]]
    sheets: list[str] = field(default_factory=list)
    previews: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The survey as plain lists, for the pipe."""
        shape = self.shape
        return {
            "shape": [shape.encoding, shape.delimiter, shape.sheet, shape.header_line],
            "header": self.header,
            "count": self.count,
            "sample": self.sample,
            "top": self.top,
            "sheets": self.sheets,
            "previews": self.previews,
            "remarks": self.remarks,
            "questions": [[one.what, one.choices, one.previews, one.say] for one in self.questions],
        }

    @classmethod
    def from_json(cls, facts: dict[str, Any]) -> "Survey":
        """The survey that `as_json` wrote."""
        return cls(
            shape=Shape(*facts["shape"]),
            header=facts["header"],
            count=facts["count"],
            sample=[Record(*one) for one in facts["sample"]],
            top=[(line, text) for line, text in facts["top"]],
            sheets=facts["sheets"],
            previews=[(encoding, text) for encoding, text in facts["previews"]],
            remarks=facts["remarks"],
            questions=[Question(*one) for one in facts["questions"]],
        )
