"""Every page in light, dark and 390 px wide: it fits the viewport, has enough contrast, and reports no errors."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import OpenAs, button, link, open_campaign
from tests.e2e.conftest import SCREENS, Watch
from tests.e2e.stack import Stack, wait_until

CAMPAIGN = "05A Executive-Peer"
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
DISPLAYS: dict[str, dict[str, Any]] = {
    "light": {"viewport": WIDE, "color_scheme": "light"},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "390": {"viewport": NARROW, "color_scheme": "light", "has_touch": True},
}
PEOPLE = "\n".join(
    ["Email,First Name,Company"]
    + [f"fast.pages{number}@firm{number}.example.net,Sam,Firm {number}" for number in range(8)]
    + ["invalid.pages@firm.example.net,Bo,Firm", "nobody,Cy,Firm"]
)
# The visible text nodes with too little contrast between their colour and their background.
FAINT_TEXT = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext("2d", {willReadFrequently: true});
  const paint = (colour, ground) => {
    brush.clearRect(0, 0, 1, 1);
    brush.fillStyle = `rgb(${ground.join(" ")})`;
    brush.fillRect(0, 0, 1, 1);
    brush.fillStyle = colour;
    brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const groundOf = (element) => {
    const line = [];
    for (let at = element; at; at = at.parentElement) line.unshift(getComputedStyle(at).backgroundColor);
    return line.reduce((ground, colour) => paint(colour, ground), [255, 255, 255]);
  };
  const luminance = (rgb) => {
    const part = (value) => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(rgb[0]) + 0.7152 * part(rgb[1]) + 0.0722 * part(rgb[2]);
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.textContent.trim();
    if (!words || !element.checkVisibility() || element.closest("[aria-hidden=true], :disabled, svg, option")) continue;
    if (element.getBoundingClientRect().width <= 1) continue;
    const ground = groundOf(element);
    const [one, other] = [luminance(paint(getComputedStyle(element).color, ground)), luminance(ground)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${words.slice(0, 40)}`);
  }
  return faint;
}"""


@pytest.fixture(scope="module")
def pages(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page by name, each with some content."""
    file = tmp_path_factory.mktemp("pages") / "spring-list.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    done = stack.manage("import_leads", str(file), "--campaign", CAMPAIGN, "--wait")
    stack.manage("request_go_live", CAMPAIGN, "--as", "operator@example.com", "--note", "Ready for Monday.")
    # Someone starts a campaign in Instantly's own app; the scan pauses it and opens an incident.
    stack.control.set_status(stack.remote_id("05C Practitioner"), 1)
    incidents = wait_until(
        lambda: [one for one in stack.manage("incidents")["incidents"] if one["kind"] == "unapproved_active"],
        within_s=60,
        what="the incident",
    )
    return {
        "control-room": "/",
        "campaigns": "/campaigns/",
        "campaign": CAMPAIGN,
        "pause": f"{CAMPAIGN} pause",
        "go-live": f"{CAMPAIGN} go-live",
        "leads": "/leads/",
        "imports": "/imports/",
        "upload": "/imports/new/",
        "import": f"/imports/{done['import_id']}/",
        "incidents": "/incidents/",
        "incident": f"/incidents/{incidents[0]['id']}/",
        "runbook": "/runbook/",
        "audit": "/audit/",
        "stop": "/stop/",
        "settings": "/settings/",
        "guardrails": "/settings/guardrails/",
        "campaign-guardrails": f"{CAMPAIGN} guardrails",
        "notifications": "/settings/notifications/",
        "team": "/settings/team/",
        "not-found": "/nowhere/",
    }


def go(page: Page, where: str) -> None:
    """Open a page by its path, or by the name of its campaign and the path below it."""
    if where.startswith("/"):
        page.goto(where)
    else:
        below = where.removeprefix(CAMPAIGN).strip()
        open_campaign(page, CAMPAIGN)
        if below:
            page.goto(f"{page.url}{below}/")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("display", DISPLAYS)
def test_every_page_fits_is_readable_and_reports_no_errors(
    display: str, open_as: OpenAs, pages: dict[str, str], watch: Watch
) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = open_as("admin", **DISPLAYS[display])
    for name, where in pages.items():
        go(page, where)
        page.screenshot(path=SCREENS / f"{name}-{display}.png", full_page=True)
        width = page.evaluate("document.scrollingElement.scrollWidth")
        assert width <= DISPLAYS[display]["viewport"]["width"], f"{name} is {width} px wide"
        assert page.evaluate(FAINT_TEXT) == [], name
        assert page.get_by_role("heading", level=1).count() == 1, name
    unexpected = [words for words in watch.errors if "404" not in words]
    assert unexpected == []


@pytest.mark.parametrize("width", [600, 768, 901, 1024])
def test_the_kill_switch_is_not_cut_off_between_a_phone_and_a_desktop(width: int, open_as: OpenAs) -> None:
    page = open_as("viewer", viewport={"width": width, "height": 800})
    page.goto("/")
    box = link(page, "Stop all sending").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_last_column_of_the_control_room_is_visible(width: int, open_as: OpenAs, pages: dict[str, str]) -> None:
    page = open_as("operator", viewport={"width": width, "height": 800})
    go(page, pages["control-room"])
    table = page.locator(".tb:has(table.campaigns)")
    assert table.evaluate("one => one.scrollWidth - one.clientWidth") == 0


def test_the_sign_in_page_fits_and_is_readable(open_as: OpenAs, watch: Watch) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    for display, options in DISPLAYS.items():
        page = open_as(**options)
        page.goto("/accounts/login/")
        page.get_by_text("Demo sign-ins of the sandbox").click()
        page.screenshot(path=SCREENS / f"sign-in-{display}.png", full_page=True)
        assert page.evaluate("document.scrollingElement.scrollWidth") <= options["viewport"]["width"]
        assert page.evaluate(FAINT_TEXT) == []
    assert watch.errors == []


def test_the_contrast_check_finds_faint_text(open_as: OpenAs) -> None:
    page = open_as()
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('h1').style.color = '#bbb'")
    assert [words.partition(" ")[2] for words in page.evaluate(FAINT_TEXT)] == ["Sign in"]


def test_on_a_phone_the_drawer_navigates_and_actions_are_reachable(open_as: OpenAs, pages: dict[str, str]) -> None:
    page = open_as("operator", **DISPLAYS["390"])
    page.goto("/")
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).not_to_be_in_viewport()
    for section, heading in (("Campaigns", "Campaigns"), ("Imports", "Imports"), ("Audit", "Audit")):
        link(page, "Open navigation").tap()
        expect(navigation).to_be_in_viewport()
        navigation.get_by_role("link", name=section, exact=True).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        expect(navigation).not_to_be_in_viewport()

    open_campaign(page, CAMPAIGN)
    for action in (link(page, "Upload leads"), button(page, "Sync now"), link(page, "Open go-live").first):
        action.scroll_into_view_if_needed()
        box = action.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW["width"]
        assert box["height"] >= 32, "too small to tap"


def test_the_chosen_theme_is_saved(open_as: OpenAs) -> None:
    page = open_as("viewer", color_scheme="light")
    page.goto("/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    button(page, "Light or dark").click()

    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto("/campaigns/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_times_are_in_the_readers_time_zone(open_as: OpenAs, pages: dict[str, str]) -> None:
    """The same moment in Berlin and in Detroit, six hours apart."""
    shown = {}
    for zone in ("Europe/Berlin", "America/Detroit"):
        page = open_as("viewer", timezone_id=zone)
        page.goto("/")  # sends the time zone
        page.goto(pages["import"])
        shown[zone] = page.locator(".log time").last.inner_text()
    hours = [int(words.split(":")[0]) for words in shown.values()]
    assert (hours[0] - hours[1]) % 24 == 6


def test_the_go_live_page_shows_what_changed_since_the_request(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    name = "41 Changed"
    remote_id = stack.new_campaign(name)
    file = tmp_path / "changed.csv"
    file.write_text("email,first_name\nfast.changed@firm.example.net,Sam\n", encoding="utf-8")
    stack.manage("import_leads", str(file), "--campaign", name, "--wait")
    stack.manage("request_go_live", name, "--as", "operator@example.com")
    stack.control.edit(remote_id, daily_limit=35)
    stack.manage("sync")
    page = open_as("approver")
    open_campaign(page, name)
    page.goto(f"{page.url}go-live/")

    changed = page.get_by_role("region", name="Changed since the request")
    expect(changed).to_contain_text("20")
    expect(changed).to_contain_text("35")
    expect(button(page, "Approve go-live")).to_have_count(0)
    expect(page.get_by_text("It cannot be approved any more: daily cap.")).to_be_visible()
    page.screenshot(path=SCREENS / "go-live-drift-light.png", full_page=True)
    page.get_by_label("Note", exact=True).fill("The cap is too high.")
    button(page, "Reject").click()
    expect(page.get_by_role("region", name="Go-live")).to_contain_text(re.compile("Rejected.*The cap is too high"))
