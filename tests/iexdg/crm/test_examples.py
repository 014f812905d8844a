"""The example of a test step has what each mapped field needs."""

import pytest

from iexdg.crm.examples import example_variables
from iexdg.crm.models import Automation

ADDRESS = "automation-7-test@example.com"


@pytest.mark.parametrize(
    ("field_map", "variables"),
    [
        ({"email": "workEmail"}, {"workEmail": ADDRESS}),
        ({"email": "email", "phone": "mobile"}, {"email": ADDRESS, "mobile": "+12025550143"}),
        # A variable of two fields has what the one with a format needs.
        ({"firstName": "workEmail", "email": "workEmail", "custom:a": "workEmail"}, {"workEmail": ADDRESS}),
        ({"country": "land", "city": "land"}, {"land": "US"}),
        ({"email": "=desk@firm.example.com"}, {"email": ADDRESS}),
        ({"name": "fullName", "custom:a": "phone"}, {"fullName": "Test Contact", "phone": "+12025550143"}),
        ({"assignedTo": "owner", "custom:b": "note"}, {"owner": "", "note": "Example"}),
        ({"companyName": "email"}, {"companyName": "Example Company", "email": ADDRESS}),
    ],
)
def test_a_variable_has_what_its_field_needs(field_map: dict[str, str], variables: dict[str, str]) -> None:
    found = example_variables(Automation(pk=7, field_map=field_map))
    assert {name: found[name] for name in variables} == variables
    assert not any(name.startswith("=") for name in found)
