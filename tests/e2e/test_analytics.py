"""Analytics in the browser: campaigns are chosen, compared over days that a worker reads, and exported."""

import csv
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.stack import Stack

ONE, TWO, OTHER = "05A Executive-Peer", "05B Partnerships", "05C Practitioner"
# A worker reads what a page asks for within its tick.
READ_MS = 40_000


def test_two_campaigns_are_compared_narrowed_by_a_bar_and_exported(
    open_as: OpenAs, stack: Stack, tmp_path: Path
) -> None:
    page = open_as("viewer")
    page.goto("/w/demo/")
    link(page.get_by_role("navigation", name="Main"), "Analytics").click()
    page.get_by_text("Choose campaigns").click()
    for box in page.get_by_role("group", name="Campaigns").get_by_role("checkbox").all():
        box.uncheck()
    # By keyboard: the search narrows the list, the arrow keys go to the box.
    search = page.get_by_role("searchbox", name="Search campaigns")
    for name in (ONE, TWO):
        search.fill(name[:5])
        expect(page.get_by_role("checkbox", name=OTHER)).to_be_hidden()
        search.press("ArrowDown")
        page.keyboard.press("Space")
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
        page.keyboard.press("ArrowUp")
        expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name=OTHER)).to_be_visible()
    link(page, "14 days").wait_for()
    button(page, "Compare").click()
    page.wait_for_url(re.compile(r"campaign=\d+&campaign=\d+"))

    table = page.get_by_role("region", name="Campaigns", exact=True)
    for name in (ONE, TWO, "Total"):
        expect(table.get_by_role("row").filter(has_text=name)).to_be_visible()
    expect(table).not_to_contain_text(OTHER)
    expect(page.get_by_text("Reading these days from Instantly")).to_have_count(0, timeout=READ_MS)
    expect(table.get_by_role("row").filter(has_text="Total")).not_to_contain_text("unknown")

    link(page.get_by_role("region", name=re.compile("by campaign")), ONE).click()
    page.wait_for_url(re.compile(r"/analytics/\?campaign=\d+$"))
    expect(table.get_by_role("row").filter(has_text=TWO)).to_have_count(0)

    with page.expect_download() as started:
        link(page, "Export CSV").click()
    file = tmp_path / "analytics.csv"
    started.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["campaign"] for row in rows] == [ONE, "all campaigns of this file"]
    shown = table.get_by_role("row").filter(has=link(page, ONE)).locator("td[data-label=Sent]").inner_text()
    assert shown.split("\n")[0].replace(",", "") == rows[0]["sent"] == rows[1]["sent"]

    link(page, "Report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Report of")
    expect(page.get_by_role("region", name="Summary")).to_contain_text("replied")
    expect(button(page, "Print")).to_be_visible()
