from datetime import date

import pytest

from iexdg.ui.spreadsheet import csv_download, csv_lines, formula_safe


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\ufeff=1", "＝1+1"])
def test_a_cell_that_a_spreadsheet_would_run_is_shown_instead(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Ada = Approver", "", -5, None, date(2026, 11, 23)])
def test_plain_words_and_numbers_stay_as_they_are(cell: object) -> None:
    assert formula_safe(cell) == cell


def test_lines_begin_with_the_mark_for_excel_and_quote_what_needs_it() -> None:
    assert list(csv_lines([["who", "=what"], ["Ada", "a, b"], ["=x", None]])) == [
        "\ufeff",
        "who,'=what\r\n",
        'Ada,"a, b"\r\n',
        "'=x,\r\n",
    ]


def test_a_file_may_keep_its_own_delimiter_and_do_without_the_mark() -> None:
    assert list(csv_lines([["a;b", -5]], ";", with_mark=False)) == ['"a;b";-5\r\n']
    assert list(csv_lines([["a", "b"]], "", with_mark=False)) == ["a,b\r\n"]


def test_a_download_is_saved_under_its_name_whatever_is_in_it() -> None:
    answer = csv_download('Q4 "leads"\r\nX: é.csv', csv_lines([["a"]]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "\n" not in answer["Content-Disposition"]
    assert csv_download("audit.csv", csv_lines([["a"]]))["Content-Disposition"] == 'attachment; filename="audit.csv"'
