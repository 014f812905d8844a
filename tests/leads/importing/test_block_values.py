"""What people type, paste or upload for the block list: one outcome for each line."""

import pytest

from leads.errors import BlockListError
from leads.importing import block_values
from leads.importing.block_values import entries_in_text, normal_value, values_in_file


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
    assert [entry.line for entry in entries] == [1, 3, 3, 3]


@pytest.mark.parametrize("header", ["Adresse", "E-Mail-Adresse", "email, domain", "Alternative E-Mail;Domäne", "Value"])
def test_the_names_of_columns_are_no_values(header: str) -> None:
    assert [(one.line, one.value) for one in entries_in_text(f"{header}\na@example.com")] == [(2, "a@example.com")]
    entries = values_in_file(f"\n{header}\na@example.com\n".encode()).entries
    assert [(one.line, one.value) for one in entries] == [(3, "a@example.com")]
    with pytest.raises(BlockListError, match="at least one"):
        entries_in_text(header)


def test_every_column_that_names_addresses_or_domains_is_read_and_others_are_said() -> None:
    text = (
        "name,email,alternative email,domain,E-mail status,Second,Street address\n"
        'Ada,a@example.com,b@example.net,,sent,c@example.org,"1 Way\nTown"\n'
        "Bob,,,rival.example.org,,,\nCy,,,,,,\n"
    )
    found = values_in_file(text.encode())
    assert [(one.line, one.text) for one in found.entries] == [
        (2, "a@example.com"), (2, "b@example.net"), (4, "rival.example.org"), (5, "")
    ]  # fmt: skip
    assert found.unread == [
        "“E-mail status” was not read: nothing in it is an address or a domain.",
        "“Second” was not read: it holds addresses or domains, and its name does not say so.",
    ]
    bare = values_in_file(b"Ada,a@example.com,example.com\nBob,b@example.com,\n")
    assert [one.value for one in bare.entries] == ["a@example.com", "b@example.com"]
    assert bare.unread == ["Column 3 was not read: it holds addresses or domains, and its name does not say so."]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_a_file_of_a_wide_encoding_is_read(encoding: str) -> None:
    data = "Straße,email\nÄ,a@example.com\nÖ,b@example.com\n".encode(encoding)
    assert [(one.line, one.value) for one in values_in_file(data).entries] == [
        (2, "a@example.com"),
        (3, "b@example.com"),
    ]


def test_a_quote_that_is_never_closed_swallows_nothing() -> None:
    found = values_in_file(b'email,note\na@example.com,"5 inch\nb@example.com,\n')
    assert [(one.line, one.value) for one in found.entries] == [(2, "a@example.com"), (3, "b@example.com")]


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
    assert [(entry.line, entry.value) for entry in values_in_file(data).entries] == values


@pytest.mark.parametrize("data", [b"", b"\n\n", b"PK\x03\x04\x00\x00", b"email\n"])
def test_a_file_without_values_is_refused(data: bytes) -> None:
    with pytest.raises(BlockListError):
        values_in_file(data)


def test_too_much_at_once_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_values, "MOST_VALUES", 2)
    with pytest.raises(BlockListError):
        entries_in_text("a.example.com b@example.com\nc.example.com\nd.example.com")
    monkeypatch.setattr(block_values, "MOST_BYTES", 5)
    with pytest.raises(BlockListError):
        values_in_file(b"a@example.com")
