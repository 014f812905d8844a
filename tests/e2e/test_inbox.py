"""The inbox in a browser: an answer that is undone, then sent and read back; two people in one conversation; keys; an
answer whose worker is killed.
"""

import pytest
from playwright.sync_api import expect

from tests.crash.stack import wait_until
from tests.e2e.browsing import LONG_MS, OpenAs, button
from tests.e2e.stack import Stack

TEXT = "Thank you, Tuesday at ten suits us."
KILLED = "The contract is attached as of Thursday."
REPLY = {"method": "POST", "path": "/emails/reply"}
# As if the worker that sends had been killed some minutes ago.
LONG_AGO = """
from datetime import timedelta
from django.db.models import F
from iexdg.inbox.models import Reply
Reply.objects.filter(state="sending").update(sending_at=F("sending_at") - timedelta(minutes=2))
"""


def test_an_answer_is_undone_then_sent_and_the_second_person_is_warned(open_as: OpenAs, stack: Stack) -> None:
    page, other = open_as("operator"), open_as("approver")
    page.goto("/w/demo/inbox/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    page.locator("[data-thread]").first.wait_for()
    page.keyboard.press("j")
    expect(page.locator("[data-thread] [data-open]").first).to_be_focused()
    page.keyboard.press("o")
    expect(button(page, "Reply")).to_be_visible(timeout=LONG_MS)
    address = page.url
    other.goto(f"{address}?write=reply")
    other.get_by_label("Message", exact=True).fill("I answer as well.")

    button(page, "Reply").click()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.get_by_label("Message", exact=True).fill(TEXT)
    button(page, "Send").click()
    button(page, "Undo").click()
    expect(page.get_by_label("Message", exact=True)).to_have_value(TEXT)
    button(page, "Send").click()
    expect(button(page, "Undo")).to_be_visible()

    button(other, "Send").click()
    expect(other.get_by_role("alert").filter(has_text="answered this conversation meanwhile")).to_be_visible()
    expect(other.get_by_label("Message", exact=True)).to_have_value("I answer as well.")

    expect(page.locator("#thread-state")).to_contain_text("Answered", timeout=LONG_MS)
    expect(page.locator("#thread-messages")).to_contain_text(TEXT)
    expect(button(page, "Undo")).to_have_count(0)
    page.keyboard.press("u")
    page.wait_for_url("**/inbox/")
    page.keyboard.press("?")
    expect(page.get_by_text("next and previous")).to_be_visible()


def test_the_html_of_an_e_mail_is_shown_in_a_frame_that_runs_nothing(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("viewer")
    page.goto("/w/demo/inbox/?show=all")
    page.locator("[data-thread] [data-open]").first.click()
    page.get_by_text("As it was sent").first.click()
    frame = page.locator("iframe").first
    expect(frame.content_frame.locator("body")).not_to_be_empty()
    assert frame.get_attribute("sandbox") == "allow-popups allow-popups-to-escape-sandbox"


@pytest.mark.timeout(600)
def test_an_answer_whose_worker_is_killed_in_flight_leaves_exactly_once(open_as: OpenAs, stack: Stack) -> None:
    page = open_as("operator")
    page.goto("/w/demo/inbox/")
    page.locator("[data-thread] [data-open]").first.click()
    button(page, "Reply").click()
    page.get_by_label("Message", exact=True).fill(KILLED)
    before = len(stack.control.log(path="/emails/reply"))
    stack.control.faults({"match": REPLY, "do": "latency_ms", "ms": 16_000, "times": 1})
    button(page, "Send").click()
    expect(button(page, "Undo")).to_be_visible()

    wait_until(lambda: stack.control.state()["faults"] == [], what="the call")
    stack.kill_worker("watch")
    stack.python(LONG_AGO)

    # The page shows what was found, without anyone's doing.
    expect(page.locator("#thread-state")).to_contain_text("Answered", timeout=LONG_MS)
    expect(page.locator("#thread-messages").get_by_text(KILLED)).to_have_count(1)
    expect(button(page, "Undo")).to_have_count(0)
    # A call is in the log once its answer was sent, whoever still waits for it.
    wait_until(lambda: len(stack.control.log(path="/emails/reply")) > before, what="the end of the call")
    assert len(stack.control.log(path="/emails/reply")) == before + 1
    assert sum(KILLED in str(one["body"]) for one in stack.emails()) == 1
    page.goto("/w/demo/audit/")
    expect(page.locator("#content")).to_contain_text("It is not known whether an answer was sent")
