"""Decides how the cells of a text file are separated and quoted. Pure."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from leads.importing.reading.address import holds_address
from leads.importing.reading.header import header_place
from leads.importing.reading.shape import Record
from leads.importing.reading.text import Dialect, named_delimiter, parsed_rows

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
# Separators of exports that avoid what a text may hold. They are tried where no usual one yields an address column.
_RARE = "^~¦¬§"
_SAMPLE_RECORDS = 200


def dialect_of(text: str, delimiter: str = "") -> Dialect:
    """Decide the dialect of a file from its beginning; with a delimiter, only its quoting.

    Passing: "Email;Full name (last, first)\\na@example.com;Lee, Ann" -> semicolons.
    Failing: "Email\\na@example.com" has no delimiter and is read as one column.
    A line such as "sep=," is believed unless each row is one cell with it, as in a file that was saved again.
    """
    first, _, rest = text.replace("\r\n", "\n").replace("\r", "\n").partition("\n")
    named = named_delimiter(first)
    text = rest if named is not None else text
    if delimiter:
        return _quoting_of(text, delimiter)
    if named:
        dialect = _quoting_of(text, named)
        if _scored(text, dialect)[2]:
            return dialect
    best, best_score = _best_of(text, DELIMITERS)
    if not best_score[0]:
        rare, score = _best_of(text, _RARE)
        best, best_score = (rare, score) if score[0] else (best, best_score)
    return best if best_score[2] else _quoting_of(text, named or ",")


def _best_of(text: str, delimiters: Iterable[str]) -> tuple[Dialect, tuple[float, float, int]]:
    """The dialect that fits best, the first of those that fit as well, and its score."""
    best, best_score = Dialect(), (0.0, 0.0, 0)
    for candidate in delimiters:
        dialect = _quoting_of(text, candidate)
        score = _scored(text, dialect)
        if score > best_score:
            best, best_score = dialect, score
    return best, best_score


def _scored(text: str, dialect: Dialect) -> tuple[float, float, int]:
    return _score(parsed_rows(text, dialect, _SAMPLE_RECORDS)[0])


def _score(rows: list[list[str]]) -> tuple[float, float, int]:
    """How well rows fit a table: share of rows with an address, share of the header's width, that width (0: no table).

    A delimiter that leaves every row in one cell scores nothing, however many addresses there are.
    """
    if not rows:
        return 0.0, 0.0, 0
    records = [Record(line, cells) for line, cells in enumerate(rows, start=1)]
    place = header_place(records)
    header, below = rows[place or 0], rows[(place or 0) + 1 :]
    width = len(header)
    if width < 2:
        return 0.0, 0.0, 0
    with_address = sum(any(holds_address(cell) for cell in cells) for cells in below)
    fitting = Counter(len(cells) for cells in below)[width] + 1
    share = with_address / len(below) if below else 0.0
    return round(share, 1), round(fitting / (len(below) + 1), 2), width


def _quoting_of(text: str, delimiter: str) -> Dialect:
    """The quoting of a file whose delimiter is known."""
    plain = Dialect(delimiter)
    mark = re.escape(delimiter)
    if _is_quoted_singly(text, plain):
        plain = replace(plain, quote="'")
    elif _is_wrapped(text, plain):
        return replace(plain, wrapped=True)
    if re.search(rf"(?:^|{mark}) +{plain.quote}", text, re.MULTILINE):
        spaced = replace(plain, spaced=True)
        if parsed_rows(text, spaced, _SAMPLE_RECORDS)[1] <= parsed_rows(text, plain, _SAMPLE_RECORDS)[1]:
            return spaced
    return plain


def _is_quoted_singly(text: str, plain: Dialect) -> bool:
    """Whether all filled cells of a column, below the first row, stand in single quotes, and none in double quotes."""
    if "'" not in text or re.search(rf'(?:^|{re.escape(plain.delimiter)}) *"', text, re.MULTILINE):
        return False
    rows, broken = parsed_rows(text, replace(plain, quote="'", spaced=True), _SAMPLE_RECORDS)
    naive = parsed_rows(text, plain, _SAMPLE_RECORDS)[0]
    quoted = Counter[int]()
    filled = Counter[int]()
    for cells in naive[1:]:
        for place, cell in enumerate(cells):
            written = cell.strip()
            # Two quotes with nothing between them are an empty cell in either way of writing: they say nothing.
            if written in {"", "''"}:
                continue
            filled[place] += 1
            quoted[place] += len(written) > 1 and written[0] == written[-1] == "'"
    return broken * 10 <= len(rows) and any(times and times == filled[place] for place, times in quoted.items())


def _is_wrapped(text: str, plain: Dialect) -> bool:
    """Whether at least half of the lines are one quoted cell that holds the delimiter."""
    rows = parsed_rows(text, plain, _SAMPLE_RECORDS)[0]
    alone = sum(plain.delimiter in cells[0] and not any(cells[1:]) for cells in rows)
    return bool(rows) and alone * 2 >= len(rows) and alone > 0
