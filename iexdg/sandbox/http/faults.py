"""Injected faults: wrong statuses, lost answers and slow ones, each for a number of requests.

`status` answers without doing anything, `status_after_commit` does the work and answers with the status all the same.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from iexdg.sandbox.http.wire import ApiError

ACTIONS = ("status", "status_after_commit", "drop_before", "drop_after_commit", "latency_ms")


class ConnectionDropped(ConnectionError):
    """The simulated connection broke: the client gets no answer."""


@dataclass
class Fault:
    """One injected fault; it lets `skip` matching requests pass and applies to the next `times`.

    Shapes: workspace - the number of the only one that it hits, from 1; None for all of them.
    """

    method: str
    path: str
    action: str
    value: float
    times: int
    skip: int
    body: Any = None
    workspace: int | None = None

    def matches(self, method: str, paths: set[str], workspace: int) -> bool:
        """Say whether a request is meant; the path may be a glob."""
        if self.method not in {"*", method} or self.workspace not in {None, workspace}:
            return False
        return any(path == self.path or fnmatchcase(path, self.path) for path in paths)


class Faults:
    """The injected faults that are still to apply; the caller holds the world's lock."""

    def __init__(self) -> None:
        self.pending: list[Fault] = []

    def add(self, wanted: Any) -> None:
        """Add faults as the control plane takes them.

        Raises: ApiError 400 - one of them is not understood; none was added.
        """
        items = wanted.get("faults", [wanted]) if isinstance(wanted, dict) else wanted
        if not isinstance(items, list):
            raise ApiError(400, "faults must be a list")
        self.pending += [_parsed(item) for item in items]

    def take_matching(self, method: str, paths: set[str], workspace: int = 1) -> list[Fault]:
        """Return the faults that apply to this request and count them down.

        Shapes: paths - the request's path with and without the prefix of its API; workspace - its number, from 1.
        At most one slows it down and one breaks it; a second fault for the same request waits for the next one.
        """
        taken: list[Fault] = []
        for fault in self.pending:
            if not fault.matches(method, paths, workspace):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if any((other.action == "latency_ms") == (fault.action == "latency_ms") for other in taken):
                continue
            fault.times -= 1
            taken.append(fault)
        self.pending = [fault for fault in self.pending if fault.times > 0]
        return taken

    def described(self) -> list[dict[str, Any]]:
        """Return the pending faults as plain data."""
        return [dict(vars(fault)) for fault in self.pending]


def _parsed(item: Any) -> Fault:
    if not isinstance(item, dict) or item.get("do") not in ACTIONS:
        raise ApiError(400, f"a fault needs do: one of {', '.join(ACTIONS)}")
    match = item.get("match") or {}
    if not isinstance(match, dict):
        raise ApiError(400, "match of a fault must be an object with method, path and workspace")
    default = 500 if item["do"].startswith("status") else 0
    value: Any = item.get("value", item.get("ms", item.get(item["do"], default)))
    numbers: tuple[Any, ...] = (value, item.get("times", 1), item.get("skip", 0))
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):
        raise ApiError(400, "value, times and skip of a fault must be numbers")
    return Fault(
        method=str(match.get("method") or "*").upper(),
        path=str(match.get("path") or "*"),
        action=item["do"],
        value=float(numbers[0]),
        times=int(numbers[1]),
        skip=int(numbers[2]),
        body=item.get("body"),
        workspace=_workspace_in(match),
    )


def _workspace_in(match: dict[str, Any]) -> int | None:
    """Raises: ApiError 400 - what is named is no number of a workspace."""
    workspace = match.get("workspace")
    if workspace is None:
        return None
    if not isinstance(workspace, int) or isinstance(workspace, bool) or workspace < 1:
        raise ApiError(400, "workspace of a fault must be the number of one, from 1")
    return workspace
