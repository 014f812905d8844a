"""Rows as CSV that is safe to open in a spreadsheet, streamed line by line."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

# Spreadsheets skip what stands in front and shows nothing, and some read the wide forms as the plain ones.
_STARTS_A_FORMULA = re.compile(r"[\t\r\n]|[\s\x00\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
_SHOWN_AS_THEY_ARE = (int, float, Decimal, date, type(None))


class _Echo:
    """A file for csv.writer that returns what it is given."""

    def write(self, text: str) -> str:
        return text


def formula_safe(cell: object) -> object:
    """Return a cell that a spreadsheet shows and does not run: "=1+1" becomes "'=1+1"; "Ada" and -5 stay.

    The check of an uploaded file takes the apostrophe off again.
    """
    if isinstance(cell, _SHOWN_AS_THEY_ARE):
        return cell
    text = str(cell)
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def csv_lines(rows: Iterable[Sequence[object]], delimiter: str = ",", *, with_mark: bool = True) -> Iterator[str]:
    """Yield each row as one CSV line, in front of them the mark that makes Excel read UTF-8.

    Shapes: the header is the first row; cells - text, numbers and dates as they are, None is empty.
    """
    writer = csv.writer(_Echo(), delimiter=delimiter or ",")
    if with_mark:
        yield "\ufeff"
    for row in rows:
        # csv.writer returns what `write` returned; the stubs know only files that return a length.
        yield str(writer.writerow([formula_safe(cell) for cell in row]))


def csv_download(file_name: str, lines: Iterator[str]) -> StreamingHttpResponse:
    """Return lines of CSV that the browser saves under a name."""
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, file_name) or "attachment"
    return answer
