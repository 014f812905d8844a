"""People in the browser: a paste onto the block list, a move that flips its target and is caught, an erasure."""

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
    wait_until(lambda: wanted <= set(stack.control.state()["blocklist"]), what="Instantly's block list")
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
    expect(page.get_by_role("heading", level=1)).to_have_text("Move 4 people to a campaign or a list")
    choice = page.get_by_label("Move to")
    choice.select_option(choice.locator("option", has_text="Finished once").get_attribute("value"))
    button(page, "Check them").click()
    page.get_by_role("row").filter(has_text="Movers").get_by_role("link").first.click()
    page.get_by_role("radio", name="Load now").check(timeout=SETTLES_MS)
    button(page, "Start").click()

    expect(page.locator("body")).to_contain_text("turned active by itself", timeout=SETTLES_MS)
    wait_until(lambda: stack.control.status_of(target) == CampaignStatus.PAUSED, what="the pause")
    kinds = [one["kind"] for one in stack.manage("incidents")["incidents"] if "Finished once" in str(one)]
    # The read after the batch or the scan, whichever comes first, opens it.
    assert {"flip", "unapproved_active"} & set(kinds)
    moved = stack.control.leads_in(target)
    # One moved, and the rest stays where it is.
    assert len(moved) == 1
    assert sorted([*moved, *stack.control.leads_in(source)]) == emails


def test_people_are_moved_into_a_list_that_no_one_writes_to(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    emails = [f"fast.parked{number}@parked.example.com" for number in range(3)]
    source = loaded(stack, tmp_path, "Parked", emails)
    page = open_as("operator")
    open_leads(page, "parked.example.com")
    link(page, "Move to list").click()
    page.get_by_label("Or to a lead list").select_option(label="Autumn conference")
    button(page, "Check them").click()
    page.get_by_role("row").filter(has_text="Parked").get_by_role("link").first.click()
    expect(page.locator("body")).to_contain_text("No one writes to a list", timeout=SETTLES_MS)
    button(page, "Start").click()

    expect(page.locator("body")).to_contain_text("Put into the list", timeout=SETTLES_MS)
    wait_until(lambda: stack.control.leads_in(source) == [], what="their leaving")
    there = [lead["email"] for lead in stack.control.state()["leads"] if lead["email"] in emails and lead["list"]]
    assert sorted(there) == emails


def test_a_person_is_erased_everywhere_on_request_and_a_certificate_says_what_went(
    open_as: OpenAs, stack: Stack, tmp_path: Path
) -> None:
    gone, stays = "fast.forget.me@eraser.example.com", "fast.keep.me@eraser.example.com"
    campaign = loaded(stack, tmp_path, "Erasers", [gone, stays])
    stack.control.event("reply", campaign, gone)
    page = open_as("admin")
    wait_until(lambda: gone in str(stack.manage("inbox")), what="the reply in the inbox")
    open_leads(page, "forget.me")
    page.get_by_role("link", name=gone).click()
    address = page.url
    reader = open_as("operator")
    reader.goto(address)
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    expect(link(reader, "Erase everywhere")).to_have_count(0)

    link(page, "Erase everywhere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Erase {gone}")
    plan = page.get_by_role("region", name="What this does")
    expect(plan).to_contain_text("At Instantly: deleted from Erasers, and every e-mail with them in its inbox.")
    expect(plan).to_contain_text("1 conversation, 1 line of imports and 1 receipt lose everything personal")
    page.get_by_label("Keep the address on the block list").uncheck()
    typed = page.get_by_label("Type the address to confirm")
    typed.fill(stays)
    button(page, "Erase everywhere").click()
    expect(page.get_by_role("alert")).to_contain_text("Type the address of the person exactly. Nothing was erased.")
    page.get_by_label("Keep the address on the block list").uncheck()
    typed.fill(gone)
    button(page, "Erase everywhere").click()

    certificate = page.get_by_role("region", name="Certificate")
    words = "a read of Instantly after it found nobody with the address"
    expect(certificate).to_contain_text(words, timeout=SETTLES_MS)
    expect(page.locator("body")).not_to_contain_text(gone)
    for line, number in (
        ("People deleted at Instantly", 1),
        ("Conversations deleted here", 1),
        ("Entries of campaigns deleted here", 1),
        ("Lines of imports emptied here", 1),
        ("Verifications whose address was taken out", 1),
    ):
        row = certificate.get_by_role("row").filter(has_text=line)
        expect(row.get_by_role("cell")).to_have_text(str(number))
    assert stack.control.leads_in(campaign) == [stays]
    assert stack.emails(gone) == []
    assert gone not in str(stack.control.state()["blocklist"])
    open_leads(page, "eraser.example.com")
    expect(page.get_by_role("link", name=stays)).to_be_visible()
    expect(page.locator("#content")).not_to_contain_text(gone)
    page.goto("/w/demo/inbox/?show=all&q=forget.me")
    expect(page.locator("[data-thread]")).to_have_count(0)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
