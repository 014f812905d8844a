"""Files that are no table are refused with what they are and what to do."""

import zipfile
from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.kind import kind_of
from tests.leads.importing.workbooks import write_open_document, write_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def file_of(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "leads.xls"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (OLE + "Workbook".encode("utf-16-le"), r"old Excel file \(\.xls\)\. Save it as \.xlsx"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protected with a password. Remove the password"),
        (OLE + "WordDocument".encode("utf-16-le"), "a Word document"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", r"old Excel file \(\.xls\)"),
        (b"<html><body><table><tr><td>Email</td></tr></table>", r"a web page \(HTML\)"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", r"a web page \(HTML\)"),
        ("\ufeff<table>".encode("utf-16-le"), r"a web page \(HTML\)"),
        (b"<tr>\n<th>Email</th>\n</tr>", r"a web page \(HTML\)"),
        (b"<center><table><tr><td>a@example.com", r"a web page \(HTML\)"),
        (b'\n\n<!-- a --><!-- b -->\n<font face="Arial"><table>\n<tr>', r"a web page \(HTML\)"),
        (b"<!DOCTYPE table>\r\n<h3>Leads</h3>\n<TABLE border=1>", r"a web page \(HTML\)"),
        (b"\xef\xbb\xbf<style>" + b"td{color:red}" * 700 + b"</style>\n<table>", r"a web page \(HTML\)"),
        (
            b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related;\r\n boundary=x\r\n",
            r"^This is a web page \(HTML\) named like a table\. Open it in Excel\. Save it as \.xlsx or CSV",
        ),
        (
            b"From: <Saved by Blink>\nSnapshot-Content-Location: https://example.com/\nSubject: =?utf-8?Q?Leads?=\n"
            b" and more\nMIME-Version: 1.0\n",
            r"a web page \(HTML\)",
        ),
        (
            b"From: a@example.com\r\nSubject: Leads\r\nmime-version: 1.0\r\n\r\nHello",
            "an e-mail message and not a table",
        ),
        (b"Message-ID: <1@example.com>\nTo: a@example.com\n\nHello", "an e-mail message and not a table"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', r"Excel 2003 file \(XML\)"),
        (b"%PDF-1.7", "a PDF and not a table"),
        (b"\xef\xbb\xbf\r\n %PDF-1.7", "a PDF and not a table"),
        (b"\n{\\rtf1", "a text document"),
        (b"{\\rtf1", "a text document"),
        (b"\x1f\x8b\x08", r"compressed file \(\.gz\) and not a table\. Unpack it"),
        (b"BEGIN:VCARD\r\nVERSION:3.0", "contact cards"),
        (b'[{"email": "ada@example.com"}]', "JSON and not a table"),
        (b"PK\x03\x04" + bytes(100), "This workbook or archive is damaged or not complete"),
        (b"PK\x05\x06" + bytes(18), "an empty archive"),
    ],
)
def test_every_other_kind_is_named_in_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        kind_of(file_of(tmp_path, content))


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["leads.csv"], r"an archive \(\.zip\) and not an Excel workbook"),
        (["Index/Document.iwa"], "Apple Numbers document. Export it as CSV or Excel"),
        (["[Content_Types].xml", "_rels/.rels", "xl/workbook.bin"], r"binary Excel workbook \(\.xlsb\)"),
        (["[Content_Types].xml", "_rels/.rels", "word/document.xml"], "an Office document"),
    ],
)
def test_archives_are_distinguished_by_their_parts(tmp_path: Path, names: list[str], words: str) -> None:
    path = tmp_path / "leads.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(UnreadableFileError, match=words):
        kind_of(path)


@pytest.mark.parametrize(
    "text",
    [
        b"<br />\n<b>Warning</b>: in <b>/a.php</b><br />\nEmail,Name\nada@example.com,Ada",
        b"<Email>;Name\nada@example.com;Ada",
        b"<ada@example.com>,Ada\n<bob@example.com>,<table>",
        b"Email,Note\nada@example.com,<table><tr><td>x</td></tr></table>",
    ],
)
def test_a_table_with_an_element_in_it_is_no_page(tmp_path: Path, text: bytes) -> None:
    assert kind_of(file_of(tmp_path, text)) == "text"


def test_tables_are_recognised_by_their_content_not_their_name(tmp_path: Path) -> None:
    assert kind_of(file_of(tmp_path, b"Email\nada@example.com\n")) == "text"
    assert kind_of(file_of(tmp_path, b"Note: ours\nEmail,MIME-Version: 1\nada@example.com,x\n")) == "text"
    assert kind_of(write_workbook(tmp_path / "a.csv", [[["Email"]]])) == "xlsx"
    assert kind_of(write_open_document(tmp_path / "b.csv", "")) == "ods"
    with pytest.raises(UnreadableFileError, match="not a spreadsheet"):
        kind_of(write_open_document(tmp_path / "c.csv", "", kind="text"))


def test_a_workbook_that_is_too_large_when_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNPACKED_BYTES", 100)
    with pytest.raises(UnreadableFileError, match="too large when unpacked"):
        kind_of(write_workbook(tmp_path / "leads.xlsx", [[["Email"], ["ada@example.com"]]]))


def test_a_workbook_of_too_many_parts_is_refused_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ARCHIVE_PARTS", 3)
    with pytest.raises(UnreadableFileError, match="The workbook has more than 3 parts, such as pictures"):
        kind_of(write_workbook(tmp_path / "leads.xlsx", [[["Email"], ["ada@example.com"]]]))


def test_half_of_a_workbook_is_not_complete(tmp_path: Path) -> None:
    whole = write_workbook(tmp_path / "leads.xlsx", [[["Email"], ["ada@example.com"]]]).read_bytes()
    with pytest.raises(UnreadableFileError, match="This workbook or archive is damaged or not complete"):
        kind_of(file_of(tmp_path, whole[: len(whole) // 2]))
