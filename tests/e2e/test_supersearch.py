"""Stories of what costs something: people are bought by their price, a placement test is started."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import LONG_MS, OpenAs, button, link
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import CAMPAIGN, axe_violations


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an operator in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("operator", bypass_csp=True)


@pytest.mark.timeout(600)
def test_people_are_counted_for_free_bought_by_their_price_and_wait_as_an_import(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/supersearch/")
    link(page, "New search").first.click()
    page.get_by_label("Name of the search").fill("People officers")
    page.get_by_label("Job titles", exact=True).fill("Chief People Officer")
    page.get_by_label("C-Level", exact=True).check()
    button(page, "Count and preview").click()
    expect(page.get_by_text(re.compile(r"\d+ people found"))).to_be_visible(timeout=LONG_MS)
    found = axe_violations(page, "search-counted")
    assert [one for one in stack.control.log() if "enrich-leads" in one["path"]] == []

    page.get_by_label("Leads at most").fill("5")
    page.get_by_label("Import into").select_option(label=CAMPAIGN)
    button(page, "Show the price").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Spend up to 5 credits")
    found += axe_violations(page, "search-price")
    page.get_by_label("Spend up to 5 credits").check()
    button(page, "Enrich").click()

    enrichments = page.get_by_role("region", name="1 enrichment")
    expect(enrichments).to_contain_text("import prepared", timeout=LONG_MS)
    found += axe_violations(page, "search-bought")
    assert found == []
    page.goto("/w/demo/supersearch/")
    axe_violations(page, "search-list")
    page.go_back()
    link(enrichments, "lead list").wait_for()
    enrichments.get_by_role("link", name=re.compile("^import")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("People officers")
    assert len([one for one in stack.control.log() if "enrich-leads" in one["path"]]) == 1


@pytest.mark.timeout(600)
def test_a_placement_test_says_what_it_sends_before_it_is_started(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/placement-tests/")
    # Nothing is started before the tests that are there were read.
    expect(page.locator("#content").get_by_text("as of").first).to_be_visible(timeout=LONG_MS)
    link(page, "New test").first.click()
    page.get_by_label("Name", exact=True).fill("After the change")
    page.get_by_label("Subject", exact=True).fill("A question")
    page.get_by_label("Text", exact=True).fill("Hello,\n\nmay I ask you something?")
    page.get_by_label("exec@peers.example.com", exact=True).check()
    button(page, "Show what it does").click()
    expect(page.get_by_text("real e-mails from 1 mailbox, at once")).to_be_visible()
    found = axe_violations(page, "placement-confirm")
    page.get_by_label("Send real e-mails from 1 mailbox").check()
    button(page, "Start the test").click()
    expect(page.get_by_text("confirmed", exact=True)).to_be_visible(timeout=LONG_MS)
    page.goto("/w/demo/placement-tests/")
    link(page, "After the change").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("After the change")
    assert found == []
