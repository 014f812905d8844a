"""The main tasks with the keyboard only."""

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import FileChooser, Locator, Page, TimeoutError, expect

from iexdg.team.demo import DEMO_PASSWORD
from tests.e2e.browsing import CONTROL_ROOM, LONG_MS, OpenAs, button, link, open_control_room
from tests.e2e.stack import Stack

UNHEALTHY, PAUSED = -1, 2


def tab_to(page: Page, wanted: Locator, *, within: int = 120) -> None:
    """Press Tab until the element has the focus, and check that the focus is visible."""
    expect(wanted).to_be_visible()
    for _ in range(within):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            ring = wanted.evaluate(
                "element => { const style = getComputedStyle(element);"
                " return style.outlineStyle !== 'none' || style.boxShadow !== 'none'; }"
            )
            assert ring, "the focus is not visible"
            return
    raise AssertionError(f"Tab never reached {wanted}")


def chosen_by_key(page: Page) -> FileChooser:
    """Press Space on a file field. A browser that has no time opens no chooser, and says nothing: then once more."""
    for _ in range(5):
        # Where the time is over the chooser is done too, with that error.
        with suppress(TimeoutError):
            with page.expect_file_chooser(timeout=15_000) as chooser:
                page.keyboard.press("Space")
            return chooser.value
    raise AssertionError("the key opened no file chooser")


def test_signing_in_opening_uploading_and_pausing_by_keyboard(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    name = "23 By keyboard"
    remote_id = stack.new_campaign(name, status=UNHEALTHY)
    file = tmp_path / "keys.csv"
    file.write_text("email\nfast.keys@firm.example.net\n", encoding="utf-8")
    page = open_as()

    page.goto("/accounts/login/")
    expect(page.get_by_label("Email", exact=True)).to_be_focused()
    page.keyboard.type("operator@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(CONTROL_ROOM)
    page.goto("/w/demo/")

    # The first tab stop of every page is the link that skips the navigation.
    skip = link(page, "Skip to the content")
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, link(page, name).first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    tab_to(page, link(page, "Upload leads").first)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Lead file", exact=True))
    chosen_by_key(page).set_files(file)
    tab_to(page, button(page, "Upload"))
    page.keyboard.press("Enter")
    tab_to(page, button(page, "Check file"))
    page.keyboard.press("Enter")
    tab_to(page, button(page, "Start"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=re.compile("1 loaded|Done: 1"))).to_be_visible(timeout=LONG_MS)

    row = open_control_room(page, name)
    # A row's figures are one stop: the arrow keys go along them, Tab goes on to the button.
    tab_to(page, link(row, name))
    page.keyboard.press("ArrowRight")
    expect(row.get_by_role("cell").nth(3).get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(row.get_by_role("cell").nth(4).get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(link(row, name)).to_be_focused()
    page.keyboard.press("Tab")
    expect(button(row, "Pause")).to_be_focused()
    # The page may scroll to the focus, so places are counted from the first row; the last one ends the table.
    places = """all => all.flatMap((one) => [one.getBoundingClientRect().top, one.getBoundingClientRect().bottom])
      .map((place, _, places) => Math.round(place - places[0]))"""
    before = page.get_by_role("row").evaluate_all(places)
    page.keyboard.press("Enter")
    expect(button(page, "Confirm")).to_be_focused()
    assert page.get_by_role("row").evaluate_all(places) == before, "a row moved"
    page.keyboard.press("Escape")
    expect(button(row, "Pause")).to_be_focused()
    assert page.get_by_role("row").evaluate_all(places) == before, "a row moved"
    page.keyboard.press("Enter")
    # The confirmation takes the focus from the button, so one more key is enough.
    expect(button(page, "Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("paused by Olive Operator, read back")
    assert stack.control.status_of(remote_id) == PAUSED


def test_slash_focuses_the_search_and_escape_closes_the_drawer(open_as: OpenAs) -> None:
    page = open_as("viewer", viewport={"width": 390, "height": 844})
    page.goto("/w/demo/campaigns/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search campaigns")
    expect(search).to_be_focused()
    page.keyboard.type("05A")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"q=05A"))
    expect(page.get_by_role("link", name="05B Partnerships")).to_have_count(0)

    tab_to(page, link(page, "Open navigation"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Main")).not_to_be_in_viewport()
    expect(link(page, "Open navigation")).to_be_focused()


def test_finding_a_campaign_and_going_to_pages_by_keyboard_alone(open_as: OpenAs, stack: Stack) -> None:
    name = "24 Found by name"
    stack.new_campaign(name)
    page = open_as("viewer")
    page.goto("/w/demo/incidents/")
    page.get_by_role("heading", level=1).wait_for()

    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search")
    expect(palette.get_by_role("searchbox")).to_be_focused()
    # Nothing typed yet: what can be done, and the pages.
    expect(link(palette, "Stop all sending")).to_be_visible()
    expect(palette.get_by_role("link", name="Upload leads")).to_have_count(0)
    page.keyboard.type("found by")
    expect(palette.get_by_role("link").first).to_contain_text(name)
    page.keyboard.press("ArrowDown")
    expect(palette.get_by_role("link").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(palette.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)

    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/w/demo/leads/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    # In a field both are letters.
    page.locator("[data-search]").first.press_sequentially("gc")
    expect(page.locator("[data-search]").first).to_have_value("gc")
    page.go_back()
    # A second later c alone is no shortcut.
    page.get_by_role("heading", level=1, name=name).wait_for()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_question_of_the_team_moves_no_row_and_is_answered_by_enter(open_as: OpenAs) -> None:
    page = open_as("admin")
    page.goto("/w/demo/settings/team/")
    page.get_by_label("Email", exact=True).fill("zoe@example.com")
    page.get_by_label("Name", exact=True).fill("Zoe Leaver")
    page.get_by_label("First password", exact=True).fill("correct horse battery")
    button(page, "Add member").click()
    line = page.get_by_role("row").filter(has_text="Zoe Leaver")
    height = line.bounding_box()["height"]  # type: ignore[index]

    ask, question = button(line, "Deactivate…"), page.get_by_role("dialog", name="Deactivate Zoe Leaver?")
    ask.press("Enter")
    expect(question).to_contain_text("Zoe Leaver is signed out everywhere at once")
    expect(button(question, "Confirm")).to_be_focused()
    assert line.bounding_box()["height"] == height  # type: ignore[index]
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(ask).to_be_focused()

    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Zoe Leaver cannot sign in any more.")).to_be_visible()


def test_the_search_above_the_campaigns_is_one_line(open_as: OpenAs) -> None:
    page = open_as("operator")
    for width, address in ((1440, "/w/demo/"), (2560, "/w/demo/"), (1024, "/w/demo/campaigns/"), (768, "/w/demo/")):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address)
        search = page.locator("form[role=search]:has([aria-label='Search campaigns'])")
        # As _filters.html has it where the workspace has tags.
        search.evaluate(
            "form => form.insertAdjacentHTML('beforeend', '<label><select class=input><option>with any tag</option>"
            "<option>a name that is far too long for the menu of a toolbar</option></select></label>"
            "<button class=btn>Filter</button>')"
        )
        tops = search.locator("> :not([type=hidden])").evaluate_all(
            "parts => [...new Set(parts.map((one) => Math.round(one.getBoundingClientRect().y "
            "+ one.getBoundingClientRect().height / 2)))]"
        )
        assert len(tops) == 1, (width, address, tops)
