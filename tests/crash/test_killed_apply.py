"""kill -9 `campaign_apply` at each of its requests: the campaign is the old or the new one, and it never sends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.crash.stack import WORKERS, Stack, wait_until

NEW = """campaigns:
  - name: 10 Founders
    schedule: {zone: America/New_York, hours: 09:00-17:00, days: weekdays}
    senders: [exec@peers.example.com]
    caps: {daily: 7}
    variables: [city]
    steps: [{subject: A question, body: "Hi {{firstName}},"}]
"""
WITH_SUBSEQUENCE = (
    NEW
    + """    subsequences:
      - name: A month later
        when: {interest: [Interested], reply_contains: next month}
        steps: [{subject: Again, wait_before: 30 days, body: "Shall we look at it again?"}]
"""
)
LIVE = "campaigns:\n  - name: 02 Welcome notes\n    caps: {daily: 7}\n"
# What is in flight when the process is killed, and how long Instantly takes with it.
STEPS = [
    pytest.param(NEW, {"method": "GET", "path": "/campaigns"}, id="the list that is read for the plan"),
    pytest.param(NEW, {"method": "POST", "path": "/campaigns"}, id="the creation"),
    pytest.param(NEW, {"method": "GET", "path": "/campaigns/*"}, id="the read-back of the creation"),
    pytest.param(NEW, {"method": "POST", "path": "/campaigns/*/variables"}, id="the variables"),
    pytest.param(WITH_SUBSEQUENCE, {"method": "POST", "path": "/subsequences"}, id="the creation of a subsequence"),
    pytest.param(LIVE, {"method": "POST", "path": "/campaigns/*/pause"}, id="the pause"),
    pytest.param(LIVE, {"method": "PATCH", "path": "/campaigns/*"}, id="the change"),
]


def named(stack: Stack, name: str) -> list[dict[str, Any]]:
    return [one for one in stack.control.state()["campaigns"] if one["name"] == name]


def subsequences(stack: Stack, campaign: str) -> list[tuple[str, int]]:
    """Name and status of each, as the sandbox answers them."""
    answer = httpx.get(
        f"http://127.0.0.1:{stack.environment['SANDBOX_PORT']}/api/v2/subsequences",
        params={"parent_campaign": campaign},
        headers={"Authorization": "Bearer sandbox-key", "User-Agent": "Mozilla/5.0"},
    )
    return [(one["name"], one["status"]) for one in answer.json()["items"]]


@pytest.mark.parametrize("services", ["embedded"], indirect=True)
@pytest.mark.parametrize(("text", "request_"), STEPS)
def test_an_apply_killed_at_a_request_leaves_the_old_or_the_new_campaign_and_never_a_sending_one(
    text: str, request_: dict[str, str], bring_up: Callable[..., Stack], tmp_path: Path
) -> None:
    # What becomes of a subsequence is settled by a worker; the rest by the command itself.
    stack = bring_up(workers=WORKERS if text == WITH_SUBSEQUENCE else ())
    stack.ask("sync")
    path = tmp_path / "blueprint.yaml"
    path.write_text(text, encoding="utf-8")
    apply = ("campaign_apply", str(path), "--commit", "--pause", "--as", "operator@example.com", "--json")
    name = "02 Welcome notes" if text == LIVE else "10 Founders"
    stack.control.faults({"match": request_, "do": "latency_ms", "ms": 8000, "times": 1})
    with stack.command(*apply):
        wait_until(lambda: stack.control.state()["faults"] == [], what="the request in flight")
    left = named(stack, name)
    # Until its pause arrives, the campaign is the old one, which was sending before.
    assert all(one["status"] in {0, 2} or (one["status"], one["daily_limit"]) == (1, 5) for one in left)

    def finished() -> bool:
        with stack.command(*apply) as again:
            return again.wait(timeout=180) == 0

    wait_until(finished, every_s=3, what="the same command, once what was in flight is settled")
    (one,) = named(stack, name)
    assert (one["status"], one["daily_limit"]) == (2 if text == LIVE else 0, 7)
    created = [call["path"].rpartition("/")[2] for call in stack.control.log() if call["method"] == "POST"]
    assert created.count("campaigns") <= 1
    assert created.count("subsequences") == (text == WITH_SUBSEQUENCE)
    if text == WITH_SUBSEQUENCE:
        assert subsequences(stack, one["id"]) == [("A month later", 2)]
