"""kill -9 while a reply is on its way to the CRM: it gets there once, or waits for a person to decide."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.running.ports import port_answers
from tests.crash.stack import Stack, wait_until

ALL = ["contact", "tags", "note", "workflow", "opportunity"]
DONE = [[kind, "done"] for kind in ALL]
CALLS = {
    "contact": "/contacts/upsert",
    "tags": "/contacts/*/tags",
    "note": "/contacts/*/notes",
    "workflow": "/contacts/*/workflow/*",
    "opportunity": "/opportunities/upsert",
}
# What no reading shows, and no one may repeat but a person who has looked.
FOR_A_PERSON = {"workflow"}
LATENCY_MS = 5_000


def effects(stack: Stack, email: str) -> dict[str, int]:
    """How often the sandbox's CRM has what each action makes; of the contact what it has besides."""
    crm = stack.control.crm()
    contacts = [one for one in crm["contacts"] if one.get("email") == email]
    mine = {one["id"] for one in contacts}
    return {
        "contact": len(contacts),
        "tags": sum(one["tags"].count("instantly-05a") for one in contacts),
        "note": sum(one["contactId"] in mine for one in crm["notes"]),
        "workflow": sum(one["contactId"] in mine for one in crm["workflow_entries"]),
        "opportunity": sum(one["contactId"] in mine for one in crm["opportunities"]),
    }


def once() -> dict[str, int]:
    return dict.fromkeys(ALL, 1)


def people_of(stack: Stack, begun: dict[str, Any], number: int) -> list[str]:
    """Addresses of leads who have not replied before."""
    return [email for email in stack.control.leads_in(begun["campaign"]) if email not in begun["replied"]][:number]


def settled(stack: Stack, email: str, wanted: list[list[str]], *, supervised: bool = False) -> dict[str, Any]:
    """The entries of a person once they are as wanted; leases and waits pass quickly."""
    seen: dict[str, Any] = {}

    def is_so() -> dict[str, Any] | None:
        if supervised:
            stack.restart_ended()
        stack.ask("let_time_pass")
        seen.update(stack.ask("crm_entries", lead=email))
        return seen if seen["states"] == wanted else None

    found: dict[str, Any] = wait_until(is_so, within_s=300, every_s=0.5, what=f"{wanted} of {email}")
    return found


@pytest.mark.timeout(900)
def test_a_worker_killed_at_any_step_neither_loses_nor_doubles_an_effect(bring_up: Callable[..., Stack]) -> None:
    stack = bring_up(knobs={"INBOX_INTERVAL_S": "5"})
    begun = stack.ask("crm_prepare")
    people = people_of(stack, begun, len(CALLS))
    for email, (step, path) in zip(people, CALLS.items(), strict=True):
        before = calls(stack, step)
        match = {"method": "POST", "path": path}
        stack.control.faults({"match": match, "do": "latency_ms", "ms": LATENCY_MS, "times": 1})
        stack.control.event("reply", begun["campaign"], email)
        wait_until(lambda: stack.control.state()["faults"] == [], what=f"the call of {step}", within_s=200)
        stack.kill("worker-bulk")
        assert stack.ask("crm_entries", lead=email)["states"][ALL.index(step)] == [step, "sent"]
        # A call is in the log once its answer was sent, whoever still waits for it: GoHighLevel did what was asked.
        wait_until(lambda step=step, before=before: calls(stack, step) > before, what="the end of the call")
        stack.ask("let_time_pass", is_killed=True)
        stack.start("worker-bulk")

        state = "unknown" if step in FOR_A_PERSON else "done"
        found = settled(stack, email, [[kind, state if kind == step else "done"] for kind in ALL])
        assert effects(stack, email) == once()
        # Reading shows the note and the opportunity; what is repeated is repeated once.
        assert found["attempts"] == {kind: 2 if kind == step and kind not in FOR_A_PERSON else 1 for kind in ALL} | (
            {step: 1} if step in {"note", "opportunity"} else {}
        )


def calls(stack: Stack, step: str) -> int:
    """How often an action was sent."""
    last = CALLS[step].rpartition("/contacts/*")[2].removesuffix("*")
    return sum(one["method"] == "POST" for one in stack.control.log(path=last))


@pytest.mark.timeout(600)
def test_a_reply_arrives_by_its_webhook_and_46_copies_change_nothing(bring_up: Callable[..., Stack]) -> None:
    # The inbox is read because of the webhook, and of nothing else.
    stack = bring_up(knobs={"INBOX_INTERVAL_S": "3600"})
    stack.start("web")
    wait_until(lambda: port_answers("127.0.0.1", stack.web_port), what="the web server")
    begun = stack.ask("crm_prepare")
    email, second = people_of(stack, begun, 2)
    stack.control.event("reply", begun["campaign"], email)
    found = settled(stack, email, DONE)
    assert found["shown"] == ["Done"] * 5
    assert effects(stack, email) == once()

    (body,) = stack.ask("deliveries", lead=email)["bodies"]
    with httpx.Client(timeout=30) as instantly:
        answers = Counter(
            instantly.post(begun["url"], json=body, headers=begun["headers"]).status_code for _ in range(46)
        )
    assert answers == {200: 46}
    stored = stack.ask("deliveries", lead=email)
    assert stored["bodies"] == [body]
    # Where the first answer came too late, Instantly itself sent it again.
    assert stored["duplicates"] >= 46
    # The next reply comes after everything that the copies could have led to.
    stack.control.event("reply", begun["campaign"], second)
    settled(stack, second, DONE)
    assert (effects(stack, email), effects(stack, second)) == (once(), once())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_replies_without_webhooks_arrive_although_gohighlevel_fails_and_beat_and_broker_die(
    bring_up: Callable[..., Stack],
) -> None:
    # Nobody listens where the webhooks go: no web server runs.
    stack = bring_up(knobs={"INBOX_INTERVAL_S": "5"})
    begun = stack.ask("crm_prepare")
    people = people_of(stack, begun, 3)
    stack.control.faults(
        {"match": {"path": "/contacts/upsert"}, "do": "status", "value": 429, "times": 2},
        {"match": {"path": "/contacts/upsert"}, "do": "status_after_commit", "value": 500, "times": 2},
        {"match": {"method": "POST", "path": "/contacts/*/notes"}, "do": "status_after_commit", "value": 500},
    )
    for email in people:
        stack.control.event("reply", begun["campaign"], email)
    wait_until(lambda: calls(stack, "contact"), what="the first call", within_s=200)
    stack.kill("broker")
    stack.kill("beat")
    stack.start("broker", "beat")
    stack.kill("worker-bulk")
    stack.ask("let_time_pass", is_killed=True)
    stack.start("worker-bulk")
    stack.flush_broker()

    for email in people:
        settled(stack, email, DONE, supervised=True)
    assert [effects(stack, email) for email in people] == [once()] * 3
    assert [stack.ask("deliveries", lead=email)["bodies"] for email in people] == [[]] * 3
    assert stack.control.state()["faults"] == []
