"""Detecting the encoding of a file."""

from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading.detect import detect_encoding
from leads.importing.reading.encoding import label_of

TEXT = "Email,Name\nada@example.com,Käthe Müller\n"


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_each_encoding_is_detected(tmp_path: Path, codec: str, expected: str) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(TEXT.encode(codec))
    assert detect_encoding(path)[0] == expected
    assert path.read_text(encoding=detect_encoding(path)[0]).lstrip("\ufeff") == TEXT


def test_a_byte_that_windows_1252_does_not_define_means_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(TEXT.encode("latin-1") + b"\x81\n")
    assert detect_encoding(path)[0] == "latin-1"


def test_a_few_damaged_bytes_leave_a_utf_8_file_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    lines = "".join(f"p{number}@example.com,Käthe\n" for number in range(1000))
    path.write_bytes(("Email,Name\n" + lines).encode() + b"x@example.com,M\xfcller\n")
    assert detect_encoding(path)[0] == "utf-8"


def test_a_file_with_one_accent_and_no_valid_utf_8_is_windows_1252(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    lines = "".join(f"p{number}@example.com,Ada\n" for number in range(1000))
    path.write_bytes(b"Email,Name\n" + lines.encode() + b"x@example.com,M\xfcller\n")
    assert detect_encoding(path)[0] == "cp1252"


def test_an_accent_split_across_two_chunks_is_not_damage(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + "ü".encode() + b"\n")
    assert detect_encoding(path)[0] == "utf-8"


def test_an_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(1, 9)) * 200)
    with pytest.raises(UnreadableFileError, match="not a text table"):
        detect_encoding(path)


def test_encodings_have_display_names() -> None:
    assert [label_of("cp1252"), label_of("xlsx"), label_of("koi8-r")] == [
        "Windows-1252 (Western)",
        "Excel workbook",
        "koi8-r",
    ]
