"""Text that would run or overflow if a page let it: nothing runs, and no main page scrolls sideways."""

from pathlib import Path

from playwright.sync_api import Page

from tests.e2e.browsing import OpenAs
from tests.e2e.stack import Stack
from tests.hostile import HOSTILE

RAN = "Object.assign(window, {ran: 0}); window.alert = window.confirm = () => { window.ran += 1; };"
WIDTHS = (390, 1280)


def problems_of(page: Page, address: str) -> list[str]:
    page.goto(address)
    found = []
    if page.evaluate("window.ran") or page.locator("img[src='x']").count():
        found.append(f"{address}: something ran or became markup")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        if wide > width:
            found.append(f"{address}: {wide} px wide at {width}")
    return found


def test_hostile_names_run_nowhere_and_no_page_scrolls_sideways(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    remote_id = stack.new_campaign(HOSTILE)
    quoted = HOSTILE[:190].replace('"', '""')
    file = tmp_path / "hostile.csv"
    file.write_text(
        f'Email,First Name,"{quoted}"\nfast.hostile@firm.example.net,"{quoted}","{quoted}"\n"{quoted}",Bo,"{quoted}"\n',
        encoding="utf-8",
    )
    done = stack.manage("import_leads", str(file), "--campaign", remote_id, "--wait")
    page = open_as("admin")
    page.add_init_script(RAN)
    page.goto("/w/demo/campaigns/?q=%3D1%2B1")
    campaign = page.locator("a[href^='/w/demo/campaigns/']", has_text="=1+1<img").first.get_attribute("href")
    assert campaign is not None
    addresses = (
        "/w/demo/", "/w/demo/campaigns/", campaign, f"{campaign}go-live/", "/w/demo/leads/", "/w/demo/imports/",
        f"/w/demo/imports/{done['import_id']}/",
        "/w/demo/imports/new/", "/w/demo/incidents/", "/w/demo/audit/", "/w/demo/stop/", "/w/demo/settings/guardrails/",
    )  # fmt: skip
    assert [problem for address in addresses for problem in problems_of(page, address)] == []
