"""Finds the records further down a file that say something of a column that no record before them says. Pure.

The columns are judged by the first records and by these, so that a word such as "Unsubscribed" counts wherever it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from leads.importing.farewells import is_status_farewell
from leads.importing.mark_columns import is_watched
from leads.importing.marks import answer_of, is_ended, is_good, status_reason, verdict_of
from leads.importing.names import field_of, is_exactly_email

# A column of more different values is no status, unless its name says that it is one. They are kept in memory.
_MOST_VALUES = 256
_LONGEST = 200
_FEWEST_DIGITS = 6
# Any day says yes, but these say that there is none.
_NO_DAY = re.compile("0000|0001|1900|1970")
_DIGITS = str.maketrans(dict.fromkeys("123456789", "0"))


@dataclass(slots=True)
class _Column:
    place: int
    is_named: bool
    values: set[str] = field(default_factory=set)
    kinds: set[tuple[object, ...]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether its other cells can no longer tell anything of it."""
        return not self.is_named and len(self.values) >= _MOST_VALUES

    def is_first_of_its_kind(self, cell: str) -> bool:
        """Whether no cell before said the same of the column."""
        value = _without_its_day(cell)
        if value in self.values:
            return False
        if len(self.values) < _MOST_VALUES:
            self.values.add(value)
        kind = _kind_of(cell)
        if kind in self.kinds:
            return False
        self.kinds.add(kind)
        return True


class TellingRecords:
    """Follows the records below a header, from the first one on. Memory is constant."""

    def __init__(self, header: Sequence[str]) -> None:
        """Begin below a header."""
        self._columns = [
            _Column(place, is_watched(name))
            for place, name in enumerate(header)
            if not field_of(name) and not is_exactly_email(name)
        ]

    def is_next(self, cells: Sequence[str]) -> bool:
        """Whether the next record has a cell of a kind that its column did not have so far."""
        is_telling = is_any_over = False
        for column in self._columns:
            cell = cells[column.place] if column.place < len(cells) else ""
            if cell not in column.values and column.is_first_of_its_kind(cell[:_LONGEST]):
                is_telling = True
            is_any_over = is_any_over or column.is_over
        if is_any_over:
            self._columns = [column for column in self._columns if not column.is_over]
        return is_telling


def _kind_of(cell: str) -> tuple[object, ...]:
    """What the rules of `mark_columns` ask of a cell."""
    return (
        status_reason(cell),
        answer_of(cell),
        is_good(cell),
        is_ended(cell),
        verdict_of(cell),
        is_status_farewell(cell),
    )


def _without_its_day(cell: str) -> str:
    """The same text for all dates and numbers that are written alike, so that a column of dates has few values."""
    if len(cell) < _FEWEST_DIGITS or not cell[0].isdecimal() or _NO_DAY.search(cell):
        return cell
    return cell.translate(_DIGITS)
