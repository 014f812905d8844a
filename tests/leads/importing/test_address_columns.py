"""The column of the addresses to write to, or the question which one it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.address_columns import choose_address_column, is_ours

ADA, BO = "ada@north.example.com", "bo@south.example.com"
REP = "rep@us.example.com"
People = list[list[str]]


def people(*rows: tuple[str, ...]) -> People:
    return [list(row) for row in rows]


@pytest.mark.parametrize(
    ("header", "rows", "column"),
    [
        (["Email", "Name"], [(ADA, "Ada")], "Email"),
        (["Owner Email", "Email"], [(REP, ADA)], "Email"),
        (["Email Address", "Account Executive Email"], [(ADA, REP)], "Email Address"),
        (["Work Email", "Name"], [(ADA, "Ada")], "Work Email"),
        (["Who", "Where"], [("Ada", ADA)], "Where"),
        (["Mailing City", "E-Mail"], [("Paris", ADA)], "E-Mail"),
        (["Email Opt Out", "E-mail address"], [("no", ADA)], "E-mail address"),
        (["Email", "E-mail"], [(ADA, "")], "Email"),
        (["Email 1", "Email 2"], [(ADA, "")], "Email 1"),
        (["Email"], [("nope",)], "Email"),
        (["メールアドレス", "姓"], [(ADA, "山田")], "メールアドレス"),
        (["Электронная почта", "Имя"], [(ADA, "Иван")], "Электронная почта"),
        (["电子邮箱", "名"], [(ADA, "x")], "电子邮箱"),
        (["Correo electrónico"], [(ADA,)], "Correo electrónico"),
        (["Ηλεκτρονική διεύθυνση"], [(ADA,)], "Ηλεκτρονική διεύθυνση"),
        (["البريد الإلكتروني"], [(ADA,)], "البريد الإلكتروني"),
        (["Email", "Rep"], [("a@b", "x")], "Email"),
        (["Notes", "Work e-mail"], [("ask bo@x.example.com", ADA), ("", BO), ("won", BO)], "Work e-mail"),
    ],
)
def test_a_column_is_taken_where_no_other_can_be_meant(
    header: list[str], rows: list[tuple[str, ...]], column: str
) -> None:
    choice = choose_address_column(header, people(*rows), whole=True)
    assert (choice.column, choice.candidates) == (column, [])


@pytest.mark.parametrize(
    ("header", "rows", "candidates"),
    [
        (["Contact owner email", "Lead e-mail address"], [(REP, ADA)], ["Lead e-mail address", "Contact owner email"]),
        (["Personal Email", "Work Email"], [(ADA, BO)], ["Work Email", "Personal Email"]),
        (["Email 1", "Email 2"], [(ADA, BO)], ["Email 1", "Email 2"]),
        (["Email", "E-mail"], [(ADA, BO)], ["Email", "E-mail"]),
        (["Owner Email", "Name"], [(REP, "Ada")], ["Owner Email"]),
        (["Assigned To", "Name"], [(REP, "Ada")], ["Assigned To"]),
        (["Sales Rep", "Company"], [(REP, "North")], ["Sales Rep"]),
        (["Verantwortlicher E-Mail"], [(REP,)], ["Verantwortlicher E-Mail"]),
        (["Email ответственного"], [(REP,)], ["Email ответственного"]),
        (["Właściciel kontaktu", "Firma"], [(REP, "North")], ["Właściciel kontaktu"]),
        (["Email", "Lead"], [("nope", ADA)], ["Email", "Lead"]),
        (["Email", "Lead"], [(REP, f"a{n}@x.example.com") for n in range(5)], ["Lead", "Email"]),
        (["Contact", "Name"], [(REP, f"A{n}") for n in range(5)], ["Contact"]),
        (["Work Email", "Home Email"], [("nope", "nope")], ["Work Email", "Home Email"]),
    ],
)
def test_it_asks_where_the_addresses_may_be_of_others(
    header: list[str], rows: list[tuple[str, ...]], candidates: list[str]
) -> None:
    choice = choose_address_column(header, people(*rows), whole=True)
    assert (choice.column, choice.candidates) == ("", candidates)


def test_a_column_that_is_empty_in_the_first_records_only_may_hold_addresses_further_down() -> None:
    header, rows = ["Email 1", "Email 2"], people((ADA, ""))
    assert choose_address_column(header, rows, whole=False).candidates == ["Email 1", "Email 2"]


def test_other_columns_with_addresses_are_named() -> None:
    choice = choose_address_column(["Email", "Owner Email", "Name"], people((ADA, REP, "Ada")), whole=True)
    assert choice.others == ["Owner Email"]


def test_without_any_address_and_any_name_nothing_is_chosen() -> None:
    choice = choose_address_column(["Name", "City"], people(("Ada", "London")), whole=True)
    assert (choice.column, choice.candidates) == ("", [])


@pytest.mark.parametrize(
    "name",
    [
        "Contact owner email", "assignedTo", "Account Manager", "担当者メール", "Absender", "Właściciel kontaktu",
        "Sachbearbeiter", "Kundenbetreuer", "Erstellt von", "Créé par", "Creado por", "Criado por", "Создал", "作成者",
        "创建人", "Tulajdonos", "Sorumlu", "Titolare contatto", "Vlasnik", "Oprettet af", "Người phụ trách",
        "Penanggung jawab", "Utworzył", "Vytvořil",
    ],
)  # fmt: skip
def test_names_of_our_own_people_are_recognised(name: str) -> None:
    assert is_ours(name)


@pytest.mark.parametrize(
    "name",
    [
        "Email",
        "Lead Email",
        "Contact Email",
        "Reporter",
        "Customer e-mail",
        "メール",
        "Kunde",
        "Interlocuteur",
        "Kontakt",
    ],
)
def test_names_of_the_people_to_write_to_are_not(name: str) -> None:
    assert not is_ours(name)


NAMES = ["Email", "E-mail", "Owner Email", "Work Email", "Rep", "Name", "Contact"]


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True), st.data())
def test_a_column_of_our_own_people_is_never_taken_unasked(header: list[str], data: st.DataObject) -> None:
    cells = st.sampled_from([ADA, BO, REP, "", "x"])
    rows = data.draw(st.lists(st.lists(cells, min_size=len(header), max_size=len(header)), min_size=1, max_size=6))
    choice = choose_address_column(header, rows, whole=data.draw(st.booleans()))
    assert choice.column not in {"Owner Email", "Rep"}
    assert not (choice.column and choice.candidates)
    if any("@" in cell for cells in rows for cell in cells):
        assert choice.column or choice.candidates
