"""The main workflow in a browser, in one workspace: upload, verification, load, flip caught, approval, go-live."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button, link, sign_in
from tests.e2e.stack import ROOT
from tests.sandbox_control import SandboxControl

CAMPAIGN = "04 Alumni spring"
WEEK_S = 7 * 86_400
COMPLETED, ACTIVE, PAUSED = 3, 1, 2


def seen_after_reloading(page: Page, what: Callable[[], Locator], within_s: float = 60.0) -> None:
    """Reload a page until it shows an element; a page without anything running does not update itself."""

    def shows() -> bool:
        page.reload()
        return what().count() > 0

    wait_until(shows, within_s=within_s, what="the element")


def a_file_becomes_a_live_campaign(
    open_as: OpenAs,
    control: SandboxControl,
    *,
    slug: str = "demo",
    picture: Path | None = None,
    verified_within_s: float = 150.0,
) -> None:
    """Go through all of it in one workspace, and compare with what the sandbox has.

    Shapes: control - of the same workspace; picture - where to write the control room as it is in the middle;
    verified_within_s - how long every address together may take, which is up to the rate limit.
    """
    remote_id = control.id_of(CAMPAIGN)
    assert control.status_of(remote_id) == COMPLETED
    people_before = len(control.leads_in(remote_id))

    # -- the operator uploads ----------------------------------------------------------------------
    page = open_as()
    sign_in(page, "operator")
    page.goto(f"/w/{slug}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Olive")
    link(page, CAMPAIGN).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(CAMPAIGN)
    campaign_url = page.url
    link(page, "Upload leads").click()
    expect(page.get_by_label("Campaign", exact=True).locator("option:checked")).to_have_text(re.compile(CAMPAIGN))
    page.get_by_label("Lead file", exact=True).set_input_files(ROOT / "examples" / "leads-05a.csv")
    button(page, "Upload").click()
    button(page, "Check file").click()
    button(page, "Start").click()

    # -- it verifies, loads one, and the flip is caught -------------------------------------------
    page.wait_for_url(re.compile(rf"/w/{slug}/imports/\d+/$"))
    import_url = page.url
    headline = page.get_by_role("status").filter(has_text=re.compile("Verifying|Loading|Held"))
    expect(headline).to_be_visible()
    expect(page.get_by_text(f"{CAMPAIGN} was found sending without an approval")).to_be_visible(
        timeout=verified_within_s * 1000
    )
    expect(headline).to_have_text(re.compile(r"^Held: \d+ verified rows wait here$"))
    assert control.status_of(remote_id) == PAUSED
    assert len(control.leads_in(remote_id)) == people_before + 1, "no batch after the flip"

    page.goto(campaign_url)
    timeline = page.get_by_role("region", name="Timeline")
    caught = rf"{CAMPAIGN} turned active by itself: paused (after [\d.]+|in under 0\.1) s, read back"
    expect(timeline).to_contain_text(re.compile(caught))
    expect(page.locator("#head-control")).to_contain_text("Paused")

    # -- the operator requests the go-live, and may not approve it ----------------------------------------------------
    link(page, "Request go-live").first.click()
    page.get_by_label("Note", exact=True).fill("Spring list, checked by hand.")
    button(page, "Request go-live").click()
    expect(page.get_by_text("You requested this go-live, so someone else has to approve it")).to_be_visible()
    expect(button(page, "Approve go-live")).to_have_count(0)
    go_live_url = page.url

    # -- the control room lists what needs attention -----------------------------------------------
    page.goto(f"/w/{slug}/")
    needs = page.get_by_role("region", name="Needs attention")
    expect(needs).to_contain_text(f"{CAMPAIGN} turned active by itself")
    expect(needs).to_contain_text(f"Go-live requested for {CAMPAIGN} by Olive Operator")
    expect(page.get_by_role("region", name="Verified, 7 days")).to_be_visible()
    if picture is not None:
        picture.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture)

    # -- another person approves ------------------------------------------------------------------
    approver = open_as()
    sign_in(approver, "approver")
    approver.goto(go_live_url)
    expect(approver.get_by_text("Spring list, checked by hand.").first).to_be_visible()
    approver.get_by_label("Note", exact=True).fill("Looks right.")
    button(approver, "Approve go-live").click()
    # Without a reload: the card follows the worker until Instantly reads back as sending.
    expect(approver.locator("#go-live-decision")).to_contain_text("Read back as sending", timeout=LONG_MS)
    assert control.status_of(remote_id) == ACTIVE

    # -- every valid address is there once, and no other --------------------------------
    inside = control.leads_in(remote_id)
    assert len(inside) == len(set(inside)) > people_before + 100
    assert not [email for email in inside if email.startswith(("invalid", "catchall", "stuck"))]
    page.goto(import_url)
    expect(page.get_by_role("region", name="Every line accounted for")).not_to_contain_text("does not add up")

    # -- a week later the statistics are there --------------------------------------------------------
    page.goto(campaign_url)
    expect(page.locator("#head-control")).to_contain_text("Sending")
    sent_before = figure(page, "Sent")
    control.advance(WEEK_S)
    button(page, "Sync now").click()
    # Reloading while the form is still being submitted would be refused by the browser.
    expect(page.get_by_text("The times on this page say when it is done.")).to_be_visible()
    seen_after_reloading(
        page, lambda: page.get_by_role("region", name="Sent", exact=True).filter(has_not_text=str(sent_before))
    )
    assert figure(page, "Sent") >= sent_before + 60
    expect(page.get_by_role("region", name="Open rate")).to_contain_text(re.compile(r"\d+\.\d %"))
    expect(page.locator(".chart canvas")).to_be_visible()
    page.get_by_text("Table", exact=True).click()
    full_days = page.get_by_role("region", name="Every day").get_by_role("cell", name="20", exact=True)
    assert full_days.count() >= 5


def figure(page: Page, name: str) -> int:
    """The main number of a figure."""
    return int(page.get_by_role("region", name=name, exact=True).locator(".v").inner_text().replace(",", ""))
