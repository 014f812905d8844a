"""Browser actions shared by the end-to-end tests."""

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Locator, Page

from iexdg.team.demo import DEMO_PASSWORD

OpenAs = Callable[..., Page]
# What background work may take on a slow machine.
LONG_MS = 180_000
# Of all workspaces, or of the first one while there is no second yet.
CONTROL_ROOM = re.compile(r"^http://[^/]+/(w/demo/)?$")


def link(page: Page | Locator, name: str) -> Locator:
    """The link with exactly this name."""
    return page.get_by_role("link", name=name, exact=True)


def button(page: Page | Locator, name: str) -> Locator:
    """The button with exactly this name."""
    return page.get_by_role("button", name=name, exact=True)


def sign_in(page: Page, role: str) -> None:
    """Sign in with the form; ends on the first page of the first workspace."""
    page.goto("/accounts/login/")
    page.get_by_label("Email", exact=True).fill(f"{role}@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    button(page, "Sign in").click()
    page.wait_for_url(CONTROL_ROOM)
    page.goto("/w/demo/")


def campaign_row(page: Page, name: str) -> Locator:
    """The row of a campaign in the table of the control room."""
    return page.get_by_role("row").filter(has=link(page, name))


def open_control_room(page: Page, name: str) -> Locator:
    """Open it with the campaigns of this name, for the tests before may have left more than a page shows.

    Returns the campaign's row.
    """
    page.goto(f"/w/demo/?q={quote(name)}")
    return campaign_row(page, name)


def open_campaign(page: Page, name: str) -> None:
    """Open a campaign from the list, searched by its name."""
    page.goto(f"/w/demo/campaigns/?q={quote(name)}")
    link(page, name).click()
    page.get_by_role("heading", level=1, name=name).wait_for()
