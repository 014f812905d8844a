"""Reads a file in a child process with limits and receives what it found, a piece at a time.

The child gets no environment beyond what Python needs: it reads what strangers wrote, and has nothing to give away.
"""

import fcntl
import json
import logging
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from leads.importing.check import Plan
from leads.importing.errors import UnreadableFileError
from leads.importing.lines import Line
from leads.importing.reading import child, limits
from leads.importing.reading.shape import Record, Shape, Survey
from leads.importing.turns import turn

_ROOT = Path(__file__).resolve().parents[2]
# A row has at most two million characters of up to six bytes each in JSON.
_LARGEST_FRAME = 64 * 1024 * 1024
# What the child may be ahead of this process: some thousand rows. With a pipe of the usual 64 KB they took turns.
_AHEAD_BYTES = 1 << 20
_XCPU = -24
_KILLED = -9
_log = logging.getLogger(__name__)


def survey(path: Path, wanted: Shape) -> Survey:
    """Read a whole file in a child; what `wanted` leaves empty is found out.

    Waits for its turn, if too many files are being read.
    Raises: UnreadableFileError - which line and why, or the limit that was reached; FileNotFoundError - it is gone.
    """
    with turn():
        facts = next(_frames("survey", path, wanted, limits.CPU_S))
    return Survey.from_json(facts["survey"])


def cleaned_lines(path: Path, shape: Shape, plan: Plan, *, skipped: int = 0) -> Iterator[Line]:
    """Yield every line below the header, cleaned, after the first `skipped`; blank lines are none. Memory is constant.

    Raises: UnreadableFileError - the file cannot be read from that line on; FileNotFoundError - it is gone.
    """
    for piece in _frames("lines", path, shape, limits.CHECK_CPU_S, [plan.as_json(), skipped]):
        for facts in piece:
            yield Line(*facts)


def raw_records(path: Path, shape: Shape) -> Iterator[Record]:
    """Yield the header, then every record below it, with its cells as they are. Memory is constant.

    Raises: UnreadableFileError - the file cannot be read from that line on; FileNotFoundError - it is gone.
    """
    for piece in _frames("records", path, shape, limits.CHECK_CPU_S):
        for facts in piece:
            yield Record(*facts)


def _frames(what: str, path: Path, shape: Shape, cpu_s: int, request: object = None) -> Iterator[Any]:
    """The frames of a child up to its end.

    Raises: UnreadableFileError - the child reported one, died, hung, or reached a limit.
    """
    path.stat()
    with _child(what, path, shape, request) as process:
        assert process.stdout is not None  # noqa: S101  (a pipe, see _child)
        while (facts := _next_frame(process.stdout)) is not None:
            if isinstance(facts, list) or "survey" in facts:
                yield facts
            elif "error" in facts:
                error = facts["error"]
                raise UnreadableFileError(error["reason"], error["next_step"], line=error["line"])
            else:
                return
        raise _cause_of_death(process, cpu_s)


@contextmanager
def _child(what: str, path: Path, shape: Shape, request: object) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is ended with the block; `request` is on its standard input."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    command = [sys.executable, "-m", child.__name__, what, str(path.resolve()), json.dumps(astuple(shape))]
    # A file and no pipe: a child that does not read would keep this process waiting.
    with TemporaryFile() as words:
        words.write(json.dumps(request).encode())
        words.seek(0)
        process = subprocess.Popen(
            command,
            cwd=_ROOT,
            env={**kept, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=words,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    assert process.stdout is not None  # noqa: S101  (a pipe, see above)
    _let_it_run_ahead(process.stdout)
    try:
        yield process
    finally:
        process.kill()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        process.wait()


def _let_it_run_ahead(stream: IO[bytes]) -> None:
    """Widen a pipe, so that the child reads on while this process writes rows; only Linux can."""
    widen = getattr(fcntl, "F_SETPIPE_SZ", None)
    if widen is not None:
        # What the machine does not allow costs time and nothing else.
        with suppress(OSError):
            fcntl.fcntl(stream, widen, _AHEAD_BYTES)


def _next_frame(stream: IO[bytes]) -> Any | None:
    """The next frame; None if the child ended without one."""
    head = _exactly(stream, 4)
    if head is None:
        return None
    size = int.from_bytes(head, "big")
    body = _exactly(stream, size) if size <= _LARGEST_FRAME else None
    return None if body is None else json.loads(body)


def _exactly(stream: IO[bytes], size: int) -> bytearray | None:
    """So many bytes; None at the end of the stream.

    Raises: UnreadableFileError - the child says nothing for too long.
    """
    found = bytearray()
    ready = select.poll()
    ready.register(stream, select.POLLIN)
    while len(found) < size:
        if not ready.poll(limits.SILENCE_S * 1000):
            raise limits.too_much_time()
        # Read without a buffer: what a buffer held would not wake the poll.
        piece = os.read(stream.fileno(), min(size - len(found), 1 << 20))
        if not piece:
            return None
        found += piece
    return found


def _cause_of_death(process: subprocess.Popen[bytes], cpu_s: int) -> UnreadableFileError:
    code = process.wait()
    assert process.stderr is not None  # noqa: S101  (a pipe, see _child)
    words = process.stderr.read(500).decode("utf-8", "replace")
    _log.warning("The reader of a file ended with code %s %s", code, words)
    if code == _XCPU:
        return limits.too_much_time(cpu_s)
    if code == _KILLED or words.startswith("MemoryError"):
        return limits.too_much_memory()
    return limits.reader_died()
