"""How people and other tools call what Instantly has a variable for."""

import pytest

from campaigns.copy.usual_names import is_field, is_only_a_field, meant_by, name_of


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("FNAME", "firstName"),
        ("Prénom", "firstName"),
        ("Company Name", "companyName"),
        ("Contact.FirstName", "firstName"),
        ("lead.Company Name:default=there", "companyName"),
        ('data:firstname:"there"', "firstName"),
        ("'contact.lastname', 'there'", "lastName"),
        ("firstname,fallback=there", "firstName"),
        ("your first_name", "firstName"),
        ("icebreaker", None),
        ("", None),
    ],
)
def test_a_usual_name_is_known_with_its_table_and_fallback(name: str, variable: str | None) -> None:
    assert meant_by(name) == variable


def test_only_a_whole_text_is_a_name() -> None:
    assert name_of("First Name") == "firstName"
    assert name_of("Hi name") is None
    assert is_field("Anrede")
    assert name_of("Anrede") is None
    assert is_only_a_field("first_name")
    assert not is_only_a_field("Company")
