"""What was found out about how a file is read: its shape, its columns, its first records, and what must be asked."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leads.importing.errors import Ask
from leads.importing.header import distinct_names
from leads.importing.reading.dialect import DELIMITERS
from leads.importing.reading.encoding import label_of
from leads.importing.reading.shape import Record, Shape
from leads.importing.records import survey

ANY_SHAPE = Shape()
_SHOWN_ROWS = 3


def delimiter_label(delimiter: str) -> str:
    """The display name of a delimiter; ";" -> "semicolons"."""
    return DELIMITERS.get(delimiter, f"“{delimiter}”")


def shape_in_words(shape: Shape) -> str:
    """How a file is read: "Windows-1250 (Central European), semicolons, header on line 4"."""
    parts = [label_of(shape.encoding)]
    if shape.sheet:
        parts.append(f"sheet “{shape.sheet}”")
    elif shape.delimiter:
        parts.append(delimiter_label(shape.delimiter))
    if shape.header_line:
        parts.append(f"header on line {shape.header_line:,}")
    return ", ".join(parts)


@dataclass(frozen=True)
class Table:
    """A file that was read completely: its shape, column names, number of records, and the first records.

    Shapes: repeated - a numbered column name -> the name in the file that it repeats; asks - what a person must choose
    before it can be read for certain; remarks - sentences on how it is read; reading - what the page shows of it, as
    JSON: top [[line, text]], sample [[cells]], sheets [names], previews [[encoding, letters]].
    """

    shape: Shape
    header: list[str]
    count: int
    sample: list[Record]
    repeated: dict[str, str] = field(default_factory=dict)
    asks: list[Ask] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)

    @property
    def header_line(self) -> int:
        """The line of the column names."""
        return self.shape.header_line


def read_table(path: Path, wanted: Shape = ANY_SHAPE) -> Table:
    """Read the whole file once, in a child process; what `wanted` leaves empty is found out.

    Raises: UnreadableFileError - which line and why.
    """
    found = survey(path, wanted)
    header, repeated = distinct_names(found.header)
    return Table(
        shape=found.shape,
        header=header,
        count=found.count,
        sample=found.sample,
        repeated=repeated,
        remarks=found.remarks,
        asks=[Ask(one.what, one.choices, one.say, one.previews) for one in found.questions],
        reading={
            "top": found.top,
            "sample": [one.cells for one in found.sample[:_SHOWN_ROWS]],
            "sheets": found.sheets,
            "previews": found.previews,
        },
    )
