"""A story of the CRM: a location that serves by itself, one connected by sign-in, a token that is taken back."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browsing import OpenAs, button, link
from tests.e2e.conftest import SCREENS
from tests.e2e.stack import Stack
from tests.e2e.test_every_page import axe_violations


@pytest.fixture
def page(open_as: OpenAs) -> Page:
    """The browser of an admin in which axe may run."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    return open_as("admin", bypass_csp=True)


@pytest.mark.timeout(300)
def test_a_location_is_connected_by_sign_in_refused_and_disconnected(page: Page, stack: Stack) -> None:
    page.goto("/w/demo/")
    link(page, "CRM").first.click()
    button(page, "Check again").click()
    location = page.get_by_role("region", name="Location", exact=True)
    expect(location).to_contain_text("IEXDG Demo location")
    expect(location).to_contain_text("in the environment")

    button(page, "Sign in at GoHighLevel…").click()
    found = axe_violations(page, "crm-sign-in")
    link(page, "Continue to GoHighLevel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose a location")
    button(page, "Allow").click()
    expect(location).to_contain_text("sign-in at GoHighLevel")
    expect(page.get_by_text(re.compile("0 scopes missing"))).to_be_visible()
    found += axe_violations(page, "crm-connected")

    stack.control.change_crm(revoked=True)
    button(page, "Check again").click()
    expect(location).to_contain_text("Refused since")
    found += axe_violations(page, "crm-refused")
    stack.control.change_crm(revoked=False)

    link(page, "Disconnect…").click()
    page.get_by_label("Disconnect IEXDG Demo location").check()
    found += axe_violations(page, "crm-disconnect")
    button(page, "Disconnect").click()
    expect(page.get_by_text("its token was deleted here")).to_be_visible()
    assert found == []
