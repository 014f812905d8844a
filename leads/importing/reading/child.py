"""The child process that reads a file: `… child survey|lines|records PATH SHAPE`.

For `lines` it gets [plan, how many lines to skip] on its standard input, since a plan may be longer than an argument.
It writes frames to its standard output, each a length of four bytes and that much JSON: lines as [[line, cells, …], …],
see Line, and records in the same way, the header first, see Record; {"survey": …}, {"error": …}, {"end": true}. It
limits its own memory, time and files first.
"""

import json
import resource
import sys
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from leads.importing.check import Plan
from leads.importing.errors import UnreadableFileError
from leads.importing.lines import Line, lines_of
from leads.importing.reading import limits
from leads.importing.reading.shape import Record, Shape
from leads.importing.reading.survey import file_records, survey

_ROWS_PER_FRAME = 250
_CHARACTERS_PER_FRAME = 1_000_000
_MOST_OPEN_FILES = 32


def limit_this_process(cpu_s: int) -> None:
    """Limit memory, computing time, open files, and write no file and no core."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))


def frames_of(what: str, path: Path, shape: Shape) -> Iterator[Any]:
    """What is written: the survey, or the records in pieces of a limited size; then the end, or the error."""
    try:
        if what == "survey":
            yield {"survey": survey(path, shape).as_json()}
        elif what == "records":
            yield from _pieces(file_records(path, shape))
        else:
            yield from _pieces(_lines(path, shape))
        yield {"end": True}
    except UnreadableFileError as error:
        yield _error(error)
    except MemoryError:
        yield _error(limits.too_much_memory())


def _lines(path: Path, shape: Shape) -> Iterator[Line]:
    plan, skipped = json.load(sys.stdin.buffer)
    below_header = islice(file_records(path, shape), 1, None)
    lines = lines_of(below_header, Plan.from_json(plan), is_text=not shape.is_workbook)
    return islice(lines, skipped, None)


def _pieces(lines: Iterator[Line | Record]) -> Iterator[list[list[object]]]:
    while piece := list(islice(lines, _ROWS_PER_FRAME)):
        # Long rows go in smaller pieces, so that the reader never holds more than a few of them.
        size = max(1, _CHARACTERS_PER_FRAME * len(piece) // (1 + sum(len(cell) for one in piece for cell in one.cells)))
        for first in range(0, len(piece), size):
            yield [_plain(one) for one in piece[first : first + size]]


def _plain(one: Line | Record) -> list[object]:
    return [*one] if isinstance(one, Record) else one.as_json()


def _error(error: UnreadableFileError) -> dict[str, Any]:
    return {"error": {"reason": error.reason, "next_step": error.next_step, "line": error.line}}


def write_frame(output: BinaryIO, facts: Any) -> None:
    """Write one frame."""
    body = json.dumps(facts, ensure_ascii=False, check_circular=False).encode("utf-8", "replace")
    output.write(len(body).to_bytes(4, "big") + body)


def _say_where(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Name the place of an unexpected error for the log, without the error's text, which may hold a person's data."""
    places = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(trace)][-3:]
    sys.stderr.write(f"{kind.__name__} at {' < '.join(reversed(places))}")


def main() -> None:
    """Read the file that the arguments name."""
    sys.excepthook = _say_where
    what, path, shape = sys.argv[1:4]
    limit_this_process(limits.CPU_S if what == "survey" else limits.CHECK_CPU_S)
    for facts in frames_of(what, Path(path), Shape(*json.loads(shape))):
        write_frame(sys.stdout.buffer, facts)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
