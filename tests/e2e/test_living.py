"""Open pages: what happens behind them appears by itself, what is old says so, and an ended session loses nothing."""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from iexdg.team.demo import DEMO_PASSWORD
from tests.crash.stack import wait_until
from tests.e2e.browsing import CONTROL_ROOM, OpenAs, button, link, open_campaign, open_control_room, sign_in
from tests.e2e.stack import Stack
from tests.e2e.test_control import go_live

ACTIVE, UNHEALTHY = 1, -1
SIGN_IN = re.compile(r"/accounts/login/")


def end_session(page: Page) -> None:
    """As an expiry does: the browser has no session any more."""
    page.context.clear_cookies(name="sessionid")


def sign_in_again(page: Page, role: str) -> None:
    """On the sign-in page to which the product has led."""
    page.wait_for_url(SIGN_IN)
    page.get_by_label("Email", exact=True).fill(f"{role}@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    button(page, "Sign in").click()


def test_what_happens_behind_an_open_control_room_appears_in_page_badge_and_title(
    open_as: OpenAs, stack: Stack
) -> None:
    name = "41 Behind the page"
    remote_id = stack.new_campaign(name)
    stack.new_campaign("40 Asked about", status=UNHEALTHY)
    page = open_as("operator")
    row = open_control_room(page, "40 Asked about")
    badge = page.locator("#incident-count")
    before = badge.get_attribute("data-count")

    # A question that is open in the table survives what happens around it.
    button(row, "Pause").click()
    question = page.get_by_role("row").filter(has_text="Pause 40 Asked about?")
    expect(question).to_be_visible()

    stack.control.set_status(remote_id, ACTIVE)  # as someone in Instantly's own app would
    wait_until(lambda: name in str(stack.manage("incidents")), what="the incident")

    expect(page.locator("#needs")).to_contain_text(name)
    expect(badge).not_to_have_attribute("data-count", before or "")
    expect(page).to_have_title(re.compile(rf"^\({badge.get_attribute('data-count')}\) Control room "))
    expect(question).to_be_visible()


def test_a_question_that_comes_after_the_table_was_read_again_is_asked(open_as: OpenAs, stack: Stack) -> None:
    name = "43 Read meanwhile"
    remote_id = stack.new_campaign(name)
    stack.new_campaign("45 Asked meanwhile", status=UNHEALTHY)
    page = open_as("operator")
    row = open_control_room(page, "45 Asked meanwhile")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/pause/**", hold)
    with page.expect_request("**/pause/**"):
        button(row, "Pause").click()

    stack.control.set_status(remote_id, ACTIVE)  # as someone in Instantly's own app would
    expect(page.locator("#needs")).to_contain_text(name)
    held[0].continue_()

    expect(page.get_by_role("row").filter(has_text="Pause 45 Asked meanwhile?")).to_be_visible()


def test_the_focus_stays_on_a_count_that_changes(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("operator")
    page.goto("/w/demo/")
    choice = page.locator("#campaign-choices a", has_text="paused")
    before = choice.inner_text()
    choice.focus()

    stack.new_campaign("44 One more")

    expect(choice).not_to_have_text(before, use_inner_text=True)
    expect(choice).to_be_focused()


def test_a_page_whose_server_does_not_answer_says_since_when_it_is_old(open_as: OpenAs) -> None:
    page = open_as("viewer")
    page.goto("/w/demo/")
    fresh = page.title()
    stale = page.locator("#stale")
    expect(stale).to_be_hidden()

    page.context.set_offline(True)
    expect(stale).to_have_text(re.compile(r"^Stale since \d\d:\d\d: the server does not answer"))
    expect(page).to_have_title(re.compile(r"^Stale · Control room"))

    page.context.set_offline(False)
    expect(stale).to_be_hidden()
    expect(page).to_have_title(fresh)


def test_a_hidden_tab_asks_nothing_and_asks_at_once_when_it_is_looked_at_again(open_as: OpenAs) -> None:
    page = open_as("viewer")
    page.goto("/w/demo/")
    hide = "value => { Object.defineProperty(document, 'hidden', {value, configurable: true}); "
    hide += "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide, True)
    asked: list[str] = []
    # The browser itself reads the icon of the tab when it likes.
    page.on("request", lambda request: "/static/" in request.url or asked.append(request.url))
    page.wait_for_timeout(3_500)  # longer than the interval: what must not happen has no event to wait for
    assert asked == []
    with page.expect_request("**/changes/**", timeout=1_000):
        page.evaluate(hide, False)


def test_the_wizard_says_what_loading_into_a_live_campaign_does_and_holds_by_default(
    open_as: OpenAs, stack: Stack, tmp_path: Path
) -> None:
    name = "42 Live already"
    remote_id = stack.new_campaign(name)
    go_live(stack, name, tmp_path)
    more = tmp_path / "more.csv"
    more.write_text("email,first_name\nfast.more1@firm1.example.net,Sam\n", encoding="utf-8")

    page = open_as("operator")
    open_campaign(page, name)
    link(page, "Upload leads").first.click()
    expect(page.get_by_label("Campaign", exact=True).locator("option:checked")).to_have_text(
        re.compile(rf"^{name} · Sending, approved for 3")
    )
    page.get_by_label("Lead file", exact=True).set_input_files(more)
    button(page, "Upload").click()
    button(page, "Check file").click()

    expect(page.get_by_text("Live, approved for 3: loading ends the approval and pauses it.")).to_be_visible()
    expect(page.get_by_label("Hold here until a later go-live is approved")).to_be_checked()
    button(page, "Start").click()
    expect(page.get_by_text(re.compile(r"^Held: 1 verified row"))).to_be_visible()
    assert stack.control.status_of(remote_id) == ACTIVE


def test_an_ended_session_comes_back_to_the_form_with_what_was_sent_and_what_was_typed(open_as: OpenAs) -> None:
    page = open_as()
    sign_in(page, "viewer")

    # Sent after the end: the server keeps it.
    page.goto("/w/demo/stop/")
    page.route("**/changes/**", lambda route: route.abort())
    page.locator("[name=word]").fill("not yet")
    page.locator("[name=reason]").fill("Wrong copy in step 2")
    end_session(page)
    button(page, "Stop everything").click()
    sign_in_again(page, "viewer")
    expect(page.locator("[name=reason]")).to_have_value("Wrong copy in step 2")
    expect(page.get_by_text("Your session had ended, so this was not sent.")).to_be_visible()

    # Only typed: the tab keeps it, while the page itself finds out that the session has ended.
    page.unroute("**/changes/**")
    page.goto("/w/demo/stop/")
    page.locator("[name=reason]").fill("Still being written")
    end_session(page)
    sign_in_again(page, "viewer")
    expect(page.locator("[name=reason]")).to_have_value("Still being written")
    page.goto("/w/demo/")
    expect(page).to_have_url(CONTROL_ROOM)


def test_a_second_tab_that_signs_in_after_the_first_is_back_at_its_page_with_what_was_typed(open_as: OpenAs) -> None:
    page = open_as()
    sign_in(page, "operator")
    page.goto("/w/demo/imports/new/")
    campaign = page.locator("select[name=campaign]")
    campaign.select_option(index=1)
    chosen = campaign.input_value()
    other = page.context.new_page()
    other.goto("/w/demo/stop/")
    other.locator("[name=reason]").fill("Still being written")
    end_session(page)
    page.wait_for_url(SIGN_IN)
    sign_in_again(other, "operator")
    expect(other.locator("[name=reason]")).to_have_value("Still being written")

    # The token of this form is that of before the sign-in of the other tab.
    sign_in_again(page, "operator")
    expect(page).to_have_url(re.compile(r"/w/demo/imports/new/$"))
    expect(campaign).to_have_value(chosen)

    # On the way to its page a draft passes others.
    page.goto("/w/demo/stop/")
    page.locator("[name=reason]").fill("Wrong copy in step 2")
    end_session(page)
    page.wait_for_url(SIGN_IN)
    sign_in(page, "operator")
    page.goto("/w/demo/stop/")
    expect(page.locator("[name=reason]")).to_have_value("Wrong copy in step 2")
