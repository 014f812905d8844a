"""Reads the lines of a file of receipts: one receipt or the reason against it for each line. Pure.

The columns are those of the export (leads.importing.verified_rows), found by name; others are not read.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from leads.importing.address import normal_address
from leads.importing.cells import plain_text
from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import Record
from leads.models import CatchAll, Reason, Verdict

# Field -> the names of its column, as `_key` writes them, the one that the export writes first.
COLUMNS = {
    "email": ("email", "address", "emailaddress"),
    "verdict": ("verdict", "verificationstatus"),
    "catch_all": ("catchall",),
    "when": ("verifiedat", "when", "answeredat", "checkedat"),
    "credits": ("credits", "creditsused"),
    "path": ("path",),
    "word": ("instantlysword",),
    "origin": ("origin", "campaign"),
}
# The same as the export writes them.
NAMES = {
    "email": "email", "verdict": "verdict", "catch_all": "catch_all", "when": "verified_at", "credits": "credits",
    "path": "path", "word": "instantlys_word", "origin": "origin",
}  # fmt: skip
_REQUIRED = ("email", "verdict", "catch_all", "when")
_VERDICTS: dict[str, Verdict] = {one.value: one for one in Verdict if one != Verdict.ASKED}
_CATCH_ALL = {
    "no": CatchAll.NO, "false": CatchAll.NO, "yes": CatchAll.YES, "true": CatchAll.YES,
    "pending": CatchAll.PENDING, "unknown": CatchAll.UNKNOWN,
}  # fmt: skip
_PATHS = ("post", "get", "list")
_Known = TypeVar("_Known", Verdict, CatchAll)
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_MOST_CREDITS = Decimal("999999.99")
_LONGEST_SHOWN = 40
_LONGEST_WORD, _LONGEST_ORIGIN = 32, 200
_NO_LETTER = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One receipt as its file has it; where `problem` says why it is not taken, the rest means nothing."""

    line: int
    problem: str = ""
    email: str = ""
    verdict: Verdict = Verdict.PENDING
    catch_all: CatchAll = CatchAll.UNKNOWN
    when: datetime = _NEVER
    credits: Decimal = Decimal(0)
    path: str = ""
    word: str = ""
    origin: str = ""


class _LineProblem(Exception):
    """Why a line is not taken, in words that hold no address."""


def columns_of(header: Record) -> dict[str, int]:
    """The place of each field whose column the header names.

    Raises: UnreadableFileError - a column is missing without which there is no receipt.
    """
    keys = [_NO_LETTER.sub("", plain_text(cell).lower()) for cell in header.cells]
    found = {
        field: next(keys.index(name) for name in names if name in keys)
        for field, names in COLUMNS.items()
        if any(name in keys for name in names)
    }
    missing = [field for field in _REQUIRED if field not in found]
    if missing:
        raise UnreadableFileError(
            f"it is no file of receipts: it has no column {', '.join(NAMES[one] for one in missing)}",
            "Upload the file that an import exports as its receipts",
            line=header.line,
        )
    return found


def receipt_of(record: Record, columns: dict[str, int], now: datetime) -> ReceiptLine:
    """Read one line. Shapes: now - no receipt is from after it."""
    cells = {
        field: plain_text(record.cells[place]) if place < len(record.cells) else "" for field, place in columns.items()
    }
    try:
        return _read(record, cells, now)
    except _LineProblem as problem:
        return ReceiptLine(record.line, problem=str(problem))


def _read(record: Record, cells: dict[str, str], now: datetime) -> ReceiptLine:
    if record.problem:
        raise _LineProblem(str(Reason(record.problem).label))
    email, why = normal_address(cells["email"])
    if not email:
        raise _LineProblem(f"no valid address: {why}" if cells["email"] else "no address")
    verdict = _word(cells["verdict"], _VERDICTS, "verdict")
    catch_all = _catch_all(cells["catch_all"], verdict)
    # As an answer of Instantly is read: while the catch-all is pending there is no verdict yet.
    if verdict == Verdict.VERIFIED and catch_all == CatchAll.PENDING:
        verdict = Verdict.PENDING
    path, origin = cells.get("path", "").lower(), cells.get("origin", "")
    return ReceiptLine(
        line=record.line,
        email=email,
        verdict=verdict,
        catch_all=catch_all,
        when=_moment(cells["when"], now),
        credits=_credits(cells.get("credits", "")),
        path=path if path in _PATHS else "",
        word=cells.get("word", "")[:_LONGEST_WORD],
        # What might be an address is not kept: an erasure could not find it there.
        origin="" if "@" in origin else origin[:_LONGEST_ORIGIN],
    )


def _catch_all(cell: str, verdict: Verdict) -> CatchAll:
    if cell or verdict == Verdict.VERIFIED:
        return _word(cell, _CATCH_ALL, "catch-all")
    return CatchAll.UNKNOWN


def _word(cell: str, known: dict[str, _Known], what: str) -> _Known:
    found = known.get(cell.lower())
    if found is not None:
        return found
    if not cell:
        raise _LineProblem(f"no {what}")
    shown = "an address" if "@" in cell else f"“{cell[:_LONGEST_SHOWN]}”"
    raise _LineProblem(f"{shown} is no {what} that is known: {', '.join(known)}")


def _moment(cell: str, now: datetime) -> datetime:
    """A moment without a zone is one in UTC."""
    try:
        found = datetime.fromisoformat(cell)
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _LineProblem("no date and time such as 2026-11-27T09:30:00+00:00") from None
    if found > now:
        raise _LineProblem(f"its date, {found:%Y-%m-%d %H:%M} UTC, is in the future")
    return found


def _credits(cell: str) -> Decimal:
    try:
        found = Decimal(cell or 0).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise _LineProblem("its credits are no number") from None
    # Not a number compares with nothing.
    if not found.is_finite() or not 0 <= found <= _MOST_CREDITS:
        raise _LineProblem("its credits are no number from 0 on")
    return found
