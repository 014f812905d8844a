"""Stories of drafts: written, fixed, applied, filled and live; drift repaired; and every button without JavaScript."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button, link, open_campaign
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import axe_violations, sideways

DRAFT, ACTIVE, PAUSED = 0, 1, 2


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an operator in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("operator", bypass_csp=True)


def saved(page: Page) -> None:
    """Wait until what was typed is saved."""
    expect(page.locator("#save-state")).to_contain_text(re.compile(r"Saved \d"))


def opened(page: Page, tab: str) -> None:
    """Go to a part of the draft."""
    link(page.get_by_role("navigation", name="Parts of this draft"), tab).click()


def planned(page: Page, headline: str | re.Pattern[str]) -> None:
    """Press Plan, and wait for what a worker found."""
    button(page, "Plan").click()
    expect(page.locator("#plan-title")).to_have_text(headline, timeout=LONG_MS)
    expect(page.locator("#tab")).not_to_contain_text("Being compared", timeout=LONG_MS)


def applied(page: Page, confirm: str) -> None:
    link(page, "Apply…").click()
    page.get_by_label(confirm).check()
    button(page, "Apply").click()
    expect(page.get_by_role("region", name="Applied").get_by_role("row").nth(1)).to_contain_text(
        "Read back equal", timeout=LONG_MS
    )


def looked_at(page: Page, name: str) -> list[str]:
    """What axe finds on the page, and whether it scrolls sideways; the window is wide again after it."""
    page.wait_for_load_state("networkidle")
    found = axe_violations(page, name) + sideways(page, name)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.emulate_media(color_scheme="light")
    return found


def written(page: Page, name: str, text: str) -> None:
    """Take a new campaign by the short form."""
    page.goto("/w/demo/campaigns/")
    link(page, "New campaign").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Subject of the first e-mail").fill("A question for {{firstName}}")
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_label("exec@peers.example.com").check()
    button(page, "Make the draft").click()


@pytest.mark.timeout(600)
def test_a_campaign_is_written_fixed_planned_applied_filled_and_live(
    page: Page, open_as: OpenAs, stack: Stack, tmp_path: Path
) -> None:
    written(page, "20 Founders", "Hi {{firstName}},\n\nSee https://example.com/x.")
    fault = page.locator("#preview .copy").first
    expect(fault.locator("div.mark + *")).to_contain_text("There is a bare address in the text")
    found = looked_at(page, "draft-copy")
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

    opened(page, "Schedule and senders")
    found += looked_at(page, "draft-sending")
    opened(page, "Subsequences")
    button(page, "Subsequence").click()
    expect(page.locator("#found")).to_contain_text("A subsequence needs a condition")
    page.get_by_label("Clicked a link").check()
    page.locator("#steps-0-0-subject").fill("More about it")
    page.locator("#steps-0-0-text").fill("Hi {{firstName}},\n\nHere is more.")
    expect(page.locator("#draft-facts")).to_contain_text("passes the review")
    saved(page)
    found += looked_at(page, "draft-subsequence")
    link(page, "All subsequences").click()
    expect(page.get_by_role("row").filter(has_text="Subsequence 1")).to_contain_text("Clicked a link")
    found += looked_at(page, "draft-subsequences")
    opened(page, "Versions")
    found += looked_at(page, "draft-versions")
    assert not [one for one in stack.control.state()["campaigns"] if one["name"] == "20 Founders"]
    planned(page, "Would be created, as a draft at Instantly")
    found += looked_at(page, "draft-plan")
    applied(page, "Create it as a draft")

    (made,) = [one for one in stack.control.state()["campaigns"] if one["name"] == "20 Founders"]
    assert made["status"] == DRAFT
    link(page, "20 Founders").first.click()
    expect(page.locator("#head-control")).to_contain_text("Draft")
    campaign = page.url
    people = tmp_path / "founders.csv"
    lines = [f"fast.founder{number}@firm{number}.example.org,Sam" for number in range(5)]
    people.write_text("\n".join(["email,first_name", *lines]), encoding="utf-8")
    link(page, "Upload leads").first.click()
    page.get_by_label("Lead file", exact=True).set_input_files(people)
    button(page, "Upload").click()
    button(page, "Check file").click()
    button(page, "Start").click()
    headline = page.get_by_role("status").filter(has_text=re.compile("Settle watch|Done|Held"))
    expect(headline).to_be_visible(timeout=LONG_MS)
    found += looked_at(page, "draft-import")

    page.goto(campaign)
    link(page, "Request go-live").first.click()
    page.get_by_label("Note", exact=True).fill("Written today.")
    found += looked_at(page, "draft-go-live")
    button(page, "Request go-live").click()
    expect(button(page, "Approve go-live")).to_have_count(0)
    approver = open_as("approver", bypass_csp=True)
    approver.goto(page.url)
    approver.get_by_label("Note", exact=True).fill("Looks right.")
    button(approver, "Approve go-live").click()
    expect(approver.locator("#go-live-decision")).to_contain_text("Read back as sending", timeout=LONG_MS)
    found += looked_at(approver, "draft-live")
    assert stack.control.status_of(made["id"]) == ACTIVE
    inside = stack.control.leads_in(made["id"])
    assert sorted(inside) == sorted(line.partition(",")[0] for line in lines)
    assert found == []


@pytest.mark.timeout(600)
def test_drift_is_planned_and_repaired_and_the_campaign_stays_paused(page: Page, stack: Stack) -> None:
    remote_id = stack.new_campaign("21 Drifting")
    open_campaign(page, "21 Drifting")
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


@pytest.mark.timeout(600)
def test_every_button_of_the_editor_works_without_javascript(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("operator", java_script_enabled=False)
    subjects = page.locator("input[name$=-subject]")
    written(page, "22 Plain", "Hi {{firstName}},")
    button(page, "Add a step").click()
    page.locator("#steps-1-0-subject").fill("Second")
    button(page, "Save").click()
    expect(page.locator("#steps-1-0-subject")).to_have_value("Second")
    button(page, "Variant of step 2").click()
    page.locator("#steps-1-1-subject").fill("Second, B")
    button(page, "Up with variant B of step 2").click()
    expect(page.locator("#steps-1-0-subject")).to_have_value("Second, B")
    button(page, "Remove variant A of step 2").click()
    button(page, "Move step 2 up").click()
    expect(page.locator("#steps-0-0-subject")).to_have_value("Second")
    button(page, "Undo").click()
    expect(page.locator("#steps-1-0-subject")).to_have_value("Second")
    button(page, "Redo").click()
    button(page, "Remove step 1").click()
    expect(subjects).to_have_count(1)

    opened(page, "Schedule and senders")
    button(page, "Window").click()
    expect(page.get_by_text("Window 2", exact=True)).to_be_visible()
    button(page, "Remove window 2").click()
    expect(page.get_by_text("Window 2", exact=True)).to_have_count(0)
    button(page, "Rule").click()
    expect(page.get_by_text("Rule 1", exact=True)).to_be_visible()
    button(page, "Remove rule 1").click()
    page.get_by_label("bcc", exact=True).fill("audit@example.com")
    page.get_by_label("E-mails a day", exact=True).fill("7")
    button(page, "Save").click()
    expect(page.get_by_label("bcc", exact=True)).to_have_value("audit@example.com")

    opened(page, "Subsequences")
    button(page, "Subsequence").click()
    page.get_by_label("Opened an e-mail").check()
    page.locator("#steps-0-0-subject").fill("More")
    page.locator("#steps-0-0-text").fill("Here is more.")
    button(page, "Save").click()
    link(page, "All subsequences").click()
    button(page, "Subsequence").click()
    button(page, "Remove this subsequence").click()
    expect(page.get_by_role("heading", name="1 subsequence")).to_be_visible()

    _press(page, "Plan")
    wait_until(lambda: _shows(page, "#plan-title", "Would be created"), what="the plan")
    link(page, "Apply…").click()
    page.get_by_label("Create it as a draft").check()
    _press(page, "Apply")
    wait_until(lambda: _shows(page, "#tab", "Read back equal"), what="the outcome")
    (made,) = [one for one in stack.control.state()["campaigns"] if one["name"] == "22 Plain"]
    assert (made["status"], made["daily_limit"], made["bcc_list"]) == (DRAFT, 7, ["audit@example.com"])


def _press(page: Page, name: str) -> None:
    """Press a button and wait for the page that it leads to: a reload before that would take its place."""
    with page.expect_navigation():
        button(page, name).click()


def _shows(page: Page, where: str, words: str) -> bool:
    """Whether the page shows words once it is loaded again: without JavaScript nothing updates by itself."""
    page.reload()
    return words in page.locator(where).inner_text()
