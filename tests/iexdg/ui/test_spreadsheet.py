import pytest

from iexdg.ui.spreadsheet import csv_lines, formula_safe


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_a_spreadsheet_would_run_is_shown_instead(cell: str) -> None:
    assert formula_safe(cell) == f"'{cell}"


def test_plain_words_stay_as_they_are() -> None:
    assert formula_safe("Ada = Approver") == "Ada = Approver"


def test_lines_begin_with_the_mark_for_excel_and_quote_what_needs_it() -> None:
    assert list(csv_lines(["who", "what"], [["Ada", "a, b"], ["=x", ""]])) == [
        "\ufeff",
        "who,what\r\n",
        'Ada,"a, b"\r\n',
        "'=x,\r\n",
    ]
