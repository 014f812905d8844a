"""Every request of the client and every answer of the sandbox is one that the vendor describes."""

from datetime import UTC, datetime

from iexdg.clients.gohighlevel import GoHighLevelClient
from iexdg.clients.gohighlevel.client import SCOPES
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.sandbox.app import Sandbox
from iexdg.sandbox.ghl.routes import OPERATIONS
from tests.contract import facts
from tests.contract.conftest import WorldTime
from tests.contract.gohighlevel.conftest import BACK, Exchanges, body_of, code_of

EMAIL = "ada@northwind.example.com"
# Served, and without a method of the client: our app asks for tokens of locations only.
WITHOUT_METHOD = {"POST /oauth/locationToken"}
# Described nowhere, and seen. Source: docs/api/gohighlevel-facts.md §5.
SEEN = {("DELETE /contacts/{contactId}/workflow/{workflowId}", 404)}


def call_everything(crm: GoHighLevelClient, world_time: WorldTime) -> None:
    field = {"id": "membership", "field_value": "gold"}
    made = crm.contacts.create_contact({"email": EMAIL, "firstName": "Ada", "customFields": [field]})
    contact_id = made.remote_id
    crm.contacts.upsert_contact({"email": EMAIL, "phone": "+13135550100", "companyName": "Northwind", "dnd": False})
    crm.contacts.change_contact(contact_id, {"lastName": "Byron", "source": "Campaign 05"})
    crm.contacts.get_contact(contact_id)
    crm.contacts.find_contact(email=EMAIL)
    crm.contacts.find_contact(phone="+13135550100")
    crm.contacts.find_contact(email="nobody@example.com")
    world_time.sleep(5)
    filters = [{"field": "email", "operator": "eq", "value": EMAIL}]
    assert [one.remote_id for one in crm.contacts.search_contacts(filters=filters, page_size=1)] == [contact_id]
    list(crm.contacts.search_contacts(text="byron"))
    crm.tags.add_tags(contact_id, ["Instantly-05A"])
    crm.tags.remove_tags(contact_id, ["instantly-05a"])
    crm.notes.add_note(contact_id, "They replied.", title="Reply")
    crm.notes.list_notes(contact_id)
    alert = next(one for one in crm.workflows.list_workflows() if one.is_published)
    crm.workflows.add_to_workflow(contact_id, alert.remote_id, starts_at=datetime(2026, 11, 30, tzinfo=UTC))
    assert crm.workflows.remove_from_workflow(contact_id, alert.remote_id) is True
    assert crm.workflows.remove_from_workflow(contact_id, alert.remote_id) is False
    crm.locations.get_location()
    (pipeline,) = crm.opportunities.list_pipelines()
    stage = pipeline.stages[0].remote_id
    crm.opportunities.create_opportunity(contact_id, pipeline.remote_id, "Membership", stage_id=stage, value=12.5)
    crm.opportunities.upsert_opportunity(contact_id, pipeline.remote_id, status="won", value=20)
    assert crm.opportunities.opportunities_of(contact_id, pipeline.remote_id) == []
    world_time.sleep(5)
    (found,) = crm.opportunities.opportunities_of(contact_id, pipeline.remote_id)
    assert (found.status, found.stage_id, found.contact_id) == ("won", stage, contact_id)
    crm.contacts.delete_contact(contact_id)


def test_the_client_asks_and_the_sandbox_answers_as_the_vendor_describes(
    app: Sandbox, crm: GoHighLevelClient, oauth: OAuthApp, wire: Exchanges, world_time: WorldTime
) -> None:
    call_everything(crm, world_time)
    tokens = oauth.exchange_code(code_of(app, oauth), BACK)
    oauth.refresh_tokens(tokens.refresh_token)
    known, asked = facts.crm_table(), set()
    for request, answer in wire.seen:
        path = request.url.path.removeprefix("/ghl")
        name = facts.find(request.method, path, known)
        asked.add(name)
        query = dict(request.url.params)
        assert facts.request_problems(request.method, path, query, body_of(request), known) == []
        if (name, answer.status_code) not in SEEN:
            assert facts.answer_problems(name, answer.status_code, answer.json(), known) == []
        assert request.headers["User-Agent"] == "iexdg-outreach/1.0"
        wanted = None if name == "POST /oauth/token" else "2021-07-28"
        assert request.headers.get("Version") == wanted
    served = {f"{one.method} {one.path}" for one in OPERATIONS}
    assert asked == served - WITHOUT_METHOD


def test_the_scopes_that_we_ask_for_are_those_that_the_operations_need(app: Sandbox) -> None:
    needed = {one.request.scope for one in OPERATIONS if one.request.scope} - {"oauth.write"}
    assert needed == set(SCOPES) == app.options.crm_scopes


def test_a_request_that_the_vendor_would_refuse_is_seen() -> None:
    known = facts.crm_table()
    assert facts.request_problems("POST", "/contacts/bulk", {}, {}, known) == ["POST /contacts/bulk: no such operation"]
    assert len(facts.request_problems("POST", "/contacts/upsert", {}, {"colour": "red"}, known)) == 2
    assert len(facts.request_problems("POST", "/oauth/token", {}, {"client_id": "x"}, known)) == 2
    assert facts.answer_problems("GET /workflows/", 418, {}, known) == ["GET /workflows/: 418 is not described"]
