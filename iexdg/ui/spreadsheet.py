"""Rows as CSV that is safe to open in a spreadsheet, streamed line by line."""

import csv
from collections.abc import Iterable, Iterator

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """Gives back what the csv module writes."""

    def write(self, line: str) -> str:
        return line


def formula_safe(cell: str) -> str:
    """Return a cell that a spreadsheet shows and does not run: "=1+1" becomes "'=1+1", "Ada" stays."""
    return f"'{cell}" if cell.startswith(_STARTS_A_FORMULA) else cell


def csv_lines(header: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield the mark that makes Excel read UTF-8, then the header and each row as one CSV line."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield str(writer.writerow(header))
    for row in rows:
        yield str(writer.writerow([formula_safe(cell) for cell in row]))
