"""Webhooks in a browser: the demo is subscribed by itself, and a simulated reply arrives within seconds."""

from playwright.sync_api import expect

from tests.e2e.browsing import LONG_MS, OpenAs, button
from tests.e2e.stack import Stack

WORDS = "Hooked: Thursday at nine suits me."


def test_a_simulated_reply_arrives_as_a_delivery_and_in_the_inbox(open_as: OpenAs, stack: Stack) -> None:
    page, reader = open_as("admin"), open_as("operator")
    page.goto("/w/demo/webhooks/")
    receiver = page.locator("section", has=page.get_by_role("heading", name="Receiver"))
    expect(receiver).to_contain_text("with everything that is needed", timeout=LONG_MS)
    expect(receiver).to_contain_text(f"{stack.url}/hooks/")
    page.goto("/w/demo/webhooks/deliveries/")
    # A page that is open before follows what comes.
    reader.goto("/w/demo/inbox/?show=all")

    campaign = stack.control.id_of("05A Executive-Peer")
    email = stack.control.leads_in(campaign)[-1]
    event = {"type": "reply", "campaign_id": campaign, "email": email, "text": WORDS}
    stack.control.http.post("/_sandbox/events", json=event).raise_for_status()

    row = page.locator("#delivery-list tr", has_text=email).filter(has_text="reply_received")
    expect(row).to_contain_text("routed", timeout=LONG_MS)
    expect(reader.locator("#inbox-list")).to_contain_text(WORDS, timeout=LONG_MS)

    row.get_by_role("link").click()
    expect(page.locator("#delivery pre")).to_contain_text(WORDS)
    button(page, "Replay").click()
    expect(page.get_by_text("1 delivery replayed.")).to_be_visible()
    expect(page.locator("#delivery")).to_contain_text("The inbox is read.", timeout=LONG_MS)
