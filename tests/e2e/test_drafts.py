"""Stories of drafts: a campaign is written, reviewed, planned and applied, and drift is repaired; it never sends."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import axe_violations, sideways

DRAFT, PAUSED = 0, 2


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an operator in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("operator", bypass_csp=True)


def saved(page: Page) -> None:
    """Wait until what was typed is saved."""
    expect(page.locator("#save-state")).to_contain_text(re.compile(r"Saved \d"))


def planned(page: Page, headline: str | re.Pattern[str]) -> None:
    """Press Plan, and wait for what a worker found."""
    button(page, "Plan").click()
    expect(page.locator("#plan-title")).to_have_text(headline, timeout=60_000)
    expect(page.locator("#tab")).not_to_contain_text("Being compared", timeout=60_000)


def applied(page: Page, confirm: str) -> None:
    link(page, "Apply…").click()
    page.get_by_label(confirm).check()
    button(page, "Apply").click()
    expect(page.get_by_role("region", name="Applied").get_by_role("row").nth(1)).to_contain_text(
        "Read back equal", timeout=60_000
    )


@pytest.mark.timeout(300)
def test_a_campaign_is_written_fixed_planned_and_applied_and_is_a_draft(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/campaigns/")
    link(page, "New campaign").click()
    page.get_by_label("Name", exact=True).fill("20 Founders")
    page.get_by_label("Subject of the first e-mail").fill("A question about {{companyName}}")
    page.get_by_label("Text", exact=True).fill("Hi {{firstName}},\n\nSee https://example.com/x.")
    page.get_by_label("exec@peers.example.com").check()
    button(page, "Make the draft").click()

    expect(page.locator("#preview")).to_contain_text("There is a bare address in the text")
    found = axe_violations(page, "draft-copy") + sideways(page, "draft-copy")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#steps-0-0-text").fill("Hi {{firstName}},\n\nDo you have [ten minutes](https://example.com/x)?")
    expect(page.locator("#draft-facts")).to_contain_text("passes the review")
    saved(page)
    expect(button(page, "Undo")).to_be_enabled()
    page.keyboard.press("Alt+n")
    expect(page.locator("#steps-1-0-subject")).to_be_focused()
    page.locator("#steps-1-0-text").fill("Hi again {{firstName}},\n\nDid you see my note?")
    saved(page)
    expect(page.locator("#preview")).to_contain_text("3 days later")

    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#steps-1-0-text").fill("Hi again {{firstName}},\n\nDid you see it?")
    saved(page)
    other.locator("#steps-1-0-text").fill("Other words")
    expect(other.locator("#save-state")).to_contain_text("what you typed was not saved")
    other.close()
    page.keyboard.press("Alt+z")
    expect(page.locator("#save-state")).to_contain_text("Back at version")
    page.keyboard.press("Alt+y")
    expect(page.locator("#steps-1-0-text")).to_have_value("Hi again {{firstName}},\n\nDid you see it?")

    for tab in ("Schedule and senders", "Versions"):
        link(page, tab).click()
        page.wait_for_load_state("networkidle")
        found += axe_violations(page, f"draft-{tab}") + sideways(page, f"draft-{tab}")
        page.set_viewport_size({"width": 1440, "height": 900})
    assert not [one for one in stack.control.state()["campaigns"] if one["name"] == "20 Founders"]
    planned(page, "Would be created, as a draft at Instantly")
    found += axe_violations(page, "draft-plan") + sideways(page, "draft-plan")
    page.set_viewport_size({"width": 1440, "height": 900})
    applied(page, "Create it as a draft")

    (made,) = [one for one in stack.control.state()["campaigns"] if one["name"] == "20 Founders"]
    assert made["status"] == DRAFT
    link(page, "20 Founders").first.click()
    expect(page.locator("#head-control")).to_contain_text("Draft")
    assert found == []


@pytest.mark.timeout(300)
def test_drift_is_planned_and_repaired_and_the_campaign_stays_paused(page: Page, stack: Stack) -> None:
    remote_id = stack.new_campaign("21 Drifting")
    page.goto("/w/demo/campaigns/")
    link(page, "21 Drifting").click()
    link(page.get_by_role("navigation", name="Parts of this campaign"), "Settings").click()
    page.locator("#manage").get_by_role("button", name="Edit", exact=True).click()
    planned(page, "Nothing to do: Instantly has it as it is written")

    stack.control.edit(remote_id, daily_limit=777)
    planned(page, "Would be changed: 1 difference")
    expect(page.get_by_role("row").filter(has_text="caps.daily")).to_contain_text("777")
    applied(page, "Change it as planned")

    (now,) = [one for one in stack.control.state()["campaigns"] if one["id"] == remote_id]
    assert now["daily_limit"] == 20
    assert now["status"] == PAUSED
