"""People in the browser: a paste onto the block list, and a move that flips its target and is caught."""

from pathlib import Path

from playwright.sync_api import Page, expect

from campaigns.models import CampaignStatus
from tests.crash.stack import wait_until
from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.stack import Stack

SETTLES_MS = 60_000


def loaded(stack: Stack, folder: Path, campaign: str, emails: list[str]) -> str:
    """Load people into a new campaign; returns its id at Instantly."""
    remote_id = stack.new_campaign(campaign)
    file = folder / f"{campaign}.csv"
    file.write_text("Email,First Name\n" + "".join(f"{email},Sam\n" for email in emails), encoding="utf-8")
    facts = stack.manage("import_leads", str(file), "--campaign", remote_id, "--wait")
    assert facts["loaded"] == len(emails)
    return remote_id


def open_leads(page: Page, words: str) -> None:
    """Open the list of leads with this search."""
    page.goto(f"/w/demo/leads/?q={words}")


def test_a_paste_goes_onto_the_block_list_here_and_at_instantly(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("operator")
    page.goto("/w/demo/block-list/")
    page.get_by_label("Addresses or domains").fill("Ada <ada@paste.example.com>; paste.example.net\nnot an address")
    page.get_by_label("Why").fill("Asked us to stop")
    button(page, "Add to block list").click()

    expect(page.get_by_role("heading", name="Entered just now")).to_be_visible()
    wanted = {"ada@paste.example.com", "paste.example.net"}
    wait_until(lambda: wanted <= set(stack.control.state()["blocklist"]), within_s=60, what="Instantly's block list")
    page.goto("/w/demo/block-list/")
    for value in sorted(wanted):
        row = page.get_by_role("row").filter(has_text=value)
        expect(row).to_contain_text("Asked us to stop")
    assert "not an address" not in str(stack.control.state()["blocklist"])


def test_a_move_that_turns_its_target_active_is_caught(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    emails = [f"fast.mover{number}@mover.example.com" for number in range(4)]
    source = loaded(stack, tmp_path, "Movers", emails)
    target = stack.new_campaign("Finished once", int(CampaignStatus.COMPLETED))
    page = open_as("operator")
    open_leads(page, "mover.example.com")
    link(page, "Move to campaign").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 4 people to a campaign")
    choice = page.get_by_label("Move to")
    choice.select_option(choice.locator("option", has_text="Finished once").get_attribute("value"))
    button(page, "Check them").click()
    page.get_by_role("row").filter(has_text="Movers").get_by_role("link").first.click()
    page.get_by_role("radio", name="Load now").check(timeout=SETTLES_MS)
    button(page, "Start").click()

    expect(page.locator("body")).to_contain_text("turned active by itself", timeout=SETTLES_MS)
    wait_until(lambda: stack.control.status_of(target) == CampaignStatus.PAUSED, within_s=60, what="the pause")
    kinds = [one["kind"] for one in stack.manage("incidents")["incidents"] if "Finished once" in str(one)]
    assert "flip" in kinds
    moved = stack.control.leads_in(target)
    # One moved, and the rest stays where it is.
    assert len(moved) == 1
    assert sorted([*moved, *stack.control.leads_in(source)]) == emails
