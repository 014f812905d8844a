"""Operations and the API they are mounted as: a prefix, a check of the key and a table of routes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from iexdg.sandbox.http.auth import check_bearer_key
from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.http.wire import Call
from iexdg.sandbox.world.options import SandboxOptions


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation, its path without the API's prefix; `body` None means that the vendor publishes no schema."""

    method: str
    path: str
    scope: str
    handler: Callable[[Call], Any]
    body: Schema | None = None
    query: dict[str, Schema] = field(default_factory=dict)
    params: dict[str, Schema] = field(default_factory=dict)


class Api:
    """One API as it is served: the same routes may be mounted again under a gateway's prefix and key."""

    def __init__(
        self,
        *,
        prefix: str,
        routes: Iterable[Route],
        check_key: Callable[[str, SandboxOptions], None] = check_bearer_key,
    ) -> None:
        self.prefix = prefix
        self.routes = tuple(routes)
        self.check_key = check_key
        # Static paths come first. Source: instantly-facts.md §1, Sandbox routing.
        self._static = {(route.method, route.path): route for route in self.routes if "{" not in route.path}
        self._patterns = [(route, _pattern(route.path)) for route in self.routes if "{" in route.path]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """Return the operation for a request and its path parameters, or None."""
        short = path.removeprefix(self.prefix)
        static = self._static.get((method, short))
        if static is not None:
            return static, {}
        for route, pattern in self._patterns:
            match = pattern.fullmatch(short) if route.method == method else None
            if match:
                return route, match.groupdict()
        return None


def _pattern(path: str) -> re.Pattern[str]:
    # An address may hold an encoded slash, which WSGI has decoded already; ids may not.
    return re.compile(re.sub(r"\{(\w+)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[1] == 'email' else '[^/]+'})", path))
