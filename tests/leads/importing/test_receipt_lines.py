"""One line of a file of receipts: what is taken, and what is refused with which words."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.shape import BAD_ENCODING, Record
from leads.importing.receipt_lines import ReceiptLine, columns_of, receipt_of
from leads.models import CatchAll, Verdict

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
HEADER = Record(1, ["Email", "Verdict", "catch-all", "Verified at", "credits", "path", "campaign"])
LINE = {
    "email": "ada@example.com", "verdict": "verified", "catch_all": "no", "when": "2026-11-20T10:00:00+00:00",
    "credits": "0.25", "path": "post", "campaign": "05A",
}  # fmt: skip


def read(problem: str = "", **cells: str) -> ReceiptLine:
    return receipt_of(Record(7, list((LINE | cells).values()), problem), columns_of(HEADER), NOW)


def test_a_line_is_a_receipt() -> None:
    assert read() == ReceiptLine(
        line=7, email="ada@example.com", verdict=Verdict.VERIFIED, catch_all=CatchAll.NO,
        when=datetime(2026, 11, 20, 10, tzinfo=UTC), credits=Decimal("0.25"), path="post", origin="05A",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "verdict", "catch_all"),
    [
        ({"verdict": "Verified", "catch_all": "TRUE"}, Verdict.VERIFIED, CatchAll.YES),
        ({"catch_all": "false"}, Verdict.VERIFIED, CatchAll.NO),
        ({"catch_all": "unknown"}, Verdict.VERIFIED, CatchAll.UNKNOWN),
        ({"verdict": "invalid", "catch_all": ""}, Verdict.INVALID, CatchAll.UNKNOWN),
        ({"verdict": "other"}, Verdict.OTHER, CatchAll.NO),
        ({"verdict": "refused"}, Verdict.REFUSED, CatchAll.NO),
        ({"verdict": "pending"}, Verdict.PENDING, CatchAll.NO),
        # There is no verdict before the catch-all is known.
        ({"catch_all": "pending"}, Verdict.PENDING, CatchAll.PENDING),
    ],
)
def test_known_words_are_taken(cells: dict[str, str], verdict: Verdict, catch_all: CatchAll) -> None:
    found = read(**cells)
    assert (found.problem, found.verdict, found.catch_all) == ("", verdict, catch_all)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        (
            {"verdict": "valid"},
            "“valid” is no verdict that is known: pending, verified, invalid, other, refused",
        ),
        ({"verdict": "asked"}, "“asked” is no verdict that is known: pending, verified, invalid, other, refused"),
        (
            {"verdict": "bob@example.com"},
            "an address is no verdict that is known: pending, verified, invalid, other, refused",
        ),
        ({"verdict": ""}, "no verdict"),
        ({"catch_all": ""}, "no catch-all"),
        ({"catch_all": "maybe"}, "“maybe” is no catch-all that is known: no, false, yes, true, pending, unknown"),
        ({"email": ""}, "no address"),
        ({"email": "ada"}, "no valid address: An email address must have an @-sign."),
        ({"when": "2026-11-28T12:00:01+00:00"}, "its date, 2026-11-28 12:00 UTC, is in the future"),
        ({"when": "last week"}, "no date and time such as 2026-11-27T09:30:00+00:00"),
        ({"when": ""}, "no date and time such as 2026-11-27T09:30:00+00:00"),
        ({"when": "0001-01-01T00:00:00+14:00"}, "no date and time such as 2026-11-27T09:30:00+00:00"),
        ({"credits": "free"}, "its credits are no number"),
        ({"credits": "nan"}, "its credits are no number from 0 on"),
        ({"credits": "-1"}, "its credits are no number from 0 on"),
        ({"credits": "1e20"}, "its credits are no number from 0 on"),
        ({"credits": "1e40"}, "its credits are no number"),
    ],
)
def test_what_is_no_receipt_is_refused_with_its_reason(cells: dict[str, str], problem: str) -> None:
    found = read(**cells)
    assert (found.line, found.problem) == (7, problem)


def test_a_line_that_cannot_be_read_is_refused() -> None:
    assert read(BAD_ENCODING).problem == "unreadable characters"
    assert receipt_of(Record(7, ["ada@example.com"]), columns_of(HEADER), NOW).problem == "no verdict"


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("2026-11-20T10:00:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00+02:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20 10:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-28T12:00:00+00:00", NOW),
    ],
)
def test_a_moment_is_one_in_utc(when: str, moment: datetime) -> None:
    found = read(when=when)
    assert (found.problem, found.when, found.when.utcoffset()) == ("", moment, timedelta(0))


def test_an_origin_holds_no_address_and_an_unknown_path_is_none() -> None:
    found = read(path="somewhere", campaign="list of ada@example.com")
    assert (found.path, found.origin) == ("", "")
    assert read(campaign="x" * 300).origin == "x" * 200


def test_the_origin_of_an_export_counts_before_its_campaign() -> None:
    columns = columns_of(Record(1, ["email", "verdict", "catch_all", "when", "campaign", "origin"]))
    record = Record(2, ["ada@example.com", "invalid", "", "2026-11-20", "05A", "acme, import 3"])
    assert receipt_of(record, columns, NOW).origin == "acme, import 3"


def test_a_file_without_a_column_is_no_file_of_receipts() -> None:
    with pytest.raises(UnreadableFileError, match="Line 1: it is no file of receipts: it has no column catch_all, ver"):
        columns_of(Record(1, ["email", "verdict"]))
