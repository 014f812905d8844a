"""The failed-rows file has the original cells with the reason, and can be uploaded again."""

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iexdg.ui.spreadsheet import csv_lines
from leads.importing.check import clean, plan_for
from leads.importing.failed_rows import failed_rows_csv
from leads.models import Import, Row, RowState

pytestmark = pytest.mark.django_db


def parsed(imported: Import) -> list[list[str]]:
    text = "".join(failed_rows_csv(imported))
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), delimiter=imported.delimiter or ","))


def test_the_original_columns_are_exported_in_their_order_with_the_reason(checked: Callable[..., Import]) -> None:
    imported = checked('News;E-mail;Name\n"a; b\nc";nope;Käthe\n;ada@example.com;Ada\nx;;\n')
    assert parsed(imported) == [
        ["News", "E-mail", "Name", "reason", "reason_detail"],
        ["a; b\nc", "nope", "Käthe", "not an e-mail address", "An email address must have an @-sign."],
        ["x", "", "", "no e-mail address", ""],
    ]


def test_loaded_and_open_rows_are_not_exported(checked: Callable[..., Import]) -> None:
    imported = checked("Email\na@example.com\nb@example.com\n")
    Row.objects.filter(email="b@example.com").update(state=RowState.REJECTED, reason="invalid")
    assert [row[0] for row in parsed(imported)[1:]] == ["b@example.com"]
    assert parsed(imported)[1][1] == "mailbox does not exist"


def test_cells_beyond_the_header_follow_the_reason(checked: Callable[..., Import]) -> None:
    imported = checked("Email,Name\na@example.com,Ada,one,two\n")
    assert parsed(imported)[1] == [
        "a@example.com", "Ada", "more columns than the header", "4 cells, the header has 2", "one", "two",
    ]  # fmt: skip


def test_uploaded_again_the_old_reasons_are_not_repeated(checked: Callable[..., Import]) -> None:
    first = checked("Email,Name\nnope,Ada\n")
    again = checked("".join(failed_rows_csv(first)))
    assert again.encoding == "utf-8-sig"
    assert parsed(again) == parsed(first)


def test_a_mapped_column_called_reason_is_kept(checked: Callable[..., Import]) -> None:
    imported = checked("Email,reason\nnope,they asked\n")
    Import.objects.filter(pk=imported.pk).update(mapping={"Email": "email", "reason": "custom:why"})
    imported.refresh_from_db()
    assert parsed(imported)[0] == ["Email", "reason", "import_reason", "reason_detail"]


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2).map(
        lambda cells: ["ada@example.com", *cells]
    )
)
def test_the_fields_of_a_lead_survive_the_round_trip(cells: list[str]) -> None:
    plan = plan_for(["e", "n", "v"], {"e": "email", "n": "first_name", "v": "custom:v"})
    text = "".join(csv_lines([cells]))[1:]
    (again,) = csv.reader(io.StringIO(text, newline=""))
    before, after = clean(cells, plan), clean(again, plan)
    assert (before.values, before.variables, before.reason) == (after.values, after.variables, after.reason)
