"""The test step and whose contact it may touch: what it sends decides, and its clean-up deletes its own alone."""

import copy
from dataclasses import replace
from typing import Any

import pytest

from iexdg.clients.gohighlevel.contacts import Contacts
from iexdg.crm.automations import change, create
from iexdg.crm.client import client_for
from iexdg.crm.errors import CrmRefusedError
from iexdg.crm.examples import example_address
from iexdg.crm.models import Automation, LedgerEntry
from iexdg.crm.trying import clean_up, dry_run, run_test
from tests.iexdg.crm.automation_fixtures import Stage

pytestmark = pytest.mark.django_db
NAMES = ("name", "trigger", "filter", "actions", "field_map", "tag_template")


@pytest.fixture
def sandbox_options() -> dict[str, Any]:
    return {"world": "demo"}


@pytest.fixture
def is_active() -> bool:
    return False


def mapped(stage: Stage, **fields: str) -> Automation:
    """The shipped automation with other fields."""
    one = stage.automation
    facts = {name: getattr(one, name) for name in NAMES} | {"field_map": one.field_map | fields}
    return change(one, by=stage.admin, facts=facts)


def person(stage: Stage, **fields: str) -> str:
    """A contact that somebody else made; returns its id."""
    made = client_for(stage.workspace).contacts.create_contact({"firstName": "Ada", "lastName": "Alder", **fields})
    return made.remote_id


def world(stage: Stage) -> dict[str, Any]:
    return copy.deepcopy(stage.control.crm())


@pytest.mark.parametrize(
    ("has", "sends", "words"),
    [
        ({"phone": "+12025550191"}, {"phone": "=+1 (202) 555-0191"}, r"Ada Alder has the number \+12025550191"),
        (
            {"phone": "+12025550191", "email": "ada@firm.example.com"},
            {"phone": "=+12025550191"},
            "map phone to a variable or to another text",
        ),
        (
            {"email": "ada@firm.example.com"},
            {"email": "=Ada@firm.example.com"},
            "Ada Alder has the address Ada@firm.example.com",
        ),
    ],
)
def test_a_fixed_address_or_number_of_a_real_contact_is_refused_before_anything_is_sent(
    stage: Stage, has: dict[str, str], sends: dict[str, str], words: str
) -> None:
    person(stage, **has)
    automation, before = mapped(stage, **sends), world(stage)
    with pytest.raises(CrmRefusedError, match=words):
        run_test(automation, by=stage.admin)
    assert (stage.control.crm(), LedgerEntry.objects.count()) == (before, 0)
    with pytest.raises(CrmRefusedError, match="no test contact"):
        clean_up(automation, by=stage.admin)


def test_fixed_texts_that_nobody_has_are_sent_and_the_clean_up_deletes_their_contact(stage: Stage) -> None:
    other = person(stage, email="ada@firm.example.com")
    automation = mapped(stage, email="=desk@firm.example.com", phone="=+12025550191")
    before = {one["id"] for one in world(stage)["contacts"]}
    assert run_test(automation, by=stage.admin).has_passed
    made = stage.contact("desk@firm.example.com")
    assert (made["phone"], made["id"]) == ("+12025550191", automation.test_contact)
    # Its own contact is no obstacle.
    assert run_test(automation, by=stage.admin).has_passed
    clean_up(automation, by=stage.admin)
    assert {one["id"] for one in world(stage)["contacts"]} == before >= {other}


def test_the_number_of_another_automations_test_names_that_automation(stage: Stage) -> None:
    facts = {name: getattr(stage.automation, name) for name in NAMES} | {"name": "Second"}
    twin = create(stage.workspace, by=stage.admin, facts=facts)
    run_test(twin, by=stage.admin)
    with pytest.raises(CrmRefusedError, match="clean up the test of Second"):
        run_test(stage.automation, by=stage.admin)
    clean_up(twin, by=stage.admin)
    assert run_test(stage.automation, by=stage.admin).has_passed


def test_a_test_contact_is_not_lost_when_the_field_map_sends_another_address(stage: Stage) -> None:
    run_test(stage.automation, by=stage.admin)
    automation, before = mapped(stage, email="=desk@firm.example.com"), world(stage)
    with pytest.raises(CrmRefusedError, match="delete it here"):
        run_test(automation, by=stage.admin)
    assert stage.control.crm() == before
    clean_up(automation, by=stage.admin)
    assert run_test(automation, by=stage.admin).has_passed


def test_a_test_contact_that_somebody_deleted_holds_up_nothing(stage: Stage) -> None:
    run_test(stage.automation, by=stage.admin)
    client_for(stage.workspace).contacts.delete_contact(stage.automation.test_contact)
    assert run_test(mapped(stage, email="=desk@firm.example.com"), by=stage.admin).has_passed


def test_a_contact_whose_first_answer_was_lost_is_of_the_test_step(stage: Stage) -> None:
    before = {one["id"] for one in world(stage)["contacts"]}
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status_after_commit", "value": 500, "times": 1})
    assert run_test(stage.automation, by=stage.admin).has_passed
    assert LedgerEntry.objects.get(kind="contact").answer["is_new"] is False
    clean_up(stage.automation, by=stage.admin)
    assert {one["id"] for one in world(stage)["contacts"]} == before


def test_what_has_a_fixed_address_after_a_lost_answer_is_not_taken_for_the_tests_own(stage: Stage) -> None:
    automation = mapped(stage, email="=desk@firm.example.com")
    stage.control.faults({"match": {"path": "/contacts/upsert"}, "do": "status", "value": 500, "times": 9})
    assert not run_test(automation, by=stage.admin).has_passed
    stage.control.clear_faults()
    # Somebody makes it meanwhile.
    person(stage, email="desk@firm.example.com")
    before = world(stage)
    with pytest.raises(CrmRefusedError, match="did not make"):
        run_test(automation, by=stage.admin)
    assert (stage.control.crm(), Automation.objects.get().test_contact) == (before, "")


def test_nothing_more_is_done_with_a_contact_that_is_not_said_to_be_new(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    automation, real = mapped(stage, phone="=2025550191"), Contacts.upsert_contact
    # As where GoHighLevel reads a number without a country code as that of somebody who has it with one.
    monkeypatch.setattr(Contacts, "upsert_contact", lambda *args: replace(real(*args), is_new=False))
    result = run_test(automation, by=stage.admin)
    assert [one.state for one in result.entries] == ["done", "skipped", "skipped"]
    assert "does not say that the test step made this contact" in result.entries[1].error
    assert (result.has_passed, automation.test_contact) == (False, "")


@pytest.mark.parametrize("email", ["workEmail", "email"])
def test_an_automation_whose_address_comes_from_any_variable_passes_its_test(stage: Stage, email: str) -> None:
    automation = mapped(
        stage, email=email, phone="mobile", dateOfBirth="born", website="site", country="land", postalCode="zip",
        dnd="quiet", timezone="zone", gender="sex", source="=Instantly", assignedTo="owner", city="town",
        **{"custom:abc": "note"},
    )  # fmt: skip
    result = run_test(automation, by=stage.admin)
    assert result.has_passed, [one.error for one in result.entries]
    sent = result.entries[0].request["fields"]
    address = example_address(automation)
    assert (sent["email"], sent["phone"], sent["dnd"], sent["source"]) == (address, "+12025550143", True, "Instantly")
    assert (sent["country"], sent["city"], "assignedTo" in sent) == ("US", "Example", False)
    assert clean_up(automation, by=stage.admin).answer == {"accepted": True}


def test_a_dry_run_looks_up_the_address_that_would_be_sent(stage: Stage) -> None:
    person(stage, email="desk@firm.example.com")
    found = dry_run(mapped(stage, email="=desk@firm.example.com"), 3)
    assert [line.verb for line in found.lines] == ["update"] * 3
