"""Answers of Instantly that are not what they should be: chosen ones are changed on their way from the sandbox."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any

import httpx

# A value of every kind that is not the one that was meant, whatever was meant.
NONSENSE: tuple[Any, ...] = ([], {}, [1], {"x": 1}, True, -1, 1.5, 10**30, "", "7", "\x00\ud800", "x" * 400, None)


@dataclass
class _Rule:
    method: str
    path: str
    change: Callable[[Any], Any]
    times: int
    skip: int


class OddAnswers(httpx.BaseTransport):
    """A transport whose answers are those of another one, but for those that `change` names."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self._rules: list[_Rule] = []
        # Threads of the product ask at once, and no answer more than `times` is changed.
        self._lock = Lock()
        self.changed: list[str] = []

    def change(self, method: str, path: str, how: Callable[[Any], Any], *, times: int = 10**9, skip: int = 0) -> None:
        """Change the next answers of a kind. Shapes: path - below the prefix, with `*`; how - takes the decoded answer
        and returns a value, bytes for a body that is no JSON, or a response; or raises what a lost connection raises.
        """
        self._rules.append(_Rule(method, f"/api/v2{path}", how, times, skip))

    def clear(self) -> None:
        """Answer as the other transport does."""
        self._rules.clear()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        with self._lock:
            rule = self._rule_for(request)
        if rule is None:
            return response
        response.read()
        body = rule.change(json.loads(response.content) if response.content else None)
        if isinstance(body, httpx.Response):
            return body
        return httpx.Response(response.status_code, content=body if isinstance(body, bytes) else json.dumps(body))

    def _rule_for(self, request: httpx.Request) -> _Rule | None:
        """The rule that changes this answer, which is counted."""
        rule = next((rule for rule in self._rules if _fits(rule, request)), None)
        if rule is None:
            return None
        if rule.skip:
            rule.skip -= 1
            return None
        rule.times -= 1
        self.changed.append(f"{request.method} {request.url.path}")
        return rule


def _fits(rule: _Rule, request: httpx.Request) -> bool:
    return rule.times > 0 and rule.method == request.method and fnmatchcase(request.url.path, rule.path)


def put(**fields: Any) -> Callable[[Any], Any]:
    """Set fields of an object."""
    return lambda value: {**value, **fields}


def put_in_first(**fields: Any) -> Callable[[Any], Any]:
    """Set fields of the first record of a page, or of a list."""

    def change(value: Any) -> Any:
        records = value["items"] if isinstance(value, dict) else value
        records[0] = {**records[0], **fields}
        return value

    return change
