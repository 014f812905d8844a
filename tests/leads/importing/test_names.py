"""Column names in the languages of exports."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.guess import own_variable
from leads.importing.mapping import check_mapping
from leads.importing.names import field_of, is_exactly_email, is_name_of_phone, plain_key, variable_name, words_of


@pytest.mark.parametrize(
    "name",
    [
        "Email", "e-mail", "E-Mail-Adresse", "Adresse e-mail", "Correo electrónico", "E-postadress", "Indirizzo e-mail",
        "E-mailadres", "Adres e-mail", "Электронная почта", "Эл. почта", "メールアドレス", "邮箱", "電子郵件",
        "이메일", "البريد الإلكتروني", "Ηλεκτρονική διεύθυνση", "דוא״ל", "Ｅｍａｉｌ",
    ],
)  # fmt: skip
def test_the_address_has_names_in_many_languages(name: str) -> None:
    assert is_exactly_email(name)


@pytest.mark.parametrize("name", ["Work Email", "Owner Email", "Email 2", "Email Status", "Mailing city", "Gmail"])
def test_more_special_names_are_not_exactly_the_address(name: str) -> None:
    assert not is_exactly_email(name)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("First Name", "first_name"), ("Vorname", "first_name"), ("Prénom", "first_name"), ("Имя", "first_name"),
        ("名", "first_name"), ("Imię", "first_name"), ("姓", "last_name"), ("Nachname", "last_name"),
        ("Фамилия", "last_name"), ("Apellidos", "last_name"), ("会社名", "company_name"), ("Société", "company_name"),
        ("Компания", "company_name"), ("公司", "company_name"), ("Должность", "job_title"), ("役職", "job_title"),
        ("電話番号", "phone"), ("Телефон", "phone"), ("Web site", "website"), ("网站", "website"),
        ("Adı", "first_name"), ("Soyadı", "last_name"), ("Ad", ""), ("Ten", ""), ("Notes", ""), ("名字", ""),
    ],
)  # fmt: skip
def test_fields_have_names_in_many_languages(name: str, field: str) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("Recent News", "recentNews"), ("CEO", "ceo"), ("companyHQ", "companyHQ"), ("2nd line", "column2ndLine"),
        ("é", "e"), ("備考", "beiKao"), ("Город", "gorod"), ("!!!", "column3"), ("", "column3"), ("x" * 80, "x" * 50),
    ],
)  # fmt: skip
def test_every_column_makes_a_variable_name(column: str, name: str) -> None:
    assert variable_name(column, 2) == name


def test_names_are_split_into_words() -> None:
    assert words_of("contactOwnerE-Mail (2)") == ["contact", "owner", "email", "2"]
    assert plain_key("Désinscrit le:") == "desinscritle"
    assert plain_key("Łódź, Đặt, Ørsted, KAYITLI, Straße, Æble") == "lodzdatorstedkayitlistrasseaeble"


@given(st.text(max_size=60))
def test_whatever_a_column_is_called_its_variable_can_be_mapped(column: str) -> None:
    target = own_variable(column, 7, set())
    assert check_mapping({"A": "email", "B": target}, ["A", "B"])["B"] == target


@pytest.mark.parametrize("name", ["mobile", "workPhone2", "Phone (2)", "Handy privat", "Téléphone portable"])
def test_a_column_of_phone_numbers_is_one_whosoever_they_are(name: str) -> None:
    assert is_name_of_phone(name)


@pytest.mark.parametrize("name", ["mobileApp", "phoneNotes", "company", "hook", "cellTherapy"])
def test_a_column_about_phones_holds_no_numbers(name: str) -> None:
    assert not is_name_of_phone(name)
