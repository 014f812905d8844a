"""kill -9 the worker that applies a draft or plays a rehearsal: a true end of it, and never a campaign that sends."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.crash.stack import Stack, wait_until
from tests.crash.test_killed_apply import NEW, named

LIVE = "02 Welcome notes"
# What is in flight when the worker is killed, and how long Instantly takes with it.
STEPS = [
    pytest.param("", {"method": "GET", "path": "/campaigns"}, id="the list that is read for the plan"),
    pytest.param("", {"method": "POST", "path": "/campaigns"}, id="the creation"),
    pytest.param("", {"method": "GET", "path": "/campaigns/*"}, id="the read-back of the creation"),
    pytest.param("", {"method": "POST", "path": "/campaigns/*/variables"}, id="the variables"),
    pytest.param(LIVE, {"method": "POST", "path": "/campaigns/*/pause"}, id="the pause"),
    pytest.param(LIVE, {"method": "PATCH", "path": "/campaigns/*"}, id="the change"),
]


def closed(stack: Stack, request: int) -> dict[str, Any] | None:
    found: dict[str, Any] = stack.ask("applied", request=request, later=True)
    return found if found["state"] not in {"asked", "applying"} else None


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
@pytest.mark.parametrize(("campaign", "request_"), STEPS)
def test_a_draft_whose_worker_is_killed_ends_with_a_sentence_and_is_planned_anew(
    campaign: str, request_: dict[str, str], bring_up: Callable[..., Stack]
) -> None:
    stack = bring_up()
    stack.ask("sync")
    name = campaign or "10 Founders"
    draft = stack.ask("make_draft", text="" if campaign else NEW, campaign=campaign, daily=7)["draft"]
    assert stack.ask("plan_draft", draft=draft)["action"] == ("update" if campaign else "create")
    stack.control.faults({"match": request_, "do": "latency_ms", "ms": 8000, "times": 1})
    request = stack.ask("apply_draft", draft=draft)["request"]
    wait_until(lambda: stack.control.state()["faults"] == [], what="the request in flight")
    stack.kill("worker-bulk")
    # Until its pause arrives, the campaign is the old one, which was sending before.
    left = named(stack, name)
    assert all(one["status"] in {0, 2} or (one["status"], one["daily_limit"]) == (1, 5) for one in left)
    assert stack.ask("applied", request=request)["state"] == "applying"

    stack.start("worker-bulk")
    found = wait_until(lambda: closed(stack, request), every_s=1, what="the end of the request")
    assert found == {
        "state": "refused",
        "error": "The process that applied it ended. What it had sent was read back; plan again to see what is left.",
    }
    plan = stack.ask("plan_draft", draft=draft)
    # What was created belongs to its draft, which would not overwrite a campaign of its name otherwise.
    assert plan["belongs"] == bool(named(stack, name))
    if plan["action"] != "nothing":
        again = stack.ask("apply_draft", draft=draft)["request"]
        found = wait_until(lambda: closed(stack, again), every_s=1, what="the end of the second request")
        assert found["state"] == "applied", found

    (one,) = named(stack, name)
    assert (one["status"], one["daily_limit"]) == (2 if campaign else 0, 7)
    posted = [call["path"].rpartition("/")[2] for call in stack.control.log() if call["method"] == "POST"]
    assert (posted.count("campaigns"), posted.count("activate")) == (0 if campaign else 1, 0)


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
def test_a_rehearsal_whose_worker_is_killed_ends_with_a_sentence_and_can_be_played_again(
    bring_up: Callable[..., Stack],
) -> None:
    stack = bring_up()
    stack.ask("sync")
    asked = stack.control.log()
    first = stack.ask("rehearse", campaign="05A")["rehearsal"]
    # Its private world is there then, and ends with the worker.
    wait_until(lambda: stack.ask("rehearsed", rehearsal=first)["is_played"], what="the first day of it")
    stack.kill("worker-bulk")
    assert stack.ask("rehearsed", rehearsal=first, later=True)["state"] == "running"
    stack.start("worker-bulk")
    found = wait_until(
        lambda: (one := stack.ask("rehearsed", rehearsal=first))["state"] == "failed" and one,
        every_s=0.5, what="the end of it",
    )  # fmt: skip
    assert found["error"] == "The process that played it ended before it was done. Rehearse it again."

    second = stack.ask("rehearse", campaign="05A")["rehearsal"]
    wait_until(
        lambda: stack.ask("rehearsed", rehearsal=second)["state"] == "done",
        every_s=0.5, what="the result of the second one",
    )  # fmt: skip
    sent = [call for call in stack.control.log()[len(asked) :] if call["method"] not in {"GET"}]
    assert [call for call in sent if "/campaigns" in call["path"] or "/leads" in call["path"]] == []
