"""Flagged rows are left out by a person, marked people by their file."""

from collections.abc import Callable

import pytest

from iexdg.team.audit.models import AuditEvent
from iexdg.team.errors import NotAllowedError
from iexdg.team.models import Member
from leads.errors import ImportStateError
from leads.importing.flagged import leave_out_flagged, put_back
from leads.imports.counts import counts_of
from leads.models import Import, ImportState, Row, RowState

pytestmark = pytest.mark.django_db
Checked = Callable[..., Import]
Members = Callable[..., Member]
FILE = (
    "Email,First name,Phone,Hook\n"
    "ada@gmial.com,Ada,+49 151 5550101,won\n"
    "test@example.com,null,4.91512E+11,{{hook}}\n"
    "b.o@gmail.com,Bo,,\n"
    "bo+x@googlemail.com,BO LEE,,\n"
    "cy@example.com,Cy,,\n"
)


def rows(imported: Import) -> list[tuple[int, str, str, list[str]]]:
    found = Row.objects.filter(imported=imported).order_by("line")
    return [(row.line, row.state, row.reason, row.flags) for row in found]


def test_remarks_are_made_by_the_check_and_counted(checked: Checked) -> None:
    imported = checked(FILE)
    assert rows(imported) == [
        (2, "new", "", ["typo:gmail.com"]),
        (3, "new", "", ["phone:4.91512E+11", "test", "name:first_name", "value:hook"]),
        (4, "new", "", []),
        (5, "new", "", ["name:first_name", "same_person:4"]),
        (6, "new", "", []),
    ]
    assert imported.flags == {"typo": 1, "phone": 1, "test": 1, "name": 2, "value": 1, "same_person": 1}
    assert counts_of(imported).as_json()["flags"] == imported.flags


def test_a_shortened_phone_number_is_not_loaded(checked: Checked) -> None:
    imported = checked(FILE)
    assert list(Row.objects.filter(imported=imported).order_by("line").values_list("phone", flat=True))[:2] == [
        "+49 151 5550101",
        "",
    ]


def test_chosen_kinds_are_left_out_and_can_be_put_back(checked: Checked, member: Members) -> None:
    olive = member("operator", "Olive")
    imported = checked(FILE)
    assert leave_out_flagged(imported, ["typo", "test"], by=olive) == 2
    assert counts_of(imported).left_out == {"flagged": 2}
    assert imported.flags == {"name": 1, "same_person": 1}
    detail = Row.objects.get(imported=imported, line=2).reason_detail
    assert detail == "left out by Olive: mistyped domain, test address"
    assert AuditEvent.objects.get(action="import:rows:left_out").actor == olive
    assert put_back(imported, by=olive) == 2
    assert (counts_of(imported).left_out, Row.objects.get(imported=imported, line=2).reason_detail) == ({}, "")
    assert imported.flags == {"typo": 1, "phone": 1, "test": 1, "name": 2, "value": 1, "same_person": 1}


@pytest.mark.parametrize("codes", [[], ["nonsense"]])
def test_without_a_kind_nothing_is_left_out(checked: Checked, member: Members, codes: list[str]) -> None:
    imported = checked(FILE)
    with pytest.raises(ImportStateError, match="at least one kind"):
        leave_out_flagged(imported, codes, by=member("operator"))
    assert not Row.objects.filter(state=RowState.SKIPPED).exists()


def test_nothing_is_left_out_after_the_start_or_by_a_viewer(checked: Checked, member: Members) -> None:
    imported = checked(FILE)
    with pytest.raises(NotAllowedError):
        leave_out_flagged(imported, ["typo"], by=member("viewer"))
    Import.objects.update(state=ImportState.VERIFYING)
    for act in (
        lambda: leave_out_flagged(imported, ["typo"], by=member("operator")),
        lambda: put_back(imported, by=member("operator")),
    ):
        with pytest.raises(ImportStateError, match="before the start"):
            act()
    assert not Row.objects.filter(state=RowState.SKIPPED).exists()


def test_a_marked_line_is_left_out_with_its_column_and_cell(checked: Checked) -> None:
    imported = checked("Email,Unsubscribed\nada@example.com,yes\nbo@example.com,no\n")
    row = Row.objects.get(imported=imported, line=2)
    assert (row.state, row.reason, row.reason_detail) == (
        "skipped",
        "marked_unsubscribed",
        "column “Unsubscribed” says “yes”",
    )
    assert counts_of(imported).left_out == {"marked_unsubscribed": 1}


@pytest.mark.parametrize("order", [("no", "yes"), ("yes", "no"), ("", "yes")])
def test_who_is_marked_on_one_line_is_not_loaded_from_another(checked: Checked, order: tuple[str, str]) -> None:
    first, second = order
    imported = checked(f"Email,Unsubscribed\nada@example.com,{first}\nAda@example.com,{second}\nbo@example.com,no\n")
    assert list(Row.objects.filter(imported=imported, state=RowState.NEW).values_list("email", flat=True)) == [
        "bo@example.com"
    ]
    assert counts_of(imported).left_out == {"marked_unsubscribed": 2}
