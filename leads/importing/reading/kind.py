"""Says what kind of file it is from its first bytes, and refuses kinds that are no table of leads."""

import re
import zipfile
import zlib
from pathlib import Path

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.shape import OPEN_DOCUMENT, WORKBOOK

TEXT = "text"
# A page may begin with its styles, and its table comes behind them.
_HEAD_BYTES = 64 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_SHORT = _OLE[:4]
_OLD_EXCEL = re.compile(rb"\x09[\x00\x02\x04\x08]..(?:\x10|\x20|\x00)", re.DOTALL)
_OPEN_DOCUMENT_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
_BEFORE_HTML = rb"\s*(?:(?:<\?xml[^>]*>|<!--(?:(?!-->).)*-->|<!doctype[^>]*>)\s*)*"
_HTML = re.compile(
    _BEFORE_HTML + rb"<(?:!doctype html|html|head|body|meta|table|div|thead|tbody|tr|th|td)\b", re.I | re.S
)
# Another element that comes first makes a page only if a table follows: a server's warning can stand above a CSV.
_ELEMENT = re.compile(_BEFORE_HTML + rb"</?[a-z][a-z0-9]*(?:\s[^<>]*|/)?>", re.I | re.S)
_HTML_TABLE = re.compile(rb"<(?:html|body|table|tr)(?:\s[^<>]*)?>", re.I)
_XML = re.compile(rb"\s*<\?xml[\s\S]*?(?:urn:schemas-microsoft-com:office:spreadsheet|Excel\.Sheet)")
# The head of a message: lines such as "Subject: …", one of which says that it is one. A web archive is one, too.
_MESSAGE = re.compile(rb"\s*(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*?(?:MIME-Version|Message-ID):", re.I)
_WEB_ARCHIVE = re.compile(rb"^(?:Content-Type:\s*multipart/related|Content-Location:|Snapshot-Content-)", re.I | re.M)
_SAVE = "Save it as .xlsx or CSV and upload that"
_EXPORT = "Export the table as CSV or .xlsx and upload that"
# First letters -> what the file is; a mark or white space may stand before them.
_TEXT_MARKS = {b"%PDF": "a PDF", b"{\\rtf": "a text document (RTF)"}
# First bytes -> what the file is.
_MARKS = {
    b"\x1f\x8b": "a compressed file (.gz)",
    b"7z\xbc\xaf": "an archive (.7z)",
    b"Rar!": "an archive (.rar)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
}
_UNPACK = "Unpack it and upload the file that is inside"


def kind_of(path: Path) -> str:
    """Return "text", "xlsx" or "ods".

    Raises: UnreadableFileError - empty, or a kind that cannot be read, with what to do instead.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise UnreadableFileError("the file is empty", "Upload one with a header line and at least one lead")
    if head.startswith(_ZIP):
        return _kind_of_archive(path)
    if head.startswith(b"PK\x05\x06"):
        raise UnreadableFileError("this is an empty archive (.zip)", _UNPACK)
    if head.startswith(_OLE_SHORT):
        raise _of_compound_file(path)
    if _OLD_EXCEL.match(head):
        raise UnreadableFileError("this is an old Excel file (.xls)", _SAVE)
    _refuse_other_kinds(head)
    return TEXT


def _refuse_other_kinds(head: bytes) -> None:
    text = _narrow(head)
    for mark, name in {**_MARKS, **_TEXT_MARKS}.items():
        if (text.lstrip() if mark in _TEXT_MARKS else head).startswith(mark):
            packed = "compressed" in name or "archive" in name
            raise UnreadableFileError(f"this is {name} and not a table", _UNPACK if packed else _EXPORT)
    if _XML.match(text):
        raise UnreadableFileError("this is an Excel 2003 file (XML)", f"Open it in Excel. {_SAVE}")
    is_message = _MESSAGE.match(text) is not None
    if _is_page(text) or (is_message and _WEB_ARCHIVE.search(text)):
        raise UnreadableFileError("this is a web page (HTML) named like a table", f"Open it in Excel. {_SAVE}")
    if is_message:
        raise UnreadableFileError("this is an e-mail message and not a table", _EXPORT)
    if text.lstrip()[:11].upper() == b"BEGIN:VCARD":
        raise UnreadableFileError("these are contact cards (vCard) and not a table", _EXPORT)
    if re.match(rb'\s*(?:\[\s*\{|\{\s*"[^"]*"\s*:|\{\s*\})', text):
        raise UnreadableFileError("this is JSON and not a table", _EXPORT)


def _is_page(text: bytes) -> bool:
    if _HTML.match(text):
        return True
    return _ELEMENT.match(text) is not None and _HTML_TABLE.search(text) is not None


def _narrow(head: bytes) -> bytes:
    """The bytes without a mark, and without the zeros of UTF-16."""
    return head.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")


def _of_compound_file(path: Path) -> UnreadableFileError:
    """What an old Office container holds: its streams are named in UTF-16."""
    names = {"EncryptedPackage": False, "Workbook": False, "Book": False, "WordDocument": False}
    wanted = {name: name.encode("utf-16-le") for name in names}
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            for name, mark in wanted.items():
                names[name] = names[name] or mark in tail + chunk
            tail = chunk[-64:]
    if names["EncryptedPackage"]:
        return UnreadableFileError(
            "the workbook is protected with a password", "Remove the password and upload it again"
        )
    if names["WordDocument"] and not names["Workbook"]:
        return UnreadableFileError("this is a Word document and not a table", _EXPORT)
    return UnreadableFileError("this is an old Excel file (.xls)", _SAVE)


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {one.filename for one in entries}
            if len(entries) > limits.ARCHIVE_PARTS:
                raise limits.too_many_parts()
            if sum(one.file_size for one in entries) > limits.UNPACKED_BYTES:
                raise limits.too_large_unpacked()
            if any(one.flag_bits & 1 for one in entries):
                raise UnreadableFileError("the archive is protected with a password", "Remove the password first")
            return _kind_of_parts(names, archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError):
        raise incomplete_archive() from None


def _kind_of_parts(names: set[str], archive: zipfile.ZipFile) -> str:
    if "content.xml" in names and "mimetype" in names:
        if not archive.open("mimetype").read(200).startswith(_OPEN_DOCUMENT_TYPE):
            raise UnreadableFileError("this is an OpenDocument file and not a spreadsheet", _EXPORT)
        return OPEN_DOCUMENT
    if any(name.endswith("workbook.bin") for name in names):
        raise UnreadableFileError("this is a binary Excel workbook (.xlsb)", _SAVE)
    if "[Content_Types].xml" in names and "_rels/.rels" in names:
        if any(name.startswith(("word/", "ppt/", "visio/")) for name in names):
            raise UnreadableFileError("this is an Office document and not a workbook", _EXPORT)
        return WORKBOOK
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        raise UnreadableFileError("this is an Apple Numbers document", "Export it as CSV or Excel and upload that")
    raise UnreadableFileError("this is an archive (.zip) and not an Excel workbook", _UNPACK)


def incomplete_archive() -> UnreadableFileError:
    """A workbook or another archive that cannot be opened, such as one that was downloaded in part."""
    return UnreadableFileError(
        "this workbook or archive is damaged or not complete",
        "Copy or download it again, or save it again as .xlsx in Excel",
    )
