"""Choosing the sheet of a workbook, and its rows as they are shown."""

import zipfile
from pathlib import Path

import pytest

from leads.importing.errors import UnreadableFileError
from leads.importing.reading import limits
from leads.importing.reading.shape import FORMULA_WITHOUT_VALUE, Record, Shape
from leads.importing.reading.survey import file_records, survey
from leads.importing.reading.workbook import Book, book_of, sheet_of
from tests.leads.importing.workbooks import Cell, Options, Page, write_open_document, write_pages, write_workbook

HEADER = ["Email", "Name"]
ANN, BO = ["ann@example.com", "Ann"], ["bo@example.com", "Bo"]
LEADS = [HEADER, ANN, BO]


def rows_of(book: Book, name: str = "") -> list[Record]:
    return [record for _, record in book.records([sheet_of(book, name)[0]])]


def excel(tmp_path: Path, *pages: Page, options: Options | None = None) -> Book:
    return book_of(write_pages(tmp_path / "leads.xlsx", pages, options), "xlsx")


def test_the_sheet_with_addresses_is_taken_not_the_cover(tmp_path: Path) -> None:
    cover = Page("Read me", [["How to use this"], ["Questions:", "ask@example.com"]])
    book = excel(tmp_path, cover, Page("Empty", []), Page("Leads", LEADS))
    assert sheet_of(book, "")[0].name == "Leads"
    assert sheet_of(book, "")[1] is None
    assert [record.line for record in rows_of(book)] == [1, 2, 3]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_only_read_if_it_is_named(tmp_path: Path, state: str) -> None:
    book = excel(tmp_path, Page("backup", LEADS, state=state), Page("Leads", [HEADER, BO]))
    assert sheet_of(book, "")[0].name == "Leads"
    assert sheet_of(book, " BACKUP ")[0].name == "backup"
    only = excel(tmp_path, Page("backup", LEADS, state=state))
    with pytest.raises(UnreadableFileError, match=r"All sheets of the workbook are hidden.*name it with --sheet"):
        sheet_of(only, "")
    assert len(rows_of(only, "backup")) == 3


def test_several_sheets_with_leads_are_asked_about(tmp_path: Path) -> None:
    book = excel(tmp_path, Page("North", LEADS), Page("Notes", [["x"]]), Page("South", [BO, ANN]))
    _, question = sheet_of(book, "")
    assert question is not None
    assert (question.what, question.choices) == ("sheet", ["North", "South"])
    assert question.previews == ["Email · Name / ann@example.com · Ann", "bo@example.com · Bo / ann@example.com · Ann"]
    with pytest.raises(UnreadableFileError, match=r"no sheet “West”\. Choose one of “North”, “Notes”, “South”"):
        sheet_of(book, "West")


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="workbook is empty"):
        sheet_of(book_of(write_workbook(tmp_path / "leads.xlsx", [[]]), "xlsx"), "")


def test_a_hidden_sheet_with_leads_behind_a_visible_one_without_is_named_as_the_way(tmp_path: Path) -> None:
    book = excel(tmp_path, Page("Leads", [HEADER, ANN], state="hidden"), Page("Notes", [["nothing here"]]))
    with pytest.raises(UnreadableFileError, match=r"No visible sheet has e-mail addresses.*name it with --sheet"):
        sheet_of(book, "")


def test_hidden_rows_are_marked_and_blank_rows_left_out(tmp_path: Path) -> None:
    book = excel(tmp_path, Page("L", [HEADER, ANN, [" "], ["\u00a0", ""], BO], hidden_rows=[2]))
    assert [(one.line, one.problem) for one in rows_of(book)] == [(1, ""), (2, "hidden_row"), (5, "")]


def test_every_kind_of_cell_is_written_as_excel_shows_it(tmp_path: Path) -> None:
    cells = [
        Cell("0", "s"), Cell("1", "s"), Cell("2139", style=1), Cell("45306", style=2), Cell("0.25", style=3),
        Cell("123456789012345680"), Cell("1", "b"), Cell("#N/A", "e"), Cell("a_x000D_b", "str"), Cell("", "n"),
        Cell("2024-01-15T00:00:00", "d"), Cell("7", style=99), "_xD83D__xDE00_ _xD83D_",
    ]  # fmt: skip
    shared = ["<r><t>Zo</t></r><r><t xml:space='preserve'>ë </t></r><rPh><t>no</t></rPh>", "<t>Ada &amp; Co</t>"]
    book = excel(tmp_path, Page("L", [HEADER, cells]), options=Options(formats=["00000", 14, "0%"], shared=shared))
    assert rows_of(book)[1].cells == [
        "Zoë ", "Ada & Co", "02139", "2024-01-15", "25%", "123456789012345680", "TRUE", "", "a\rb", "", "2024-01-15",
        "7", "😀 \ufffd",
    ]  # fmt: skip


def test_the_calendar_of_1904_and_the_strict_variant_with_prefixes_are_read(tmp_path: Path) -> None:
    options = Options(formats=[14], since_1904=True, strict=True, prefix="x")
    book = excel(tmp_path, Page("L", [HEADER, ["a@example.com", Cell("43844", style=1)]]), options=options)
    assert rows_of(book)[1].cells == ["a@example.com", "2024-01-15"]


def far(tmp_path: Path, rows: str) -> Book:
    path = write_workbook(tmp_path / "plain.xlsx", [[]])
    changed = tmp_path / "leads.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            body = old.read(name).decode()
            new.writestr(name, body.replace("<sheetData>", f"<sheetData>{rows}") if "sheet1" in name else body)
    return book_of(changed, "xlsx")


def test_a_formula_that_was_never_calculated_is_remarked_on_its_row(tmp_path: Path) -> None:
    formula = '<c r="A2"><f>B2&amp;"@example.com"</f>{}</c><c r="B2" t="str"><v>ann</v></c>'
    unsaved = far(tmp_path, f'<row r="2">{formula.format("")}</row><row r="3"><c r="B3" t="str"><v>bo</v></c></row>')
    assert rows_of(unsaved) == [Record(2, ["", "ann"], "", FORMULA_WITHOUT_VALUE), Record(3, ["", "bo"])]
    saved = far(tmp_path, f'<row r="2">{formula.format("<v>1</v>")}</row>')
    assert rows_of(saved) == [Record(2, ["1", "ann"])]


def test_cells_that_lie_far_apart_cost_nothing(tmp_path: Path) -> None:
    book = far(tmp_path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="C1048576"><v>2</v></c></row>')
    assert rows_of(book) == [Record(1, ["1"]), Record(1048576, ["", "", "2"])]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', "Line 2: a row has more than 500 columns"),
        ('<row r="2"/><row r="2"/>', "The workbook is damaged"),
        ('<row r="9999999999"/>', "The workbook is damaged"),
        ('<row r="x"/>', "The workbook is damaged"),
        ('<row><c r="ZZZZ1"><v>1</v></c></row>', "The workbook is damaged"),
        ('<row><c t="s"><v>5</v></c></row>', "The workbook is damaged"),
        ("<row><c></row>", "The workbook is damaged"),
        ('<row><c t="str"><v>a_x0000_</v></c></row>', "Line 1: a cell holds a NUL character"),
        (f'<row><c t="str"><v>{"x" * 64_001}</v></c></row>', "Line 1: a cell has more than 64,000 characters"),
    ],
)
def test_hostile_and_damaged_sheets_are_refused_with_their_line(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        rows_of(far(tmp_path, rows))


def test_too_many_cells_and_too_much_shared_text_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", 3)
    with pytest.raises(UnreadableFileError, match="more than 3 cells"):
        rows_of(excel(tmp_path, Page("L", LEADS)))
    monkeypatch.setattr(limits, "SHARED_BYTES", 3)
    with pytest.raises(UnreadableFileError, match="too much text"):
        rows_of(excel(tmp_path, Page("L", LEADS), options=Options(shared=["<t>long</t>"])))
    monkeypatch.setattr(limits, "SHARED_BYTES", 100)
    monkeypatch.setattr(limits, "SHARED_TEXTS", 2)
    with pytest.raises(UnreadableFileError, match="too much text"):
        rows_of(excel(tmp_path, Page("L", LEADS), options=Options(shared=["<t/>"] * 3)))


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.xlsx"
    with (
        zipfile.ZipFile(write_pages(tmp_path / "x.xlsx", [Page("L", LEADS)])) as old,
        zipfile.ZipFile(path, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace("<workbook", "<!DOCTYPE a [<!ENTITY b 'c'>]><workbook"))
    with pytest.raises(UnreadableFileError, match="damaged"):
        book_of(path, "xlsx")


TABLE = (
    '<table:table table:name="{name}"{more}>'
    "<table:table-row><table:table-cell><text:p>Email</text:p></table:table-cell>"
    "<table:table-cell><text:p>Share</text:p></table:table-cell></table:table-row>"
    '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16000"/>'
    "</table:table-row>{rows}"
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row></table:table>'
)
ROW = (
    "<table:table-row{more}><table:table-cell><text:p>{text}</text:p></table:table-cell>"
    '<table:table-cell office:value-type="percentage" office:value="0.25"><text:p>25 %</text:p></table:table-cell>'
    "</table:table-row>"
)


def open_document(tmp_path: Path, *tables: str) -> Book:
    return book_of(write_open_document(tmp_path / "leads.ods", "".join(tables)), "ods")


def test_an_open_document_is_read_as_it_is_shown(tmp_path: Path) -> None:
    note = "<text:span>an</text:span>n@<text:s text:c='0'/>example.com"
    comment = "</text:p><office:annotation><text:p>a note</text:p></office:annotation><text:p>"
    rows = ROW.format(more="", text=note) + ROW.format(
        more=' table:visibility="filter"', text="bo@example.com" + comment
    )
    hidden = TABLE.format(name="old", more=' table:style-name="h"', rows=rows)
    book = open_document(tmp_path, hidden, TABLE.format(name="Leads", more="", rows=rows))
    assert (sheet_of(book, "")[0].name, sheet_of(book, "")[1]) == ("Leads", None)
    assert rows_of(book) == [
        Record(1, ["Email", "Share"]),
        Record(5, ["ann@example.com", "25 %"]),
        Record(6, ["bo@example.com\n", "25 %"], "hidden_row"),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<table:table-row table:number-rows-repeated="1000000"><table:table-cell><text:p>x</text:p></table:table-cell>'
         "</table:table-row>", "more than 2,000,000 rows"),
        ('<table:table-row><table:table-cell table:number-columns-repeated="501"><text:p>x</text:p></table:table-cell>'
         "</table:table-row>", "more than 500 columns"),
        ('<table:table-row table:number-rows-repeated="x"/>', "damaged"),
    ],
)  # fmt: skip
def test_repeats_do_not_multiply_without_limit(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        rows_of(open_document(tmp_path, TABLE.format(name="L", more="", rows=rows)), "L")


def test_a_protected_open_document_is_refused(tmp_path: Path) -> None:
    path = write_open_document(tmp_path / "leads.ods", "", manifest="<file-entry><encryption-data/></file-entry>")
    with pytest.raises(UnreadableFileError, match="protected with a password"):
        book_of(path, "ods")


def test_letters_that_were_encoded_twice_before_they_came_into_a_workbook_are_asked_about(tmp_path: Path) -> None:
    rows = [["Email", "Name"], ["a@example.com", "MÃ¼ller"]]
    path = write_workbook(tmp_path / "book.xlsx", [rows])
    (question,) = survey(path, Shape()).questions
    assert (question.what, question.choices) == ("encoding", ["utf-8-twice", "utf-8"])
    assert question.previews == ["Müller", "MÃ¼ller"]
    repaired, kept = survey(path, Shape("utf-8-twice")), survey(path, Shape("utf-8"))
    assert (repaired.shape.encoding, repaired.sample[0].cells[1], repaired.questions) == ("xlsx-twice", "Müller", [])
    assert (kept.shape.encoding, kept.sample[0].cells[1], kept.questions) == ("xlsx", "MÃ¼ller", [])
    assert [one.cells for one in file_records(path, repaired.shape)][1] == ["a@example.com", "Müller"]


def test_hidden_columns_are_read_and_named(tmp_path: Path) -> None:
    body = (
        '<table:table table:name="S"><table:table-column/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>'
        + "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
            + "</table:table-row>"
            for row in (["Email", "Salary", "Opt out"], ["a@example.com", "1", "no"])
        )
        + "</table:table>"
    )
    found = survey(write_open_document(tmp_path / "book.ods", body), Shape())
    assert found.remarks == ["Hidden in the sheet, and read all the same: “Salary”, “Opt out”."]
    assert found.sample[0].cells == ["a@example.com", "1", "no"]


def test_hidden_columns_of_an_excel_sheet_are_named(tmp_path: Path) -> None:
    rows = [["Email", "Salary"], ["a@example.com", "1"]]
    path = write_pages(tmp_path / "book.xlsx", [Page("S", rows, hidden_columns=[2])])
    assert survey(path, Shape()).remarks == ["Hidden in the sheet, and read all the same: “Salary”."]


def test_formulas_of_a_spreadsheet_without_saved_values_are_said(tmp_path: Path) -> None:
    def book(*cells: str) -> Path:
        head = "".join(f"<table:table-cell><text:p>{name}</text:p></table:table-cell>" for name in ("Email", "Name"))
        row = f"<table:table-row>{head}</table:table-row><table:table-row>{''.join(cells)}</table:table-row>"
        return write_open_document(tmp_path / "book.ods", f'<table:table table:name="S">{row}</table:table>')

    formula = '<table:table-cell table:formula="of:=[.A1]"/>'
    address = "<table:table-cell><text:p>a@example.com</text:p></table:table-cell>"
    assert survey(book(address, formula), Shape()).remarks == [
        "1 line has formulas whose results were not saved: those cells are empty. Open the file in Excel or "
        "LibreOffice, save it and upload that."
    ]
    with pytest.raises(
        UnreadableFileError, match="The workbook has formulas whose results were not saved, and no addr"
    ):
        survey(book(formula, formula), Shape())


def test_a_number_of_a_spreadsheet_without_its_text_is_read_by_its_value(tmp_path: Path) -> None:
    cells = ["Email", "Id", "a@example.com"]
    texts = [f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells]
    number = '<table:table-cell office:value-type="float" office:value="12.50"/>'
    body = (
        f"<table:table-row>{texts[0]}{texts[1]}</table:table-row><table:table-row>{texts[2]}{number}</table:table-row>"
    )
    path = write_open_document(tmp_path / "book.ods", f'<table:table table:name="S">{body}</table:table>')
    assert survey(path, Shape()).sample[0].cells == ["a@example.com", "12.5"]


def test_columns_behind_a_blank_one_are_named(tmp_path: Path) -> None:
    rows = [["Email", "Name", "", "Product", "Price"], ["a@example.com", "Ann", "", "Bolt", "2"]]
    assert survey(write_workbook(tmp_path / "book.xlsx", [rows]), Shape()).remarks == [
        "Behind a blank column, as another table would be: “Product”, “Price”. Ignore what does not belong to the "
        "person."
    ]
