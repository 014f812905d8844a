"""Finds a second table further down a file: its rows are no leads of the first, even with addresses. Pure."""

from collections.abc import Sequence

from iexdg.ui.visible import visible
from leads.importing.mark_columns import is_watched
from leads.importing.names import field_of, is_exactly_email, plain_key
from leads.importing.reading.address import is_name_of_email
from leads.importing.reading.shape import OTHER_TABLE, Record

AGAIN = "the column names once more"


class OtherTables:
    """Follows the records below a header, and marks those that belong to another one."""

    def __init__(self, header: Sequence[str]) -> None:
        """Begin below a header."""
        self._header = _keys(header)
        self._known = set(self._header) - {""}
        # The line and the column names of the table that the next records belong to, if it is another one.
        self._line = 0
        # What was found: line of the column names -> (those names, number of lines below it).
        self.found: dict[int, tuple[list[str], int]] = {}

    def marked(self, record: Record) -> Record:
        """The record, with a problem if it is no row of the first table."""
        if record.problem:
            return record
        if "@" not in "".join(record.cells) and self._is_header(record.cells):
            return self._begun(record)
        if not self._line:
            return record
        names, lines = self.found[self._line]
        self.found[self._line] = names, lines + 1
        detail = f"the column names of this table are on line {self._line:,}"
        return record._replace(problem=OTHER_TABLE, detail=detail)

    def _begun(self, record: Record) -> Record:
        keys = _keys(record.cells)
        if keys == self._header:
            self._line = 0
            return record._replace(problem=OTHER_TABLE, detail=AGAIN)
        self._line = record.line
        names = [visible(cell).strip() for cell in record.cells if cell.strip()]
        self.found[record.line] = names, 0
        return record._replace(problem=OTHER_TABLE, detail="the column names of a second table")

    def _is_header(self, cells: Sequence[str]) -> bool:
        """Whether cells are column names: one is that of the address, and another, if there is one, is known too."""
        if _keys(cells) == self._header:
            return True
        filled = [cell for cell in cells if cell.strip()]
        others = [cell for cell in filled if not is_name_of_email(cell)]
        if len(others) == len(filled):
            return False
        if not others:
            return any(map(is_exactly_email, filled))
        if any(field_of(cell) or plain_key(cell) in self._known for cell in others):
            return True
        # "Unsubscribed" is also what a row without an address may say, unless “Email” stands where its address would.
        return self._names_the_address(cells) and any(map(is_watched, others))

    def _names_the_address(self, cells: Sequence[str]) -> bool:
        """Whether the column of the addresses has its name once more."""
        return any(
            is_exactly_email(cell) and is_exactly_email(name) for cell, name in zip(cells, self._header, strict=False)
        )

    def remarks(self) -> list[str]:
        """A sentence for each other table."""
        return [
            f"A second table begins on line {line:,} ({', '.join(names[:4])[:80]}). Its lines are left out; to load "
            f"them, upload the file again with line {line:,} as the line of the column names (--header-line {line})."
            for line, (names, lines) in self.found.items()
            if lines
        ]


def _keys(cells: Sequence[str]) -> list[str]:
    keys = [plain_key(visible(cell)) for cell in cells]
    while keys and not keys[-1]:
        keys.pop()
    return keys
