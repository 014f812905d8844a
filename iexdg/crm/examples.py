"""The person whom a test step sends: nobody, and with a valid value for each field that an automation maps."""

from collections.abc import Mapping

from iexdg.crm.actions import FIXED
from iexdg.crm.models import Automation

_PLAIN = "Example"
# Reserved for fiction: nobody has this number. Source: North American Numbering Plan, 555-0100 to 555-0199.
_PERSON = {
    "firstName": "Test",
    "lastName": "Contact",
    "name": "Test Contact",
    "phone": "+12025550143",
    "companyName": "Example Company",
}
# Fields that do not take just any text; where one variable is mapped to several, the later field here decides.
# Source: docs/api/gohighlevel-facts.md §4.
_FORMATTED = {
    # The id of a user of the location: none is known, so the example has none.
    "assignedTo": "",
    "gender": "female",
    "timezone": "America/New_York",
    "postalCode": "10001",
    "country": "US",
    "website": "https://www.example.com",
    "dateOfBirth": "1990-01-31",
    "dnd": "true",
    "phone": _PERSON["phone"],
}


def example_address(automation: Automation) -> str:
    """The address of the example; no other automation's has it."""
    return f"automation-{automation.pk}-test@example.com"


def example_variables(automation: Automation) -> dict[str, str]:
    """Return the variables of the example by name: each has what the field that it is mapped to needs.

    Shapes: a variable that is mapped to `email` has the example's address, whatever its name is.
    """
    address = {"email": example_address(automation)}
    person, formatted = _PERSON | address, _FORMATTED | address
    mapped = {field: source for field, source in automation.field_map.items() if not source.startswith(FIXED)}
    variables = dict(person)
    for field, source in mapped.items():
        if field not in formatted:
            variables[source] = person.get(source) or person.get(field) or _PLAIN
    return variables | _of_formats(mapped, formatted)


def _of_formats(mapped: Mapping[str, str], formatted: Mapping[str, str]) -> dict[str, str]:
    return {mapped[field]: value for field, value in formatted.items() if field in mapped}
