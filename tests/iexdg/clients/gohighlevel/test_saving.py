"""Saving a contact against the simulated location: the traps of an upsert are stepped over."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import httpx
import pytest

from iexdg.clients.gohighlevel import GoHighLevelClient, connect
from iexdg.clients.gohighlevel.errors import ContactRefusedError
from iexdg.clients.gohighlevel.saving import save_contact
from iexdg.clients.http.errors import NetworkError
from iexdg.clients.http.retry import RetryPolicy
from iexdg.sandbox.app import Sandbox, SandboxOptions, create_app

EMAIL, HOME, PHONE = "ada@northwind.example.com", "ada@home.example.com", "+13135550100"
BOB = "bob@northwind.example.com"


@pytest.fixture
def app() -> Sandbox:
    return create_app(SandboxOptions(world="empty", limits=False))


@pytest.fixture
def crm(app: Sandbox) -> Iterator[GoHighLevelClient]:
    transport, once = httpx.WSGITransport(app=app), RetryPolicy(max_attempts=1)
    url, location = "http://sandbox.example.com/ghl", app.world.crm.location
    with connect(url, "pit-sandbox", location, http_transport=transport, retry=once) as client:
        yield client


@pytest.fixture
def fault(app: Sandbox) -> Callable[..., Any]:
    def add(**wanted: Any) -> None:
        app.simulation.faults.add({"match": {"path": "/contacts/upsert"}, **wanted})

    return add


def test_a_contact_is_made_and_then_changed_and_its_tags_stay(app: Sandbox, crm: GoHighLevelClient) -> None:
    made = save_contact(crm, {"email": EMAIL, "firstName": "Ada", "companyName": "Northwind"})
    assert (made.is_new, made.unwritten) == (True, ())
    crm.tags.add_tags(made.contact.remote_id, ["VIP"])
    again = save_contact(crm, {"email": EMAIL.upper(), "phone": "+1 (313) 555-0100"})
    assert (again.is_new, again.unwritten) == (False, ())
    assert again.contact.tags == ("vip",)
    assert len(app.world.crm.contacts) == 1


def test_a_number_that_another_contact_has_is_named_as_not_written(crm: GoHighLevelClient) -> None:
    crm.contacts.create_contact({"phone": PHONE})
    saved = save_contact(crm, {"email": EMAIL, "firstName": "Ada"})
    saved = save_contact(crm, {"email": EMAIL, "phone": PHONE})
    assert (saved.is_new, saved.unwritten) == (False, ("phone",))


@pytest.mark.parametrize("first_key", ["email", "phone"])
def test_a_colleague_with_the_same_number_is_a_contact_of_their_own(first_key: str) -> None:
    app = create_app(SandboxOptions(world="empty", limits=False, crm_first_key=first_key))
    transport = httpx.WSGITransport(app=app)
    with connect(
        "http://sandbox.example.com/ghl", "pit-sandbox", app.world.crm.location, http_transport=transport
    ) as crm:
        save_contact(crm, {"email": EMAIL, "firstName": "Ada", "phone": PHONE})
        bob = save_contact(crm, {"email": BOB, "firstName": "Bob", "phone": PHONE})
        again = save_contact(crm, {"email": BOB, "firstName": "Bob", "phone": PHONE})
    assert (bob.is_new, bob.unwritten) == (True, ("phone",))
    assert (again.is_new, again.unwritten) == (False, ("phone",))
    shown = [(one["email"], one["firstName"], one.get("phone")) for one in app.world.crm.contacts.values()]
    assert shown == [(EMAIL, "Ada", PHONE), (BOB, "Bob", None)]


def test_a_contact_that_has_a_number_alone_gets_the_address(app: Sandbox, crm: GoHighLevelClient) -> None:
    crm.contacts.create_contact({"phone": PHONE})
    saved = save_contact(crm, {"email": EMAIL, "phone": PHONE})
    assert (saved.is_new, saved.unwritten, len(app.world.crm.contacts)) == (False, (), 1)


def test_an_additional_address_does_not_drop_the_contacts_own(app: Sandbox, crm: GoHighLevelClient) -> None:
    made = crm.contacts.create_contact({"email": EMAIL})
    app.world.crm.contacts[made.remote_id]["additionalEmails"] = [HOME]
    saved = save_contact(crm, {"email": HOME, "firstName": "Ada", "companyName": "Northwind"})
    assert (saved.is_new, saved.was_additional, saved.unwritten) == (False, True, ("companyName",))
    contact = app.world.crm.contacts[made.remote_id]
    assert (contact["email"], contact["additionalEmails"], contact["firstName"]) == (EMAIL, [HOME], "Ada")


def test_a_422_that_made_the_contact_all_the_same_is_looked_up(
    app: Sandbox, crm: GoHighLevelClient, fault: Callable[..., Any]
) -> None:
    fault(do="status_after_commit", value=422)
    saved = save_contact(crm, {"email": EMAIL, "firstName": "Ada"})
    assert (saved.contact.email, saved.is_new, saved.unwritten) == (EMAIL, None, ())
    assert len(app.world.crm.contacts) == 1


@pytest.mark.parametrize("is_there", [False, True])
def test_a_422_that_wrote_nothing_is_a_refusal_that_says_so(
    app: Sandbox, crm: GoHighLevelClient, fault: Callable[..., Any], is_there: bool
) -> None:
    if is_there:
        save_contact(crm, {"email": EMAIL})
    before = list(app.world.crm.contacts.values())
    fault(do="status", value=422)
    with pytest.raises(ContactRefusedError) as caught:
        save_contact(crm, {"email": EMAIL, "firstName": "Ada"})
    assert caught.value.outcome_unknown is False
    assert str(caught.value) == (
        "POST /contacts/upsert was refused as invalid (422): Injected by the control plane. "
        "The contact was looked up since and was not written. Correct the values that were sent."
    )
    assert list(app.world.crm.contacts.values()) == before


def test_a_422_that_changed_the_contact_all_the_same_is_looked_up(
    app: Sandbox, crm: GoHighLevelClient, fault: Callable[..., Any]
) -> None:
    save_contact(crm, {"email": EMAIL})
    fault(do="status_after_commit", value=422)
    saved = save_contact(crm, {"email": EMAIL, "firstName": "Ada"})
    assert (saved.contact.first_name, saved.unwritten) == ("Ada", ())


def test_a_lost_answer_is_unknown_and_saving_again_makes_no_second_contact(
    app: Sandbox, crm: GoHighLevelClient, fault: Callable[..., Any]
) -> None:
    fault(do="drop_after_commit")
    with pytest.raises(NetworkError) as caught:
        save_contact(crm, {"email": EMAIL})
    assert caught.value.outcome_unknown is True
    assert save_contact(crm, {"email": EMAIL}).is_new is False
    assert len(app.world.crm.contacts) == 1


def test_a_contact_may_be_saved_by_its_number_alone(crm: GoHighLevelClient) -> None:
    assert save_contact(crm, {"phone": PHONE}).is_new is True
    assert save_contact(crm, {"phone": PHONE, "firstName": "Ada"}).is_new is False


@pytest.mark.parametrize("fields", [{}, {"firstName": "Ada"}, {"email": " ", "phone": ""}])
def test_a_contact_without_an_address_and_a_number_is_never_made(
    app: Sandbox, crm: GoHighLevelClient, fields: dict[str, str]
) -> None:
    for make in (lambda: save_contact(crm, fields), lambda: crm.contacts.create_contact(fields)):
        with pytest.raises(ValueError, match="needs an address or a number"):
            make()
    with pytest.raises(ValueError, match="needs an address or a number"):
        crm.contacts.upsert_contact(fields)
    assert app.world.crm.contacts == {}
    # Nobody is looked for either.
    asked = Mock()
    with pytest.raises(ValueError, match="needs an address or a number"):
        save_contact(asked, fields)
    assert asked.mock_calls == []


@pytest.mark.parametrize("is_additional", [False, True])
def test_a_number_that_is_refused_does_not_cost_the_contact(is_additional: bool) -> None:
    app = create_app(SandboxOptions(world="empty", limits=False, crm_phones="refuse"))
    transport = httpx.WSGITransport(app=app)
    with connect(
        "http://sandbox.example.com/ghl", "pit-sandbox", app.world.crm.location, http_transport=transport
    ) as crm:
        if is_additional:
            made = crm.contacts.create_contact({"email": HOME})
            app.world.crm.contacts[made.remote_id]["additionalEmails"] = [EMAIL]
        saved = save_contact(crm, {"email": EMAIL, "firstName": "Ada", "phone": "(313) 555-0100"})
        assert (saved.unwritten, saved.contact.first_name, saved.contact.phone) == (("phone",), "Ada", None)
        with pytest.raises(ContactRefusedError):
            save_contact(crm, {"phone": "0100"})
    assert len(app.world.crm.contacts) == 1
