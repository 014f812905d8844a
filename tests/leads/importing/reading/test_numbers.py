"""Numbers of a workbook are written as the workbook shows them."""

import pytest

from leads.importing.reading.numbers import general, shown_by


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("123456789012345680", "123456789012345680"),
        ("1.2345678901234568E+17", "123456789012345680"),
        ("4.91515550101E11", "491515550101"),
        ("0.30000000000000004", "0.3"),
        ("12.0", "12"),
        ("-5", "-5"),
        ("1e-7", "0.0000001"),
        ("1E+999999999", "1E+999999999"),
        ("oops", "oops"),
    ],
)
def test_a_number_without_a_format_keeps_its_digits(raw: str, text: str) -> None:
    assert general(raw) == text


@pytest.mark.parametrize(
    ("code", "raw", "text"),
    [
        ("00000", "2139", "02139"),
        ("0%", "0.25", "25%"),
        ("0.0 %", "0.1234", "12.3 %"),
        ("0.00", "1.005", "1.01"),
        ("#,##0", "1234567.5", "1,234,568"),
        ("#,##0.00", "-1234.5", "-1,234.50"),
        ("#.##", "0.5", ".5"),
        ('0.0,,"M"', "12345678", "12.3M"),
        ("[$€-407] #,##0.00", "1234.5", "€ 1,234.50"),
        ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', "12.5", "12.50 €"),
        ("$#,##0;[Red]($#,##0)", "-5000", "($5,000)"),
        ("000-00-0000", "123456789", "123-45-6789"),
        ("[<=9999999]###-####;(###) ###-####", "5551234", "555-1234"),
        ("[<=9999999]###-####;(###) ###-####", "2125551234", "(212) 555-1234"),
        ('"+"0', "49151", "+49151"),
        ("0#########", "151555", "0000151555"),
        ("0.00E+00", "12345", "1.23E+04"),
        ('General" kg"', "12.5", "12.5 kg"),
        ("# ?/?", "0.5", "0.5"),
        ("0", "-0.2", "0"),
        ("@", "5", "5"),
        ("yyyy-mm-dd", "45306", "2024-01-15"),
        ("dd.mm.yyyy hh:mm", "45306.75", "15.01.2024 18:00"),
        ("d. mmmm yyyy", "45306", "15. January 2024"),
        ("ddd d mmm yy", "45306", "Mon 15 Jan 24"),
        ("h:mm AM/PM", "0.75", "6:00 PM"),
        ("[h]:mm", "1.5", "36:00"),
        ("mm:ss.0", "0.000696759", "01:00.2"),
        ("hh:mm:ss", "45306.999995", "00:00:00"),
        ("[$-F800]dddd, mmmm dd, yyyy", "45306", "2024-01-15"),
        ("yyyy-mm-dd", "-3", "-3"),
        ("yyyy-mm-dd", "99999999", "99999999"),
    ],
)
def test_a_format_is_followed(code: str, raw: str, text: str) -> None:
    assert shown_by(164, code)(raw) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[$-407]d. mmmm yyyy", "5. März 2026"),
        ("[$-de-DE]dddd, d. mmmm yyyy", "Donnerstag, 5. März 2026"),
        ("[$-419]mmmm\\ yyyy;@", "Март 2026"),
        ("[$-FC19]d mmmm yyyy", "5 марта 2026"),
        ("[$-40C]d mmmm yyyy", "5 mars 2026"),
        ('[$-411]ggge"年"m"月"d"日"', "令和8年3月5日"),
        ("[$-411]ge.m.d", "R8.3.5"),
        ("[$-41E]d mmmm bbbb", "5 มีนาคม 2569"),
        ("[$-409]d-mmm-yy;@", "5-Mar-26"),
        ("[$-en-US]mmmm d, yyyy", "March 5, 2026"),
    ],
)
def test_a_format_that_names_a_language_is_followed_in_it(code: str, text: str) -> None:
    otherwise: list[str] = []
    assert shown_by(164, code, otherwise=otherwise)("46086") == text
    assert otherwise == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("[$-40C]d mmm yy", "5 mars 26"),
        ("[$-419]d\\ mmm\\ yyyy;@", "5 мар 2026"),
        ("[$-2060401]d/m/yyyy", "5/3/2026"),
        ("[$-7FF]d mmmm", "5 March"),
        ('[$-404]e"年"', "2026年"),
    ],
)
def test_a_date_that_excel_may_write_otherwise_is_said(code: str, text: str) -> None:
    otherwise: list[str] = []
    shown = shown_by(164, code, otherwise=otherwise)
    assert otherwise == []
    assert [shown("46086"), shown("46087")][0] == text
    assert otherwise == [text]


@pytest.mark.parametrize(
    ("number", "raw", "text"),
    [
        (0, "2139", "2139"),
        (9, "0.25", "25%"),
        (14, "45306", "2024-01-15"),
        (22, "45306.5", "2024-01-15 12:00"),
        (14, "0.25", "06:00"),
        (14, "1", "1900-01-01"),
        (14, "59", "1900-02-28"),
        (14, "61", "1900-03-01"),
        (20, "0.5", "12:00"),
        (44, "7", "$7.00"),
    ],
)
def test_built_in_formats_are_known_and_the_regions_date_is_iso(number: int, raw: str, text: str) -> None:
    assert shown_by(number, "")(raw) == text


def test_a_workbook_of_1904_counts_from_there() -> None:
    assert shown_by(14, "", since_1904=True)("43844") == "2024-01-15"
    assert shown_by(164, "yyyy", since_1904=True)("0") == "1904"
