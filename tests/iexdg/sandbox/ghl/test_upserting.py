"""What surprises about an upsert of the simulated location."""

from collections.abc import Callable

from tests.iexdg.sandbox.ghl.conftest import Location

EMAIL, PHONE = "ada@northwind.example.com", "+13135550100"


def test_the_first_upsert_makes_a_contact_and_the_second_changes_it(location: Location) -> None:
    first = location.upsert(email=EMAIL, firstName="Ada")
    second = location.upsert(email=EMAIL.upper(), lastName="Byron")
    assert (first["new"], second["new"]) == (True, False)
    assert first["contact"]["id"] == second["contact"]["id"]
    assert second["contact"]["name"] == "Ada Byron"


def test_tags_of_an_upsert_replace_those_that_are_there(location: Location) -> None:
    location.contact(email=EMAIL, tags=["vip"])
    assert location.upsert(email=EMAIL, tags=["Instantly-05A"])["contact"]["tags"] == ["instantly-05a"]


def test_tags_are_kept_without_that_trap(make_location: Callable[..., Location]) -> None:
    location = make_location(crm_overwrites_tags=False)
    location.contact(email=EMAIL, tags=["vip"])
    assert location.upsert(email=EMAIL, tags=["new"])["contact"]["tags"] == ["vip", "new"]


def test_of_two_contacts_the_first_key_wins_and_the_other_field_is_left_out(location: Location) -> None:
    by_email, by_phone = location.contact(email=EMAIL), location.contact(phone=PHONE)
    found = location.upsert(email=EMAIL, phone=PHONE, firstName="Ada")
    assert found["contact"]["id"] == by_email
    assert "phone" not in found["contact"]
    assert location.read(by_phone)["phone"] == PHONE


def test_the_phone_can_be_the_first_key(make_location: Callable[..., Location]) -> None:
    location = make_location(crm_first_key="phone")
    by_email, by_phone = location.contact(email=EMAIL), location.contact(phone=PHONE)
    found = location.upsert(email=EMAIL, phone=PHONE)
    assert found["contact"]["id"] == by_phone
    assert "email" not in found["contact"]
    assert location.read(by_email)["email"] == EMAIL


def test_an_additional_address_becomes_the_contacts_own_and_the_one_before_is_lost(location: Location) -> None:
    contact_id = location.contact(email=EMAIL)
    location.crm.contacts[contact_id]["additionalEmails"] = ["ada@home.example.com"]
    found = location.upsert(email="ada@home.example.com")
    assert (found["new"], found["contact"]["id"]) == (False, contact_id)
    assert found["contact"]["email"] == "ada@home.example.com"
    assert found["contact"]["additionalEmails"] == []
    query = {"locationId": location.id, "email": EMAIL}
    assert location.ok("GET", "/contacts/search/duplicate", params=query)["contact"] is None


def test_a_new_contact_is_forced_only_where_duplicates_are_allowed(make_location: Callable[..., Location]) -> None:
    for allowed, is_new in ((True, True), (False, False)):
        location = make_location(crm_duplicates=allowed)
        location.contact(email=EMAIL)
        assert location.upsert(email=EMAIL, createNewIfDuplicateAllowed=True)["new"] is is_new


def test_the_gender_is_written_only_when_a_contact_is_made(location: Location) -> None:
    contact_id = location.upsert(email=EMAIL, gender="female")["contact"]["id"]
    location.upsert(email=EMAIL, gender="male")
    assert location.crm.contacts[contact_id]["gender"] == "female"


def test_a_422_after_the_work_was_done_leaves_the_contact(location: Location) -> None:
    fault = {"match": {"method": "POST", "path": "/contacts/upsert"}, "do": "status_after_commit", "value": 422}
    location.vendor.control("POST", "faults", fault)
    answer = location.call("POST", "/contacts/upsert", {"locationId": location.id, "email": EMAIL})
    assert answer.status_code == 422
    assert isinstance(answer.json()["message"], list)
    assert location.upsert(email=EMAIL)["new"] is False
