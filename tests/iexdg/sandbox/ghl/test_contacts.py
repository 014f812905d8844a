"""Contacts of the simulated location: made, read, changed, deleted, tagged, annotated."""

from collections.abc import Callable

from tests.iexdg.sandbox.ghl.conftest import Location

ADA = {"firstName": "Ada", "lastName": "Byron", "email": "Ada@Northwind.example.com", "phone": "+1 313 555 0100"}


def test_a_contact_is_made_with_201_and_read_back(location: Location) -> None:
    answer = location.call("POST", "/contacts/", {"locationId": location.id, **ADA, "companyName": "Northwind"})
    assert answer.status_code == 201
    contact = location.read(answer.json()["contact"]["id"])
    assert contact["email"] == "Ada@Northwind.example.com"
    assert contact["emailLowerCase"] == "ada@northwind.example.com"
    assert contact["phone"] == "+13135550100"
    assert (contact["name"], contact["companyName"], contact["tags"]) == ("Ada Byron", "Northwind", [])
    assert len(contact["id"]) == 20


def test_a_second_contact_with_the_same_address_is_refused_with_the_id_of_the_first(location: Location) -> None:
    first = location.contact(**ADA)
    answer = location.call("POST", "/contacts/", {"locationId": location.id, "email": "ada@northwind.example.com"})
    assert answer.status_code == 400
    body = answer.json()
    assert body["message"] == "This location does not allow duplicated contacts."
    assert body["meta"] == {"contactId": first, "contactName": "Ada Byron", "matchingField": "email"}


def test_duplicates_are_made_where_the_location_allows_them(make_location: Callable[..., Location]) -> None:
    location = make_location(crm_duplicates=True)
    assert location.contact(**ADA) != location.contact(**ADA)


def test_a_duplicate_is_found_by_address_whatever_its_case_and_by_number(location: Location) -> None:
    contact_id = location.contact(**ADA)
    for query in ({"email": "ADA@northwind.example.com"}, {"number": "+13135550100"}):
        found = location.ok("GET", "/contacts/search/duplicate", params={"locationId": location.id, **query})
        assert found["contact"]["id"] == contact_id
    nobody = {"locationId": location.id, "email": "no@example.com"}
    assert location.ok("GET", "/contacts/search/duplicate", params=nobody)["contact"] is None


def test_a_put_changes_what_it_names_and_replaces_tags(location: Location) -> None:
    contact_id = location.contact(**ADA, tags=["VIP", "old"])
    body = location.ok("PUT", f"/contacts/{contact_id}", {"lastName": "Lovelace", "tags": ["New"]})
    assert body["succeded"] is True
    assert (body["contact"]["firstName"], body["contact"]["lastName"]) == ("Ada", "Lovelace")
    assert body["contact"]["tags"] == ["new"]


def test_a_put_refuses_what_its_body_does_not_have(location: Location) -> None:
    contact_id = location.contact(**ADA)
    answer = location.call("PUT", f"/contacts/{contact_id}", {"companyName": "X", "locationId": location.id})
    assert answer.status_code == 422
    wanted = ["property companyName should not exist", "property locationId should not exist"]
    assert answer.json()["message"] == wanted


def test_a_deleted_contact_is_unknown_and_that_is_a_400(location: Location) -> None:
    contact_id = location.contact(**ADA)
    assert location.ok("DELETE", f"/contacts/{contact_id}") == {"succeded": True}
    answer = location.call("GET", f"/contacts/{contact_id}")
    assert answer.status_code == 400
    assert answer.json()["message"] == f"Contact with id {contact_id} not found"


def test_a_success_is_said_in_the_spelling_that_is_wanted(make_location: Callable[..., Location]) -> None:
    for word, body in (("succeeded", {"succeeded": True}), ("none", {})):
        location = make_location(crm_done_word=word)
        assert location.ok("DELETE", f"/contacts/{location.contact(**ADA)}") == body


def test_custom_fields_are_merged_by_id_and_read_as_value(location: Location) -> None:
    contact_id = location.contact(**ADA, customFields=[{"id": "a", "field_value": "one"}])
    location.ok("PUT", f"/contacts/{contact_id}", {"customFields": [{"id": "b", "field_value": "two"}]})
    assert location.read(contact_id)["customFields"] == [{"id": "a", "value": "one"}, {"id": "b", "value": "two"}]


def test_tags_are_added_in_lower_case_and_taken_off(location: Location) -> None:
    contact_id = location.contact(**ADA, tags=["VIP"])
    added = location.call("POST", f"/contacts/{contact_id}/tags", {"tags": [" Instantly-05A ", "vip"]})
    assert (added.status_code, added.json()) == (201, {"tags": ["vip", "instantly-05a"]})
    assert location.ok("DELETE", f"/contacts/{contact_id}/tags", {"tags": ["VIP"]}) == {"tags": ["instantly-05a"]}


def test_notes_are_kept_the_newest_first_and_nothing_stops_a_second_one(location: Location) -> None:
    contact_id = location.contact(**ADA)
    for text in ("first", "again", "again"):
        answer = location.call("POST", f"/contacts/{contact_id}/notes", {"body": text})
        assert answer.status_code == 201
        assert answer.json()["note"]["contactId"] == contact_id
    notes = location.ok("GET", f"/contacts/{contact_id}/notes")["notes"]
    assert [note["body"] for note in notes] == ["again", "again", "first"]


def test_the_search_lags_behind_and_walks_by_its_last_hit(location: Location) -> None:
    ids = [location.contact(email=f"p{number}@northwind.example.com") for number in range(3)]
    body = {"locationId": location.id, "pageLimit": 2}
    assert location.ok("POST", "/contacts/search", body)["total"] == 0
    location.vendor.advance(3)
    first = location.ok("POST", "/contacts/search", body)
    assert (first["total"], len(first["contacts"])) == (3, 2)
    rest = location.ok("POST", "/contacts/search", body | {"searchAfter": first["contacts"][-1]["searchAfter"]})
    assert {one["id"] for one in first["contacts"] + rest["contacts"]} == set(ids)


def test_the_search_finds_by_address_and_by_tag(location: Location) -> None:
    location.contact(email="p1@northwind.example.com", tags=["a"])
    wanted = location.contact(email="p2@northwind.example.com", tags=["a", "b"])
    location.vendor.advance(3)
    for field, value in (("email", "P2@northwind.example.com"), ("tags", ["a", "b"])):
        filters = [{"field": field, "operator": "eq", "value": value}]
        found = location.ok("POST", "/contacts/search", {"locationId": location.id, "pageLimit": 9, "filters": filters})
        assert [one["id"] for one in found["contacts"]] == [wanted]


def test_a_number_without_a_country_code_is_kept_as_it_is_or_refused(make_location: Callable[..., Location]) -> None:
    location = make_location()
    kept = location.read(location.contact(email="ada@northwind.example.com", phone="(313) 555-0100"))
    assert kept["phone"] == "(313) 555-0100"
    strict = make_location(crm_phones="refuse")
    body = {"locationId": strict.id, "email": "ada@northwind.example.com", "phone": "(313) 555-0100"}
    answer = strict.call("POST", "/contacts/upsert", body)
    assert (answer.status_code, answer.json()["message"]) == (422, ["phone must be a valid phone number"])
    assert strict.upsert(**body | {"phone": "+1 313 555 0100"})["contact"]["phone"] == "+13135550100"
