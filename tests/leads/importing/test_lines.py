"""Records become lines that are ready to be staged."""

import json

from leads.importing.check import Plan
from leads.importing.lines import FIELDS, Line, lines_of
from leads.importing.reading.shape import BAD_ENCODING, FORMULA_WITHOUT_VALUE, OTHER_TABLE, Record

PLAN = Plan(3, 0, (("company_name", 1),), (("city", 2),))


def cleaned(*records: Record) -> list[Line]:
    return list(lines_of(iter(records), PLAN, is_text=True))


def test_a_record_becomes_a_line_with_every_field_in_its_place() -> None:
    cells = ["Ada@Example.com", "Acme", "Oslo"]
    fields = ["Acme" if name == "company_name" else "" for name in FIELDS]
    assert cleaned(Record(7, cells)) == [Line(7, cells, "ada@example.com", {"city": "Oslo"}, [], "", "", fields)]


def test_a_problem_of_the_record_is_the_reason_of_the_line() -> None:
    [one] = cleaned(Record(2, ["a@example.com", "", ""], BAD_ENCODING))
    assert (one.reason, one.email) == ("bad_encoding", "")


def test_an_address_that_is_a_formula_without_a_value_says_what_to_do() -> None:
    found = cleaned(Record(2, ["", "Bo", ""], "", FORMULA_WITHOUT_VALUE), Record(3, ["", "Cy", ""]))
    assert [(one.line, one.reason, one.detail) for one in found] == [
        (2, "no_email", "formula without a saved value: open the file in Excel and save it"),
        (3, "no_email", ""),
    ]


def test_a_note_below_the_table_is_flagged() -> None:
    found = cleaned(
        Record(2, ["ada@example.com", "Acme", "Oslo"]), Record(5, ["help@example.com", "", ""]),
        Record(9, ["bo@example.com", "Acme", "Oslo"]),
    )  # fmt: skip
    assert ["note" in one.flags for one in found] == [False, True, False]


def test_nobody_below_a_heading_that_says_do_not_contact_is_taken_wherever_the_address_stands() -> None:
    found = cleaned(
        Record(2, ["ada@example.com", "Acme", "Oslo"]), Record(4, ["Do not contact"]), Record(5, ["Name", "E-mail"]),
        Record(6, ["bo@example.com", "unsubscribed", ""]), Record(7, ["Cy", "cy@example.com"]),
        Record(8, ["di@example.com", "D", ""], OTHER_TABLE), Record(9, ["Active"]), Record(10, ["eve@example.com"]),
    )  # fmt: skip
    below = [("marked_do_not_mail", "below “Do not contact” on line 4")] * 3
    assert [(one.reason, one.detail) for one in found if one.line in {6, 7, 8}] == below
    assert [one.email for one in found if one.email and not one.reason] == ["ada@example.com", "eve@example.com"]
    assert [one.email for one in found if one.line in {6, 7, 8}] == [
        "bo@example.com",
        "cy@example.com",
        "di@example.com",
    ]
    assert found[1].reason == "note"


def test_a_line_and_a_plan_are_the_same_behind_the_pipe() -> None:
    plan = Plan(3, 0, (("company_name", 1),), (("city", 2),), (("unsubscribed", 2, "Out"),))
    assert Plan.from_json(json.loads(json.dumps(plan.as_json()))) == plan
    [one] = cleaned(Record(2, ["ada@example.com", "Acme", "Oslo"]))
    assert Line(*json.loads(json.dumps(one.as_json()))) == one
