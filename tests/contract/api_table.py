"""Writes docs/api/instantly.md: one row for each operation of the vendor, from the facts, the client and the sandbox.

python -m tests.contract.api_table --write   write the page, and docs/api/gohighlevel.md
python -m tests.contract.api_table           only say how many operations are served, have a method, are used
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.retry import RetryPolicy
from iexdg.clients.instantly import InstantlyClient, connect
from iexdg.sandbox.resources.routes import INSTANTLY
from iexdg.sandbox.vendor.facts import PREFIX, operations
from tests.contract import facts
from tests.contract.api_words import LEFT_OUT, OWNERS_WORDS, USED_BY
from tests.contract.gohighlevel import api_table as crm_table
from tests.contract.test_odd_answers import CALLS

PAGE = Path(__file__).parents[2] / "docs" / "api" / "instantly.md"
HEAD = """# The operations of the Instantly API

Made by `python -m tests.contract.api_table --write`; a test compares it. The first column is the vendor's path under
`/api/v2`. *Owner's words* are those of the owner's own documents where they differ. *Method* is that of
`iexdg/clients/instantly/`; *used by* names the screen or command. What is left out says why.
"""
COLUMNS = ("operation", "owner's words", "method", "sandbox", "used by, or why left out")


def methods_by_operation() -> dict[str, list[str]]:
    """Every method of the client by the operation that it asks for: "GET /leads/{id}" -> ["leads.get"]."""
    found: dict[str, set[str]] = defaultdict(set)
    for call in CALLS.values():
        named, asked = _observed(call)
        for name in asked:
            found[name] |= named
    return {name: sorted(methods) for name, methods in found.items()}


def _observed(call: Callable[[InstantlyClient], Any]) -> tuple[set[str], set[str]]:
    """The method that a call of the contract tests names, and the operations that it asks for."""
    asked: set[str] = set()
    named: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.add(facts.find(request.method, request.url.path).replace(PREFIX, ""))
        return httpx.Response(200, json={"items": []})

    once, transport = RetryPolicy(max_attempts=1), httpx.MockTransport(answer)
    client = connect("https://api.example.com", "key", http_transport=transport, retry=once)
    # An answer without content is refused after the request was made.
    with client, suppress(ClientError, ValueError, KeyError):
        call(_Noting(client, named))  # type: ignore[arg-type]
    return set(named[:1]), asked


class _Noting:
    """Stands in for the client and notes "resource.method" of what is called."""

    def __init__(self, inner: Any, named: list[str], resource: str = "") -> None:
        self._inner, self._named, self._resource = inner, named, resource

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not self._resource:
            return _Noting(found, self._named, name)
        self._named.append(f"{self._resource}.{name}")
        return found


def rows() -> list[tuple[str, ...]]:
    """One row for each operation, by path and method."""
    methods = methods_by_operation()
    served = {f"{route.method} {route.path}" for route in INSTANTLY.routes}
    names = [f"{method} {path}" for path, method in sorted((path, method) for method, path in operations())]
    return [
        (
            f"`{name}`",
            OWNERS_WORDS.get(name, ""),
            ", ".join(f"`{method}`" for method in methods.get(name, ())),
            "yes" if name in served else "no",
            used_by(methods.get(name, [])) or left_out(name, is_there=name in served and name in methods),
        )
        for name in names
    ]


def used_by(methods: list[str]) -> str:
    """The screens and commands of some methods."""
    return "; ".join(dict.fromkeys(USED_BY[method] for method in methods if method in USED_BY))


def left_out(name: str, *, is_there: bool) -> str:
    """Why an operation has no method or is not served; "" where it has one and is.

    Raises: KeyError - nothing says why.
    """
    if is_there:
        return ""
    reasons = [reason for beginning, reason in LEFT_OUT.items() if name.startswith(beginning)]
    if not reasons:
        raise KeyError(f"{name} is left out and LEFT_OUT does not say why")
    return reasons[0]


def page() -> str:
    """The whole page, a table for each resource."""
    by_resource: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows():
        by_resource[row[0].split("/")[1].rstrip("`")].append(row)
    parts = [HEAD]
    for resource, of_resource in by_resource.items():
        lines = [line(cells) for cells in (COLUMNS, ("---",) * len(COLUMNS), *of_resource)]
        parts.append(f"## {resource}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def line(cells: tuple[str, ...]) -> str:
    """One line of a table."""
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def main(arguments: list[str] | None = None) -> int:
    """Write the page where that is wanted, and say how far the client and the sandbox are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true")
    if parser.parse_args(arguments).write:
        PAGE.write_text(page(), encoding="utf-8")
        crm_table.PAGE.write_text(crm_table.page(), encoding="utf-8")
    all_rows = rows()
    served = sum(row[3] == "yes" for row in all_rows)
    used = sum(bool(used_by(methods)) for methods in methods_by_operation().values())
    with_method = sum(bool(row[2]) for row in all_rows)
    sys.stdout.write(f"{len(all_rows)} operations: {served} served, {with_method} with a method, {used} used\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
