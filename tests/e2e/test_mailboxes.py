"""Mailboxes in the browser: the warm-up of several changed at once, and one that disconnects by itself."""

from typing import Any

from playwright.sync_api import expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.stack import Stack

ONE, TWO = "exec@peers.example.com", "team@peers.example.com"
SETTLES_MS = 40_000


def account(stack: Stack, email: str) -> dict[str, Any]:
    return next(one for one in stack.control.state()["accounts"] if one["email"] == email)


def test_the_warm_up_of_several_is_changed_and_the_outcome_of_each_is_followed(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("operator")
    page.goto("/w/demo/mailboxes/")
    for email in (ONE, TWO):
        page.get_by_label(f"Choose {email}").check()
    button(page, "Disable warm-up").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Disable warm-up")
    state = page.locator("#group-state")
    expect(state).to_contain_text("2 confirmed", timeout=SETTLES_MS)
    expect(state.get_by_role("row").filter(has_text=ONE)).to_contain_text("confirmed")
    assert [account(stack, email)["warmup_status"] for email in (ONE, TWO)] == [0, 0]

    link(page, "Mailboxes").first.click()
    row = page.get_by_role("row").filter(has=link(page, ONE))
    expect(row).to_contain_text("Warm-up paused")
    facts = stack.manage("warmup", "enable", ONE, TWO, "--as", "operator@example.com", "--wait")
    assert {one["state"] for one in facts["changes"]} == {"confirmed"}
    # The open page follows.
    expect(row).to_contain_text("Warming")


def test_a_mailbox_that_disconnects_is_an_incident_that_leads_to_it_and_ends_with_its_cause(
    open_as: OpenAs, stack: Stack
) -> None:
    email = "desk@notes.example.com"
    stack.control.settings(accounts={email: -1})
    summary = f"{email} disconnected"
    wait_until(lambda: summary in str(stack.manage("incidents")), what="the incident")

    page = open_as("operator")
    page.goto("/w/demo/")
    expect(page.locator("#needs")).to_contain_text(summary)
    link(page.locator("#needs"), "Open mailbox").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(email)
    expect(page.locator("#mailbox-facts")).to_contain_text("Connection error")
    button(page, "Mark as fixed").click()
    expect(page.locator("#group-state")).to_contain_text("1 confirmed", timeout=SETTLES_MS)
    wait_until(lambda: summary not in str(stack.manage("incidents")), what="its end")
