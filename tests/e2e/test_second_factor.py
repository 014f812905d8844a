"""A member sets up an authenticator app, and signs in with its code and with a recovery code."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page

from tests.e2e.browsing import CONTROL_ROOM, OpenAs, button, link

EMAIL, PASSWORD = "nia.new@example.com", "given-in-person"
STEP_S = 30


def enter_password(page: Page) -> None:
    page.goto("/accounts/login/")
    fill_in(page)


def fill_in(page: Page) -> None:
    page.get_by_label("Email", exact=True).fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    button(page, "Sign in").click()


def enter_code(page: Page, code: str) -> None:
    page.get_by_label("Code", exact=True).fill(code)
    button(page, "Sign in").click()
    page.wait_for_url(CONTROL_ROOM)


def sign_out(page: Page) -> None:
    button(page, "Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()


def test_an_app_is_set_up_and_its_code_or_a_recovery_code_signs_in(open_as: OpenAs) -> None:
    admin = open_as("admin")
    admin.goto("/w/demo/settings/team/")
    admin.get_by_label("Name", exact=True).fill("Nia New")
    admin.get_by_label("Email", exact=True).fill(EMAIL)
    admin.get_by_label("First password", exact=True).fill(PASSWORD)
    button(admin, "Add member").click()
    admin.get_by_text("Nia New can sign in now as Viewer.").wait_for()

    page = open_as()
    enter_password(page)
    page.wait_for_url(CONTROL_ROOM)
    page.get_by_role("link", name="your account").click()
    link(page, "Set up").click()
    page.get_by_role("link", name="Set up").first.click()
    secret = page.locator("#totp-secret").inner_text()
    now = int(time.time()) // STEP_S
    page.get_by_label("Code", exact=True).fill(format_hotp_value(hotp_value(secret, now)))
    button(page, "Turn on").click()
    page.get_by_role("heading", level=1, name="Recovery codes").wait_for()
    recovery_code, other_code = page.locator(".codes li").all_inner_texts()[:2]
    sign_out(page)

    enter_password(page)
    page.get_by_role("heading", name="Second factor").wait_for()
    # The code of the set-up was used; the next one is accepted half a minute early.
    enter_code(page, format_hotp_value(hotp_value(secret, now + 1)))
    sign_out(page)

    enter_password(page)
    enter_code(page, recovery_code)

    # The page that was asked for is the one that is shown, and the address bar says so.
    sign_out(page)
    page.goto("/w/demo/incidents/?state=open")
    fill_in(page)
    page.get_by_label("Code", exact=True).fill(other_code)
    button(page, "Sign in").click()
    page.get_by_role("heading", level=1, name="Incidents").wait_for()
    assert page.url.endswith("/w/demo/incidents/?state=open")
