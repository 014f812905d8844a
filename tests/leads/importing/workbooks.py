"""Writes Excel workbooks and OpenDocument spreadsheets, as small as a test needs them."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Cell:
    """A cell as it is in the file: kind "n", "s", "b", "e", "str", "d"; the place of its style."""

    value: str
    kind: str = "n"
    style: int = 0


@dataclass
class Page:
    """A sheet: its rows of texts or cells, which of them and of the columns (from 1) are hidden, its visibility."""

    name: str
    rows: Sequence[Sequence[str | Cell]]
    hidden_rows: Iterable[int] = ()
    state: str = "visible"
    hidden_columns: Iterable[int] = ()


@dataclass
class Options:
    """What the sheets of a workbook share: the codes of the styles from 1 on, shared texts as XML, the calendar."""

    formats: Sequence[str | int] = ()
    shared: Sequence[str] = field(default_factory=list)
    since_1904: bool = False
    strict: bool = False
    prefix: str = ""


def write_workbook(path: Path, sheets: list[list[list[str]]]) -> Path:
    """Write one visible sheet per list of rows; every cell is text."""
    return write_pages(path, [Page(f"S{number}", rows) for number, rows in enumerate(sheets, start=1)])


def write_pages(path: Path, pages: Sequence[Page], options: Options | None = None) -> Path:
    """Write a workbook of these sheets."""
    options = options or Options()
    main, rel = (_STRICT_MAIN, _STRICT_REL) if options.strict else (_MAIN, _REL)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("[Content_Types].xml", f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"/>')
        book.writestr("_rels/.rels", _relations(rel, [("officeDocument", "xl/workbook.xml")]))
        names = "".join(
            f'<sheet name={quoteattr(page.name)} sheetId="{number}" state="{page.state}" r:id="rId{number}"/>'
            for number, page in enumerate(pages, start=1)
        )
        since = '<workbookPr date1904="1"/>' if options.since_1904 else ""
        sheets = f'<workbook xmlns="{main}" xmlns:r="{rel}">{since}<sheets>{names}</sheets></workbook>'
        book.writestr("xl/workbook.xml", _HEAD + sheets)
        targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(pages) + 1)]
        targets += [("styles", "/xl/styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        book.writestr("xl/_rels/workbook.xml.rels", _relations(rel, targets))
        book.writestr("xl/styles.xml", _styles(main, options.formats))
        texts = "".join(f"<si>{text}</si>" for text in options.shared)
        book.writestr("xl/sharedStrings.xml", f'{_HEAD}<sst xmlns="{main}">{texts}</sst>')
        for number, page in enumerate(pages, start=1):
            book.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(main, page, options.prefix))
    return path


def _sheet(main: str, page: Page, prefix: str) -> str:
    p = f"{prefix}:" if prefix else ""
    hidden = set(page.hidden_rows)
    body = "".join(
        f'<{p}row r="{line}"{" hidden=" + chr(34) + "1" + chr(34) if line in hidden else ""}>'
        + "".join(_cell(cell, f"{chr(65 + place)}{line}", p) for place, cell in enumerate(row))
        + f"</{p}row>"
        for line, row in enumerate(page.rows, start=1)
    )
    name = f"xmlns:{prefix}" if prefix else "xmlns"
    columns = "".join(f'<{p}col min="{number}" max="{number}" hidden="1"/>' for number in page.hidden_columns)
    columns = f"<{p}cols>{columns}</{p}cols>" if columns else ""
    return f'{_HEAD}<{p}worksheet {name}="{main}">{columns}<{p}sheetData>{body}</{p}sheetData></{p}worksheet>'


def _cell(cell: str | Cell, place: str, p: str) -> str:
    if isinstance(cell, str):
        return f'<{p}c r="{place}" t="inlineStr"><{p}is><{p}t>{escape(cell)}</{p}t></{p}is></{p}c>'
    return f'<{p}c r="{place}" t="{cell.kind}" s="{cell.style}"><{p}f>A1</{p}f><{p}v>{escape(cell.value)}</{p}v></{p}c>'


def _styles(main: str, formats: Sequence[str | int]) -> str:
    own = [(164 + place, code) for place, code in enumerate(formats) if isinstance(code, str)]
    codes = "".join(f'<numFmt numFmtId="{number}" formatCode={quoteattr(str(code))}/>' for number, code in own)
    numbers = [0, *(164 + place if isinstance(code, str) else code for place, code in enumerate(formats))]
    used = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    return (
        f'{_HEAD}<styleSheet xmlns="{main}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>'
        f"<cellXfs>{used}</cellXfs></styleSheet>"
    )


def _relations(rel: str, targets: list[tuple[str, str]]) -> str:
    items = "".join(
        f'<Relationship Id="rId{number}" Type="{rel}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'


def write_open_document(path: Path, body: str, *, manifest: str = "", kind: str = "spreadsheet") -> Path:
    """Write an OpenDocument file around the XML of its tables; `manifest` is the content of its manifest."""
    prefixes = ("office", "table", "text", "style")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in prefixes)
    hidden = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        book.writestr(
            "content.xml",
            f"{_HEAD}<office:document-content {spaces}><office:automatic-styles>{hidden}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>",
        )
        if manifest:
            book.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
    return path
