"""What people type, paste or upload for the block list: one outcome for each line."""

import pytest

from leads.errors import BlockListError
from leads.importing import block_values
from leads.importing.block_values import entries_in_file, entries_in_text, normal_value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("Ada@Example.com", "ada@example.com"),
        ("Ada L <ada@example.com>", "ada@example.com"),
        ("mailto:ada@example.com", "ada@example.com"),
        (" Example.COM ", "example.com"),
        ("@example.com", "example.com"),
        ("*@example.com", "example.com"),
        ("exämple.com", "xn--exmple-cua.com"),
    ],
)
def test_an_address_or_a_domain_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert normal_value(typed) == (value, "")


@pytest.mark.parametrize("typed", ["", "Ada", "https://example.com/", "ada@", "ada@nowhere", "example .com", "=1+1"])
def test_anything_else_is_not_valid_and_says_why(typed: str) -> None:
    value, problem = normal_value(typed)
    assert value == ""
    assert problem


def test_a_paste_takes_lines_and_commas() -> None:
    entries = entries_in_text("a@example.com\n\nrival.example.net, nope;\tb@example.com\r\n")
    assert [entry.value for entry in entries] == ["a@example.com", "rival.example.net", "", "b@example.com"]
    assert entries[1].is_domain


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (b"Blocked Email,Date\r\na@example.com,2026-01-01\r\nrival.example.net,2026-01-02\r\n",
         [(2, "a@example.com"), (3, "rival.example.net")]),
        (b"\xef\xbb\xbfname;email\nAda;a@example.com\n;\nnobody;\n", [(2, "a@example.com"), (3, ""), (4, "")]),
        (b"a@example.com\nb@example.com", [(1, "a@example.com"), (2, "b@example.com")]),
        (b"Ada,a@example.com\nBob,b@example.com", [(1, "a@example.com"), (2, "b@example.com")]),
        ("name,email\nJosé,a@example.com".encode("cp1252"), [(2, "a@example.com")]),
    ],
)  # fmt: skip
def test_a_file_is_read_by_its_column(data: bytes, values: list[tuple[int, str]]) -> None:
    assert [(entry.line, entry.value) for entry in entries_in_file(data)] == values


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PK\x03\x04\x00\x00", b"email\n"])
def test_a_file_without_values_is_refused(data: bytes) -> None:
    with pytest.raises(BlockListError):
        entries_in_file(data)


def test_too_much_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_values, "MOST_VALUES", 2)
    with pytest.raises(BlockListError):
        entries_in_text("a.example.com b@example.com\nc.example.com\nd.example.com")
    monkeypatch.setattr(block_values, "MOST_BYTES", 5)
    with pytest.raises(BlockListError):
        entries_in_file(b"a@example.com")
