"""Stories of the CRM: a location connected by sign-in, a token that is taken back; a reply, simulated or real, that
reaches the CRM and is shown on its conversation, and one that waits while the token is refused."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from iexdg.crm.models import OF_CONVERSATIONS, Trigger
from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button, link
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import axe_violations


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an admin in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("admin", bypass_csp=True)


@pytest.mark.timeout(600)
def test_a_location_is_connected_by_sign_in_refused_and_disconnected(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/")
    link(page, "CRM").first.click()
    button(page, "Check again").click()
    location = page.get_by_role("region", name="Location", exact=True)
    expect(location).to_contain_text("IEXDG Demo location")
    expect(location).to_contain_text("in the environment")

    button(page, "Sign in at GoHighLevel…").click()
    found = axe_violations(page, "crm-sign-in")
    link(page, "Continue to GoHighLevel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a location")
    button(page, "Allow").click()
    expect(location).to_contain_text("sign-in at GoHighLevel")
    expect(page.get_by_text(re.compile("0 scopes missing"))).to_be_visible()
    found += axe_violations(page, "crm-connected")

    stack.control.change_crm(revoked=True)
    button(page, "Check again").click()
    expect(location).to_contain_text("Refused since")
    found += axe_violations(page, "crm-refused")
    stack.control.change_crm(revoked=False)

    link(page, "Disconnect…").click()
    page.get_by_label("Disconnect IEXDG Demo location").check()
    found += axe_violations(page, "crm-disconnect")
    button(page, "Disconnect").click()
    expect(page.get_by_text("its token was deleted here")).to_be_visible()
    assert found == []


@pytest.mark.timeout(600)
def test_a_simulated_reply_reaches_inbox_ledger_and_crm(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/crm/automations/")
    link(page, "Reply to the CRM").click()
    # The demo's automation was tested once against the sandbox, and is a draft.
    expect(page.locator("#automation")).to_contain_text("passed", timeout=LONG_MS)
    button(page, "Activate").click()
    expect(page.locator("#automation")).to_contain_text("Active")

    page.goto("/w/demo/inbox/")
    button(page, "Simulate a reply").click()
    notice = page.get_by_text(re.compile("replied to .* in the sandbox"))
    expect(notice).to_be_visible()
    lead = notice.inner_text().split()[0]
    expect(page.locator("#inbox-list")).to_contain_text("Could you send me a few times", timeout=LONG_MS)

    page.goto(f"/w/demo/crm/ledger/?lead={lead}")
    rows = page.locator("#ledger-list tbody tr")
    # The demo's three actions, or four where another test has changed its automation before.
    actions = stack.manage("automations")["automations"][0]["actions"]
    expect(rows.filter(has_text="Done")).to_have_count(len(actions), timeout=LONG_MS)
    found = axe_violations(page, "crm-ledger-done")
    contact = next(one for one in stack.control.crm()["contacts"] if one.get("email") == lead)
    assert contact["tags"][0].startswith("instantly-")
    assert any(note["contactId"] == contact["id"] for note in stack.control.crm()["notes"])

    rows.first.get_by_role("link").click()
    page.locator("#entry .fact", has_text="Event").get_by_role("link").click()
    panel = page.get_by_role("region", name="CRM", exact=True)
    expect(panel).to_contain_text("Add a note with the reply")
    expect(link(panel, "Open the contact in GoHighLevel")).to_be_visible()
    found += axe_violations(page, "crm-thread")
    page.goto("/w/demo/crm/unmatched/")
    expect(page.get_by_text("No reply waits here")).to_be_visible()
    found += axe_violations(page, "crm-unmatched-empty")

    page.goto("/w/demo/crm/automations/")
    link(page, "Reply to the CRM").click()
    button(page, "Pause").click()
    expect(page.locator("#automation")).to_contain_text("Paused")
    assert found == []


def test_the_form_offers_what_the_trigger_can_have(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/crm/automations/new/")
    of_replies = [page.get_by_label(words) for words in ("Leave automatic replies out", "Only these interests")]
    for trigger in Trigger:
        page.get_by_label("Starts when", exact=True).select_option(trigger.value)
        for field in of_replies:
            expect(field).to_be_visible(visible=trigger in OF_CONVERSATIONS)


HOT_REPLY, TOKEN = "Hot reply alert", "pit-sandbox"


def contact_of(stack: Stack, email: str) -> dict[str, Any] | None:
    """The contact that the sandbox's CRM has for an address."""
    return next((one for one in stack.control.crm()["contacts"] if one.get("email") == email), None)


def reply_of(stack: Stack, place: int, words: str) -> str:
    """Let a lead of 05A reply who has not done so; returns the address."""
    campaign, known = stack.control.id_of("05A Executive-Peer"), {one["lead"] for one in stack.emails()}
    email = [one for one in stack.control.leads_in(campaign) if one not in known][place]
    event = {"type": "reply", "campaign_id": campaign, "email": email, "text": words}
    stack.control.http.post("/_sandbox/events", json=event).raise_for_status()
    return email


def open_conversation(page: Page, email: str) -> None:
    page.goto("/w/demo/inbox/?show=all")
    page.locator("[data-thread]", has_text=email).locator("[data-open]").first.click()


def expect_in_crm(page: Page, email: str, done: int) -> None:
    """The conversation shows that so many actions are done; it follows what comes."""
    open_conversation(page, email)
    panel = page.get_by_role("region", name="CRM", exact=True)
    expect(panel.get_by_text("Done", exact=True)).to_have_count(done, timeout=LONG_MS)


@pytest.mark.timeout(420)
def test_a_reply_reaches_the_crm_and_one_that_waits_for_a_token_after_the_reconnect(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/crm/automations/")
    link(page, "Reply to the CRM").click()
    expect(page.get_by_text("passed", exact=False).first).to_be_visible(timeout=LONG_MS)
    link(page, "Change").click()
    button(page, "Read workflows and pipelines again").click()
    page.get_by_label("Add to the workflow", exact=True).select_option(label=HOT_REPLY)
    button(page, "Save as a draft").click()
    button(page, "Run the test step").click()
    expect(page.get_by_text("The test step passed.")).to_be_visible()
    found = axe_violations(page, "crm-automation-tested")
    button(page, "Delete the test contact").click()
    expect(page.get_by_text("The test contact was deleted.")).to_be_visible()
    button(page, "Activate").click()
    expect(page.get_by_text("is active.")).to_be_visible()

    email = reply_of(stack, 0, "Yes, please call me on Thursday.")
    wait_until(lambda: stack.manage("ledger")["backlog"] == 0 and contact_of(stack, email), what="the CRM")
    expect_in_crm(page, email, 4)
    found += axe_violations(page, "crm-thread")
    made, crm = contact_of(stack, email), stack.control.crm()
    assert made is not None
    assert made["tags"] == ["instantly-05a"]
    assert all(made.get(name) for name in ("firstName", "lastName", "companyName"))
    assert [one["contactId"] for one in crm["workflow_entries"]].count(made["id"]) == 1
    (note,) = [one["body"] for one in crm["notes"] if one["contactId"] == made["id"]]
    assert note.startswith("Yes, please call me on Thursday.")

    stack.control.change_crm(revoked=True)
    second = reply_of(stack, 1, "We would like to join in spring.")
    page.goto("/w/demo/crm/")
    location = page.get_by_role("region", name="Location", exact=True)
    expect(location).to_contain_text("Refused since", timeout=LONG_MS)
    page.goto(f"/w/demo/crm/ledger/?lead={second}")
    expect(page.locator("#ledger-list").get_by_text("Asked", exact=True).first).to_be_visible(timeout=LONG_MS)
    found += axe_violations(page, "crm-ledger-waiting")
    page.goto("/w/demo/incidents/")
    expect(link(page, "GoHighLevel refuses the token").first).to_be_visible(timeout=LONG_MS)
    assert contact_of(stack, second) is None

    stack.control.change_crm(revoked=False)
    page.goto("/w/demo/crm/")
    page.get_by_label("Location id", exact=True).fill(str(stack.control.crm()["location"]))
    page.get_by_label("Private integration token", exact=True).fill(TOKEN)
    button(page, "Connect").click()
    expect(location).to_contain_text("stored encrypted")
    wait_until(lambda: contact_of(stack, second), what="the reply that waited")
    expect_in_crm(page, second, 4)
    wait_until(lambda: not open_incidents(stack), what="the end of the incident")

    # As it was found, for the tests after this one.
    stack.manage("automation", "pause", automation_id(stack), "--as", "admin@example.com")
    page.goto("/w/demo/crm/disconnect/")
    page.get_by_label(re.compile("Disconnect IEXDG")).check()
    button(page, "Disconnect").click()
    expect(page.get_by_text("its token was deleted here")).to_be_visible()
    assert found == []


def open_incidents(stack: Stack) -> list[dict[str, Any]]:
    return [one for one in stack.manage("incidents")["incidents"] if one["kind"] == "crm_token"]


def automation_id(stack: Stack) -> str:
    return str(stack.manage("automations")["automations"][0]["id"])
