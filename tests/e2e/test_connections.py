"""The demo as it is: two workspaces, one of them through Maton; and an admin who connects one in the browser."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.stack import Stack, wait_until
from tests.e2e.story import a_file_becomes_a_live_campaign
from tests.e2e.test_every_page import RULES, RUN_AXE, SCHEMES
from tests.sandbox_control import SandboxControl

# The first of these starts a product of its own.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
CONNECTIONS = "/settings/connections/"
# Through Maton an account may ask ten times a second, all of its workspaces together: what is asked in between, and
# how often an address is asked about, decides how long an import takes.
KNOBS = {
    "DEMO_WORKSPACES": "2",
    "VERIFY_POLL_S": "2",
    "VERIFY_GIVE_UP_S": "15",
    "SCAN_INTERVAL_S": "10",
    "SYNC_INTERVAL_S": "15",
}
VERIFIED_WITHIN_S = 150.0


@pytest.fixture(scope="module")
def stack(chromium_path: str) -> Iterator[Stack]:
    """A demo of its own, with its second workspace."""
    stack = Stack()
    stack.environment.update(KNOBS)
    try:
        stack.start()
        wait_until(lambda: "demo-maton" in connected(stack), what="the demo's second workspace")
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="module")
def sessions() -> dict[str, Any]:
    """Sessions of this demo only."""
    return {}


def connected(stack: Stack) -> dict[str, dict[str, Any]]:
    return {one["slug"]: one for one in stack.manage("workspaces")["workspaces"] if one["connected"]}


def row(page: Page, text: str) -> Any:
    return page.get_by_role("row").filter(has_text=text)


def flaws(page: Page, name: str) -> list[str]:
    """What axe finds on a wide screen and on a phone, light and dark, and whether the page scrolls sideways there."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += [f"{name} {width} {scheme}: {one}" for one in page.evaluate(RUN_AXE, RULES[scheme])]
        if page.evaluate("document.scrollingElement.scrollWidth") > width:
            found.append(f"{name} {width}: scrolls sideways")
    return found


def test_the_demo_has_a_second_workspace_through_maton(stack: Stack) -> None:
    found = connected(stack)
    assert [(slug, one["transport"], one["mode"]) for slug, one in found.items()] == [
        ("demo", "direct", "write"),
        ("demo-maton", "maton", "write"),
    ]
    # The newest call: another test here connects it anew.
    newest = stack.control.log(path="/maton/instantly/api/v2/")[-1]
    (used,) = [one for one in stack.manage("maton", "list")["connections"] if one["id"] == newest["maton_connection"]]
    assert used["status"] == "ACTIVE"


def test_a_file_becomes_a_live_campaign_through_maton(stack: Stack, open_as: OpenAs) -> None:
    control = SandboxControl(base_url=str(stack.control.http.base_url), workspace=2)
    with control.http:
        first = len(stack.control.state()["leads"])
        a_file_becomes_a_live_campaign(open_as, control, slug="demo-maton", verified_within_s=VERIFIED_WITHIN_S)
        assert len(stack.control.state()["leads"]) == first
    loads = [entry for entry in stack.control.log(path="/leads/add") if entry["method"] == "POST"]
    assert loads
    assert all(entry["path"].startswith("/maton/instantly/api/v2/") and entry["maton_connection"] for entry in loads)


def test_w_opens_the_switcher_and_the_arrow_keys_and_enter_go_to_another_workspace(open_as: OpenAs) -> None:
    page = open_as("viewer")
    page.goto("/w/demo/leads/")
    page.get_by_role("heading", level=1).wait_for()
    before = page.locator("main").bounding_box()
    page.keyboard.press("w")
    expect(page.locator("#switch-demo")).to_be_focused()
    # What each does and needs is read when it opens; the focus stays where it is.
    expect(page.locator("#switch-demo")).to_contain_text(re.compile("sending|not read yet|not known"))
    expect(page.locator("#switch-demo")).to_be_focused()
    assert page.locator("main").bounding_box() == before
    page.keyboard.press("Escape")
    expect(page.locator("[data-switcher] summary")).to_be_focused()
    page.keyboard.press("w")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#switch-demo-maton")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/w/demo-maton/")
    # In a field it is a letter.
    page.goto("/w/demo/leads/")
    page.locator("[data-search]").press("w")
    expect(page.locator("[data-switcher][open]")).to_have_count(0)


def test_every_page_about_several_workspaces_fits_and_has_no_axe_violation(open_as: OpenAs) -> None:
    # What axe puts into the page is not what the policy is for.
    page = open_as("admin", bypass_csp=True)
    found: list[str] = []
    for where in ("/", "/w/demo-maton/", "/w/demo-maton/stop/", "/w/demo/stop/?where=all", CONNECTIONS):
        page.goto(where)
        page.wait_for_load_state("networkidle")
        if "/stop/" in where:
            expect(page.get_by_label("Where").locator("option")).to_have_count(2)
        found += flaws(page, where)
    button(row(page, "demo-maton"), "Maton account").click()
    page.get_by_role("heading", level=1, name="Connections of a Maton account").wait_for()
    found += flaws(page, "maton")
    page.goto("/w/demo/leads/")
    page.locator("[data-switcher] summary").click()
    expect(page.locator("#switch-demo")).to_contain_text(re.compile("sending|not read yet|not known"))
    found += flaws(page, "switcher")
    expect(page.locator("[data-switcher][open]")).to_have_count(1)
    assert found == []


def test_an_admin_disconnects_it_and_connects_it_by_a_new_maton_connection(stack: Stack, open_as: OpenAs) -> None:
    # What axe puts into the page is not what the policy is for.
    page = open_as("admin", bypass_csp=True)
    page.goto(CONNECTIONS)
    assert flaws(page, "connections") == []
    line = row(page, "demo-maton")
    button(line, "Disconnect…").click()
    expect(line).to_contain_text("Its key is deleted here.")
    button(line, "Disconnect").click()
    expect(page.get_by_text("Demo (Maton) was disconnected; its key was deleted here.")).to_be_visible()
    assert list(connected(stack)) == ["demo"]

    page.get_by_label("Name", exact=True).fill("East")
    page.get_by_label("Reached through").select_option("sandbox-maton")
    page.get_by_label("Key", exact=True).fill("maton-key")
    button(page, "Connect").click()
    button(page, "Create connection").click()
    expect(row(page, "PENDING")).to_be_visible()
    assert flaws(page, "maton") == []
    with page.expect_popup() as opened:
        link(page, "Authorise in a new tab").click()
    tab = opened.value
    tab.get_by_label("Workspace").select_option("2")
    button(tab, "Authorise").click()
    tab.close()
    # The list reads itself again.
    expect(row(page, "PENDING")).to_have_count(0)
    newest = page.get_by_role("row").nth(1)
    expect(newest.get_by_label("Name of the workspace")).to_have_value("East")
    button(newest, "Connect").click()
    expect(page.get_by_text("East is connected, in write mode.")).to_be_visible()
    assert connected(stack)["demo-maton"]["name"] == "East"
    assert "maton-key" not in page.content()
