"""A browser per role against one running product; a test fails if any of its pages misbehaves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from tests.e2e.browsing import OpenAs, sign_in
from tests.e2e.stack import ROOT, Stack

RESULTS = ROOT / "test-results"
SCREENS = RESULTS / "screens"
TIMEOUT_MS = 45_000
expect.set_options(timeout=TIMEOUT_MS)
_FAILED = pytest.StashKey[bool]()


@dataclass
class Watch:
    """Errors of the pages of one test."""

    problems: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def observe(self, context: BrowserContext) -> None:
        """Listen to every page of a context, also those opened later."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.problems.append(f"error in the page: {error.error}"))
        context.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.problems.append(message.text)
        if message.type == "error":
            self.errors.append(message.text)

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} {response.request.method} {response.url}")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Record whether the test itself failed, for the screenshot taken at its end."""
    outcome: Any = yield
    if outcome.get_result().when == "call":
        item.stash[_FAILED] = outcome.get_result().failed


# Ended with the last of these tests: its watch reads every few seconds, at the expense of all tests after it.
@pytest.fixture(scope="package")
def stack(chromium_path: str) -> Iterator[Stack]:
    """The running product after its first sync; not started without a browser."""
    stack = Stack()
    try:
        stack.start()
        yield stack
    finally:
        stack.end()


@pytest.fixture(scope="package")
def sessions() -> dict[str, Any]:
    """Session cookies by role, of the roles that have signed in so far."""
    return {}


@pytest.fixture(autouse=True)
def watch() -> Iterator[Watch]:
    """Fails the test if a page violated the Content Security Policy, raised an error, or got a server error."""
    watch = Watch()
    yield watch
    assert watch.problems == []


@pytest.fixture
def open_as(
    request: pytest.FixtureRequest, browser: Browser, stack: Stack, sessions: dict[str, Any], watch: Watch
) -> Iterator[OpenAs]:
    """open_as("operator") is a page in which the operator is signed in; without a role no one is."""
    contexts: list[BrowserContext] = []

    def make(role: str = "", **options: Any) -> Page:
        if role and role not in sessions:
            sessions[role] = _signed_in(browser, stack, role)
        defaults = {
            "base_url": stack.url,
            "viewport": {"width": 1440, "height": 900},
            "timezone_id": "Europe/Berlin",
            "reduced_motion": "reduce",
        }
        context = browser.new_context(**{**defaults, "storage_state": sessions.get(role), **options})
        context.set_default_timeout(TIMEOUT_MS)
        watch.observe(context)
        contexts.append(context)
        return context.new_page()

    yield make
    if request.node.stash.get(_FAILED, True):
        _take_screenshots(contexts, request.node.name)
    for context in contexts:
        context.close()


def _signed_in(browser: Browser, stack: Stack, role: str) -> Any:
    context = browser.new_context(base_url=stack.url)
    sign_in(context.new_page(), role)
    state = context.storage_state()
    context.close()
    return state


def _take_screenshots(contexts: list[BrowserContext], name: str) -> None:
    folder: Path = RESULTS / "failures"
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=folder / f"{name[:80]}-{number}.png", full_page=True)
