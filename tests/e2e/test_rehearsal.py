"""The story of a rehearsal: requested with a file, followed while it is played, seen beside the approval."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import LONG_MS, OpenAs, button, link
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import CAMPAIGN, axe_violations

PEOPLE = [f"p{number}@firm{number}.example.com,Pat,Firm" for number in range(45)]
LEADS = "\n".join(["Email,First Name,Company", *PEOPLE])


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an operator in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("operator", bypass_csp=True)


@pytest.mark.timeout(600)
def test_a_campaign_is_rehearsed_with_a_file_and_the_go_live_shows_it(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/campaigns/")
    link(page, CAMPAIGN).first.click()
    page.goto(f"{page.url.partition('?')[0].rstrip('/')}/rehearsal/")
    expect(page.get_by_text("This campaign was not rehearsed yet.")).to_be_visible()
    found = axe_violations(page, "rehearsal-none")
    state = stack.control.state()["campaigns"]

    page.get_by_label("People", exact=True).select_option("file")
    people = {"name": "people.csv", "mimeType": "text/csv", "buffer": LEADS.encode()}
    page.get_by_label("File", exact=True).set_input_files(people)  # type: ignore[arg-type]
    button(page, "Rehearse").click()
    expect(page.get_by_role("heading", name="What would leave")).to_be_visible(timeout=LONG_MS)
    # 45 people, three e-mails each, twenty a day.
    expect(page.locator("#rehearsal")).to_contain_text("135")
    expect(page.locator("#rehearsal")).to_contain_text("Daily cap of the campaign")
    page.locator("summary").first.click()
    found += axe_violations(page, "rehearsal-done")
    assert found == []
    # Nothing of it happened in the world that the product is connected to.
    assert [(one["id"], one["leads_count"]) for one in stack.control.state()["campaigns"]] == [
        (one["id"], one["leads_count"]) for one in state
    ]

    page.get_by_role("link", name="Go-live", exact=True).first.click()
    expect(page.get_by_role("region", name="Rehearsal")).to_contain_text("135 e-mails to 45 people")
    expect(page.get_by_text("It was rehearsed as it is")).to_be_visible()
