"""Pause and Activate in the list of campaigns: two steps, the status read back from Instantly, no full reload."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils.text import slugify
from playwright.sync_api import Page, expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button, campaign_row, link, open_campaign, open_control_room, sign_in
from tests.e2e.stack import Stack

ACTIVE, PAUSED, UNHEALTHY = 1, 2, -1
PEOPLE = "email,first_name,company\n" + "".join(
    f"fast.control{number}@firm{number}.example.com,Sam,Firm {number}\n" for number in range(3)
)


@contextmanager
def without_a_full_reload(page: Page) -> Iterator[None]:
    """Fails if the page itself was reloaded meanwhile."""
    loads: list[str] = []
    page.on("domcontentloaded", lambda loaded: loads.append(loaded.url))
    yield
    assert loads == []


def go_live(stack: Stack, name: str, folder: Path) -> None:
    """Load three people and have their campaign approved, on the command line."""
    file = folder / "people.csv"
    # Of their own in each campaign: nobody is loaded into a second one.
    file.write_text(PEOPLE.replace("@", f"@{slugify(name)}."), encoding="utf-8")
    stack.manage("import_leads", str(file), "--campaign", name, "--wait")
    stack.manage("request_go_live", name, "--as", "operator@example.com")
    stack.manage("approve_go_live", name, "--as", "approver@example.com")


def test_a_viewer_pauses_in_two_steps_and_sees_the_status_read_back(open_as: OpenAs, stack: Stack) -> None:
    name = "03 Chambers pilot"
    remote_id = stack.control.id_of(name)
    page = open_as("viewer")
    row = open_control_room(page, name)
    expect(row).to_contain_text("Accounts unhealthy")

    with without_a_full_reload(page):
        button(row, "Pause").click()
        question = page.get_by_role("row").filter(has_text=f"Pause {name}?")
        expect(question).to_contain_text("No further e-mail is sent once Instantly reads back as paused")
        expect(button(question, "Confirm")).to_be_focused()
        assert stack.control.status_of(remote_id) != PAUSED, "the question alone must not pause"

        # Instantly is slow: until it reads back as paused it is not shown as paused.
        stack.control.faults(
            {"match": {"method": "POST", "path": f"/campaigns/{remote_id}/pause"}, "do": "latency_ms", "value": 2500}
        )
        button(question, "Confirm").click()
        expect(row.get_by_role("status")).to_contain_text("Pausing…")
        expect(row).to_contain_text(re.compile(r"paused by Vic Viewer, read back"))
        expect(row.locator(".pill").first).to_have_text("Paused")
    assert stack.control.status_of(remote_id) == PAUSED


def test_cancelling_restores_the_row_and_changes_nothing(open_as: OpenAs, stack: Stack) -> None:
    name = "21 Cancelled"
    remote_id = stack.new_campaign(name, status=UNHEALTHY)
    page = open_as("viewer")
    row = open_control_room(page, name)

    with without_a_full_reload(page):
        button(row, "Pause").click()
        link(page.get_by_role("row").filter(has_text=f"Pause {name}?"), "Cancel").click()
        expect(button(row, "Pause")).to_be_visible()
    assert not stack.control.log(path=f"{remote_id}/pause")


def test_a_pause_that_instantly_refuses_is_not_shown_as_paused(open_as: OpenAs, stack: Stack) -> None:
    name = "09 Sponsors"
    remote_id = stack.control.id_of(name)
    stack.control.faults(
        {"match": {"method": "POST", "path": f"/campaigns/{remote_id}/pause"}, "do": "status", "value": 503, "times": 6}
    )
    page = open_as("operator")
    open_campaign(page, name)

    button(page, "Pause").click()
    button(page, "Confirm").click()

    control = page.locator("#head-control")
    expect(control).to_contain_text("Pausing…")
    assert stack.control.status_of(remote_id) != PAUSED
    # It is retried automatically, and shown as paused only once it is read back.
    expect(control).to_contain_text("read back", timeout=LONG_MS)
    assert stack.control.status_of(remote_id) == PAUSED


@pytest.mark.parametrize("role", ["viewer", "operator", "approver", "admin"])
def test_without_a_live_approval_the_missing_step_is_offered_instead_of_activate(role: str, open_as: OpenAs) -> None:
    page = open_as(role)
    open_campaign(page, "05B Partnerships")

    expect(page.get_by_text("It has no live approval.").first).to_be_visible()
    expect(page.locator("button:enabled", has_text="Activate")).to_have_count(0)
    wanted = "Open go-live" if role == "viewer" else "Request go-live"
    link(page, wanted).first.click()
    expect(page.get_by_role("heading", level=1, name="Go-live of 05B Partnerships")).to_be_visible()


def test_with_a_live_approval_an_approver_activates_in_place(open_as: OpenAs, stack: Stack, tmp_path: Path) -> None:
    name = "22 Approved"
    remote_id = stack.new_campaign(name)
    go_live(stack, name, tmp_path)
    assert stack.control.status_of(remote_id) == ACTIVE
    stack.control.set_status(remote_id, PAUSED)  # as someone in Instantly's own app would
    stack.manage("sync")

    operator = open_as("operator")
    expect(button(open_control_room(operator, name), "Activate")).to_have_count(0)

    page = open_as("approver")
    row = open_control_room(page, name)
    with without_a_full_reload(page):
        button(row, "Activate").click()
        question = page.get_by_role("row").filter(has_text=f"Activate {name}?")
        expect(question).to_contain_text("It was approved by Ada Approver.")
        button(question, "Confirm").click()
        expect(row).to_contain_text("activated by Ada Approver, read back")
    wait_until(lambda: stack.control.status_of(remote_id) == ACTIVE, what="an active campaign")

    # Pausing ends the approval: sending again needs a new one.
    button(row, "Pause").click()
    expect(page.get_by_text("The go-live approval ends with it")).to_be_visible()
    button(page, "Confirm").click()
    expect(row).to_contain_text("paused by Ada Approver, read back")
    expect(button(row, "Activate")).to_have_count(0)
    assert stack.control.status_of(remote_id) == PAUSED


def test_without_javascript_pausing_is_confirmed_on_a_separate_page(open_as: OpenAs, stack: Stack) -> None:
    name = "07 Trade lists"
    page = open_as(java_script_enabled=False)
    sign_in(page, "viewer")
    button(campaign_row(page, name), "Pause").click()
    expect(page.get_by_role("heading", level=1, name=f"Pause {name}")).to_be_visible()
    button(page, "Confirm").click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    wait_until(lambda: stack.control.status_of(stack.control.id_of(name)) == PAUSED, what="the pause")
    page.reload()
    expect(page.locator("#head-control")).to_contain_text("Paused")
