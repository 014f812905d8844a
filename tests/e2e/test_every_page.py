"""Every page in light and dark at three widths: no axe violation, no sideways scrolling, no errors."""

import os
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.e2e.browsing import LONG_MS, OpenAs, button, link, open_campaign
from tests.e2e.conftest import SCREENS, Watch
from tests.e2e.stack import Stack, wait_until

CAMPAIGN = "05A Executive-Peer"
WIDE, MIDDLE, NARROW = 1440, 768, 390
# No page scrolls sideways at any of these.
WIDTHS = (320, 390, 600, 768, 901, 1024, 1280, 1440, 1920, 2560)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
AXE_PARTS = 4
# Nothing in a test looks at the pictures, and taking all of them is a third of the work.
EVERY_PICTURE = os.environ.get("EVERY_PICTURE", "") not in {"", "0"}
PHONE: dict[str, Any] = {"viewport": {"width": NARROW, "height": 844}, "color_scheme": "light", "has_touch": True}
PEOPLE = "\n".join(
    ["Email,First Name,Company"]
    + [f"fast.pages{number}@firm{number}.example.net,Sam,Firm {number}" for number in range(8)]
    + ["invalid.pages@firm.example.net,Bo,Firm", "nobody,Cy,Firm"]
)
RULES: dict[str, dict[str, Any]] = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]},
}
RUN_AXE = """async (options) => (await axe.run(options)).violations.flatMap(
  (one) => one.nodes.map((node) => `${one.id} ${node.target.join(" ")} ${node.html.slice(0, 120)}`))"""


@pytest.fixture(scope="module")
def pages(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every page by name, each with some content."""
    file = tmp_path_factory.mktemp("pages") / "spring-list.csv"
    file.write_text(PEOPLE, encoding="utf-8")
    done = stack.manage("import_leads", str(file), "--campaign", CAMPAIGN, "--wait")
    stack.manage("request_go_live", CAMPAIGN, "--as", "operator@example.com", "--note", "Ready for Monday.")
    # Someone starts a campaign in Instantly's own app; the scan pauses it and opens an incident.
    stack.control.set_status(stack.control.id_of("05C Practitioner"), 1)
    incidents = wait_until(
        lambda: [one for one in stack.manage("incidents")["incidents"] if one["kind"] == "unapproved_active"],
        what="the incident",
    )
    return {
        "all-workspaces": "/",
        "control-room": "/w/demo/",
        "campaigns": "/w/demo/campaigns/",
        "campaign": CAMPAIGN,
        "pause": f"{CAMPAIGN} pause",
        "go-live": f"{CAMPAIGN} go-live",
        "leads": "/w/demo/leads/",
        "verifications": "/w/demo/leads/verifications/",
        "receipts-import": "/w/demo/leads/receipts/import/",
        "upload-list": "/w/demo/imports/new/?list=1",
        "block-list": "/w/demo/block-list/",
        "lists": "/w/demo/lists/",
        "list": "/w/demo/lists/1/",
        "list-delete": "/w/demo/lists/1/delete/",
        "list-move": "/w/demo/lists/1/move/",
        "list-remove": "/w/demo/lists/1/remove-people/",
        "listed-person": "/w/demo/people/listed/1/",
        "requests": "/w/demo/people/changes/",
        "move-filtered": "/w/demo/leads/move/?progress=contacted",
        "person": "/w/demo/people/1/",
        "person-remove": "/w/demo/people/1/remove/",
        "person-erase": "/w/demo/people/1/erase/",
        "move-people": f"{CAMPAIGN} move-people",
        "remove-people": f"{CAMPAIGN} remove-people",
        "inbox": "/w/demo/inbox/",
        "inbox-all": "/w/demo/inbox/?show=all",
        "thread": "/w/demo/inbox/1/",
        "thread-write": "/w/demo/inbox/1/?write=reply",
        "thread-delete": "/w/demo/inbox/1/delete/",
        "inbox-templates": "/w/demo/inbox/templates/",
        "analytics": "/w/demo/analytics/",
        "analytics-steps": "/w/demo/analytics/?show=steps&days=all",
        "analytics-breakdowns": "/w/demo/analytics/?show=breakdowns",
        "analytics-weeks": "/w/demo/analytics/?show=weeks",
        "report": "/w/demo/analytics/report/",
        "weekly-report": "/w/demo/settings/weekly-report/",
        "crm": "/w/demo/crm/",
        "crm-disconnect": "/w/demo/crm/disconnect/",
        "automations": "/w/demo/crm/automations/",
        "automation": "/w/demo/crm/automations/1/",
        "automation-edit": "/w/demo/crm/automations/1/edit/",
        "automation-new": "/w/demo/crm/automations/new/",
        "ledger": "/w/demo/crm/ledger/",
        "unmatched": "/w/demo/crm/unmatched/",
        "imports": "/w/demo/imports/",
        "upload": "/w/demo/imports/new/",
        "import": f"/w/demo/imports/{done['import_id']}/",
        "mailboxes": "/w/demo/mailboxes/",
        "mailbox": "/w/demo/mailboxes/1/",
        "mailbox-limits": "/w/demo/mailboxes/limits/?mailbox=1",
        "mailbox-tags": "/w/demo/mailboxes/tags/?mailbox=1",
        "mailbox-delete": "/w/demo/mailboxes/1/delete/",
        "mailbox-connect": "/w/demo/mailboxes/connect/",
        "placement-tests": "/w/demo/placement-tests/",
        "placement-test": "/w/demo/placement-tests/1/",
        "placement-create": "/w/demo/placement-tests/new/",
        "supersearch": "/w/demo/supersearch/",
        "search-create": "/w/demo/supersearch/new/",
        "subsequences": "/w/demo/subsequences/",
        "subsequence": "/w/demo/subsequences/1/",
        "subsequence-create": "/w/demo/subsequences/new/",
        "drafts": "/w/demo/campaigns/drafts/",
        "campaign-new": "/w/demo/campaigns/new/",
        "applied": "/w/demo/campaigns/blueprints/",
        "campaign-rename": f"{CAMPAIGN} rename",
        "campaign-delete": f"{CAMPAIGN} delete",
        "tags": "/w/demo/tags/",
        "tag": "/w/demo/tags/ > #tag-list td a",
        "tag-delete": "/w/demo/tags/ > #tag-list td a > .actions a",
        "labels": "/w/demo/labels/",
        "label": "/w/demo/labels/ > #label-list a.btn",
        "label-delete": "/w/demo/labels/ > #label-list a.btn + a.btn",
        "jobs": "/w/demo/jobs/",
        "audit-instantly": "/w/demo/audit/instantly/",
        "keys": "/w/demo/keys/",
        "webhooks": "/w/demo/webhooks/",
        "webhook": "/w/demo/webhooks/ > #webhooks a.btn",
        "webhook-delete": "/w/demo/webhooks/ > #webhooks a.btn + a.btn",
        "webhook-create": "/w/demo/webhooks/new/",
        "receiver": "/w/demo/webhooks/receiver/",
        "deliveries": "/w/demo/webhooks/deliveries/",
        "replies-counted": "/w/demo/inbox/replies/",
        "incidents": "/w/demo/incidents/",
        "incident": f"/w/demo/incidents/{incidents[0]['id']}/",
        "runbook": "/w/demo/runbook/",
        "search": "/w/demo/search/?q=05",
        "audit": "/w/demo/audit/",
        "stop": "/w/demo/stop/",
        "settings": "/w/demo/settings/",
        "guardrails": "/w/demo/settings/guardrails/",
        "campaign-guardrails": f"{CAMPAIGN} guardrails",
        "campaign-leads": f"{CAMPAIGN} leads",
        "campaign-settings": f"{CAMPAIGN} settings",
        "rehearsal": f"{CAMPAIGN} rehearsal",
        "import-rows": f"/w/demo/imports/{done['import_id']}/rows/",
        "notifications": "/w/demo/settings/notifications/",
        "connections": "/settings/connections/",
        "team": "/w/demo/settings/team/",
        "account": "/accounts/",
        "change-password": "/accounts/password/change/",
        "second-factor": "/accounts/2fa/",
        "not-found": "/nowhere/",
    }


def go(page: Page, where: str) -> None:
    """Open a page by its path and what is clicked there, or by the name of its campaign and the path below it."""
    if where.startswith("/"):
        path, *clicked = where.split(" > ")
        page.goto(path)
        for selector in clicked:
            # A list that nobody looked at before is read within a minute, and the page follows.
            page.locator(selector).first.click(timeout=LONG_MS)
            page.wait_for_load_state()
    else:
        below = where.removeprefix(CAMPAIGN).strip()
        open_campaign(page, CAMPAIGN)
        if below:
            page.goto(f"{page.url}{below}/")
    page.wait_for_load_state("networkidle")


def axe_violations(page: Page, name: str) -> list[str]:
    """What axe finds on an open page. A picture of its first look is kept, with EVERY_PICTURE=1 one of each look.

    In dark only the colours differ, so only the rules about colour run again. The whole page in one picture also makes
    the charts below the window draw themselves.
    """
    page.evaluate(AXE_SCRIPT)
    found: list[str] = []
    for width in (WIDE, MIDDLE, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            if EVERY_PICTURE or (width, scheme) == (WIDE, SCHEMES[0]):
                page.screenshot(path=SCREENS / f"{name}-{width}-{scheme}.png", full_page=True)
            found += [f"{name} {width} {scheme}: {one}" for one in page.evaluate(RUN_AXE, RULES[scheme])]
    return found


def sideways(page: Page, name: str) -> list[str]:
    """Every width at which an open page scrolls sideways."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        scrolled = page.evaluate("document.scrollingElement.scrollWidth")
        if scrolled > width:
            found.append(f"{name} is {scrolled} px wide at {width}")
    return found


@pytest.mark.timeout(900)
def test_every_page_fits_every_width_and_reports_no_errors(
    open_as: OpenAs, pages: dict[str, str], watch: Watch
) -> None:
    page = open_as("admin")
    faults = []
    for name, where in pages.items():
        go(page, where)
        faults += sideways(page, name)
        if page.get_by_role("heading", level=1).count() != 1:
            faults.append(f"{name} has not one heading")
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
    unexpected = [words for words in watch.errors if "404" not in words]
    assert unexpected == []


# A hundred pages in six looks each: in parts, each of which may take longer than other tests.
@pytest.mark.parametrize("part", range(AXE_PARTS))
@pytest.mark.timeout(900)
def test_axe_finds_nothing_on_any_page(part: int, open_as: OpenAs, pages: dict[str, str]) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    # axe probes colours with inline styles, which our policy forbids; the test above runs under the policy.
    page = open_as("admin", bypass_csp=True)
    found = []
    for name, where in list(pages.items())[part::AXE_PARTS]:
        go(page, where)
        found += axe_violations(page, name)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("width", [600, 768, 901, 1024])
def test_the_kill_switch_is_not_cut_off_between_a_phone_and_a_desktop(width: int, open_as: OpenAs) -> None:
    page = open_as("viewer", viewport={"width": width, "height": 800})
    page.goto("/w/demo/")
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


def test_the_sign_in_page_fits_and_has_no_axe_violation(open_as: OpenAs) -> None:
    SCREENS.mkdir(parents=True, exist_ok=True)
    page = open_as(bypass_csp=True)
    page.goto("/accounts/login/")
    page.get_by_text("Demo sign-ins of the sandbox").click()
    assert axe_violations(page, "sign-in") + sideways(page, "sign-in") == []


def test_axe_finds_faint_text(open_as: OpenAs) -> None:
    page = open_as(bypass_csp=True)
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('h1').style.color = '#bbb'")
    page.evaluate(AXE_SCRIPT)
    assert [one.partition(" ")[0] for one in page.evaluate(RUN_AXE, RULES["light"])] == ["color-contrast"]


def test_on_a_phone_the_drawer_navigates_and_actions_are_reachable(open_as: OpenAs, pages: dict[str, str]) -> None:
    page = open_as("operator", **PHONE)
    page.goto("/w/demo/")
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
        assert box["x"] + box["width"] <= NARROW
        assert box["height"] >= 32, "too small to tap"


def test_the_chosen_theme_is_saved(open_as: OpenAs) -> None:
    page = open_as("viewer", color_scheme="light")
    page.goto("/w/demo/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")

    button(page, "Light or dark").click()

    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.goto("/w/demo/campaigns/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark


def test_times_are_in_the_readers_time_zone(open_as: OpenAs, pages: dict[str, str]) -> None:
    """The same moment in Berlin and in Detroit, six hours apart."""
    shown = {}
    for zone in ("Europe/Berlin", "America/Detroit"):
        page = open_as("viewer", timezone_id=zone)
        page.goto("/w/demo/")  # sends the time zone
        page.goto(pages["import"])
        shown[zone] = page.locator(".log time").last.inner_text()
    hours = [int(words.split(":")[0]) for words in shown.values()]
    assert (hours[0] - hours[1]) % 24 == 6


def test_the_go_live_page_shows_what_changed_since_the_request(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    name = "41 Changed"
    remote_id = stack.new_campaign(name)
    file = tmp_path / "changed.csv"
    file.write_text("email,first_name,company\nfast.changed@firm.example.net,Sam,Firm\n", encoding="utf-8")
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
