"""Finds the line of the column names among the first records of a file, and the columns that the table has. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from iexdg.ui.visible import visible
from leads.importing.errors import UnreadableFileError
from leads.importing.names import is_exactly_email
from leads.importing.reading import limits
from leads.importing.reading.address import holds_address, is_name_of_email
from leads.importing.reading.other_tables import OtherTables
from leads.importing.reading.shape import BAD_ENCODING, BAD_SHAPE, HIDDEN_ROW, Question, Record

# The header is looked for among this many records, and its columns are judged by them.
SEEN = 200
# If no line is certain, so many are offered, from among the first records.
_MOST_OFFERED, _OFFERED_AMONG = 6, 30
_LONGEST_PREVIEW = 200


def header_place(records: Sequence[Record]) -> int | None:
    """The place of the header among the first records; None if there is none above the first address.

    Notes and titles above it fill fewer cells than a header and do not name the column of the addresses.
    """
    addresses = [[place for place, cell in enumerate(one.cells) if holds_address(cell)] for one in records]
    first = next((place for place, found in enumerate(addresses) if found), None)
    if first is None:
        return _without_addresses(records)
    columns = set(chain.from_iterable(addresses[first:]))
    candidates = [place for place in range(first) if _may_be_header(records[place], columns)]
    found = _best(records, candidates, columns, _usual_width(records[first:])) if candidates else None
    below_a_note = _below_a_note(records, addresses, first)
    if found is None or below_a_note is None:
        return below_a_note if found is None else found
    return _header_of(records, found, below_a_note, columns)


def _header_of(records: Sequence[Record], found: int, below_a_note: int, columns: set[int]) -> int:
    # A title such as "Our e-mail list" names the column too, but it fills one cell, and a header more.
    is_alone = _filled(records[found]) == 1 and not any(map(is_exactly_email, records[found].cells))
    is_title = is_alone and _filled(records[below_a_note]) > 1
    return found if _names_email(records[found], columns) and not is_title else below_a_note


def _below_a_note(records: Sequence[Record], addresses: Sequence[list[int]], first: int) -> int | None:
    """The place of a header below a note that holds an address itself, such as "Owner: ada@example.com"."""
    for place in range(first + 1, len(records) - 1):
        columns = set(chain.from_iterable(addresses[place + 1 :]))
        is_wide = _filled(records[place]) * 2 >= _usual_width(records[place + 1 :])
        if not addresses[place] and is_wide and _names_email(records[place], columns):
            return place
    return None


def _best(records: Sequence[Record], candidates: list[int], columns: set[int], usual: int) -> int:
    """The candidate that names e-mail, otherwise any, with the most cells; the first of them.

    In a table of one column every line above fills as much, and the last is nearest to the addresses.
    """
    wide = [place for place in candidates if _filled(records[place]) * 2 >= usual] or candidates
    named = [place for place in wide if _names_email(records[place], columns)] or wide
    return max(named, key=lambda place: (_filled(records[place]), -place if usual > 1 else place))


def _usual_width(records: Sequence[Record]) -> int:
    widths = sorted(_filled(one) for one in records)
    return widths[len(widths) // 2]


def _filled(record: Record) -> int:
    return sum(bool(cell.strip()) for cell in record.cells)


def _may_be_header(record: Record, columns: set[int]) -> bool:
    if record.problem:
        return False
    return any(place < len(record.cells) and record.cells[place].strip() for place in columns)


def names_an_email_column(cells: Sequence[str]) -> bool:
    """Whether one of these cells is the name of a column of addresses, such as "E-Mail"."""
    return any(map(is_name_of_email, cells))


def _names_email(record: Record, columns: set[int]) -> bool:
    return any(place < len(record.cells) and is_name_of_email(record.cells[place]) for place in columns)


def _without_addresses(records: Sequence[Record]) -> int | None:
    """The first record that names an e-mail column, otherwise the first with the usual number of cells."""
    for place, one in enumerate(records):
        if names_an_email_column(one.cells):
            return place
    usual = Counter(_filled(one) for one in records).most_common(1)
    return next((place for place, one in enumerate(records) if usual and _filled(one) >= usual[0][0]), None)


def table_records(
    stream: Iterator[Record],
    header_line: int,
    *,
    is_workbook: bool,
    questions: list[Question] | None = None,
    remarks: list[str] | None = None,
) -> Iterator[Record]:
    """Yield the header, its cells trimmed, then the records below it, without the blank columns beside the table.

    Rows of another table further down have a problem; `remarks` gets a sentence for each such table.
    If no line is certainly the header but some may be, the first of them is taken and `questions` gets the question.
    Raises: UnreadableFileError - no header was found, it cannot be read, or no record begins on `header_line`.
    """
    seen = list(islice(stream, SEEN))
    if header_line:
        while seen and seen[-1].line < header_line and (more := next(stream, None)):
            seen = [*seen[-1:], more]
        seen.extend(islice(stream, SEEN))
    place = _place_in(seen, header_line, questions)
    header, below = seen[place], seen[place + 1 :]
    margin, width = _columns(header, below, is_workbook=is_workbook)
    names = [visible(cell).strip() for cell in _padded(header.cells, width)[margin:]]
    yield Record(header.line, names)
    others = OtherTables(names)
    for record in chain(below, stream):
        placed = _behind(margin, record) if margin else record
        yield others.marked(_filled_up(placed, len(names)) if is_workbook else placed)
    if remarks is not None:
        remarks.extend(others.remarks())


def _behind(margin: int, record: Record) -> Record:
    """A record without the blank columns before the table."""
    if any(cell.strip() for cell in record.cells[:margin]):
        detail = "a cell to the left of the first column of the table"
        return record._replace(problem=record.problem or BAD_SHAPE, detail=record.detail or detail)
    return record._replace(cells=record.cells[margin:])


def _filled_up(record: Record, width: int) -> Record:
    """A row of a workbook, with the empty cells at its end that are not written there: such a row is not short."""
    missing = width - len(record.cells)
    return record._replace(cells=[*record.cells, *[""] * missing]) if missing > 0 else record


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def _place_in(seen: Sequence[Record], header_line: int, questions: list[Question] | None) -> int:
    if not seen:
        raise UnreadableFileError("the file has only blank lines", "Upload one with a header and leads")
    place = _place_of_line(seen, header_line) if header_line else _found_place(seen, questions)
    header = seen[place]
    if header.problem and header.problem != HIDDEN_ROW:
        raise UnreadableFileError(
            "the header cannot be read", "Check its quotes and characters, then upload again", line=header.line
        )
    if len(header.cells) > limits.COLUMNS and any(header.cells[limits.COLUMNS :]):
        raise limits.too_many_columns(header.line)
    return place


def _place_of_line(seen: Sequence[Record], header_line: int) -> int:
    place = next((place for place, one in enumerate(seen) if one.line == header_line), None)
    if place is None and seen[-1].line < header_line:
        raise UnreadableFileError(
            f"the last line that is not blank is line {seen[-1].line:,}, so there are no column names on "
            f"line {header_line:,}",
            "Name the line of the column names, counted from 1",
        )
    if place is None:
        raise UnreadableFileError(
            "this line is blank or inside a quoted cell, so it has no column names",
            "Name the line of the column names, counted from 1",
            line=header_line,
        )
    return place


def _found_place(seen: Sequence[Record], questions: list[Question] | None) -> int:
    shown = [one for one in seen if one.problem != HIDDEN_ROW]
    place = header_place(shown)
    _require_readable_names(shown, place)
    if place is None:
        offered = _offered(shown)
        if questions is None or not offered:
            raise UnreadableFileError(
                "the first line has an e-mail address where the column names should be",
                "Add a header line such as Email, First name",
                line=(shown or seen)[0].line,
            )
        questions.append(_question(offered))
        return seen.index(offered[0])
    return seen.index(shown[place])


def _require_readable_names(shown: Sequence[Record], place: int | None) -> None:
    """Refuse a wrong encoding as such: the line of the column names is no header only because of its characters."""
    first = next((at for at, one in enumerate(shown) if any(map(holds_address, one.cells))), len(shown))
    damaged = next((one for one in shown[:first] if one.problem == BAD_ENCODING), None)
    if damaged and (place is None or _filled(damaged) > _filled(shown[place])):
        raise limits.not_in_this_encoding(damaged.line)


def _offered(shown: Sequence[Record]) -> list[Record]:
    """The lines that may be the header below a note with an address, the one with the most cells first."""
    found = [one for place, one in enumerate(shown[:_OFFERED_AMONG]) if _is_offered(shown, place)]
    return sorted(found, key=lambda one: (-_filled(one), one.line))[:_MOST_OFFERED]


def _is_offered(shown: Sequence[Record], place: int) -> bool:
    one, below = shown[place], shown[place + 1 :]
    columns = {at for other in below for at, cell in enumerate(other.cells) if holds_address(cell)}
    if not columns or not _may_be_header(one, columns) or any(map(holds_address, one.cells)):
        return False
    usual = _usual_width(below)
    if usual == 1:
        # In a list of one column any line that is no address could be the name of it.
        return sum(any(map(holds_address, other.cells)) for other in shown[:place]) < 2
    return _filled(one) > 1 and _filled(one) * 2 >= usual


def _question(offered: Sequence[Record]) -> Question:
    say = "Lines above the table have e-mail addresses too. Choose the line of the column names (--header-line)."
    previews = [" · ".join(cell.strip() for cell in one.cells if cell.strip())[:_LONGEST_PREVIEW] for one in offered]
    return Question("header_line", [str(one.line) for one in offered], previews, say)


def _columns(header: Record, below: Sequence[Record], *, is_workbook: bool) -> tuple[int, int]:
    """The first column of the table, and the one behind its last; a column without name and cells is no part of it.

    In a text file a cell behind the end of the header is a shifted row; in a workbook nothing shifts, so that such a
    column is part of it, unless a blank one stands between.
    """
    filled = {place for one in below for place, cell in enumerate(one.cells) if cell.strip()}
    named = [place for place, cell in enumerate(header.cells) if visible(cell).strip()]
    if not named:
        return 0, 0
    margin = 0
    while margin < named[0] and margin not in filled:
        margin += 1
    return margin, _end(named[-1] + 1, filled, len(header.cells), is_workbook=is_workbook)


def _end(end: int, filled: set[int], width: int, *, is_workbook: bool) -> int:
    """The place behind the last column, which is not before `end`."""
    if not is_workbook:
        return max([end, *(place + 1 for place in filled if place < width)])
    while end in filled:
        end += 1
    return end
