"""Operations and the API they are mounted as: a prefix, a check of the key and a table of routes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from iexdg.sandbox.http.auth import KeyHolder, check_bearer_key
from iexdg.sandbox.http.schema import Schema
from iexdg.sandbox.http.wire import Call
from iexdg.sandbox.vendor.facts import request_of
from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.world import World


@dataclass(frozen=True, kw_only=True)
class Route:
    """One operation, its path without the API's prefix; `body` None means that the vendor publishes no schema.

    Shapes: status - of the answer where all goes well; budget - (requests, seconds) that it is limited to, or None;
        refusal - the words of its 402 and 429 where they are others than everywhere.
    """

    method: str
    path: str
    scope: str
    handler: Callable[[Call], Any]
    body: Schema | None = None
    query: dict[str, Schema] = field(default_factory=dict)
    params: dict[str, Schema] = field(default_factory=dict)
    required_query: frozenset[str] = frozenset()
    status: int = 200
    budget: tuple[int, float] | None = None
    refusal: str = ""


def served(
    method: str,
    path: str,
    handler: Callable[[Call], Any],
    *,
    scope: str = "",
    body: Schema | None = None,
    status: int = 200,
    budget: tuple[int, float] | None = None,
    refusal: str = "",
) -> Route:
    """Serve an operation as the vendor publishes it; its handler returns JSON data, or a Reply of its own.

    Shapes: scope - only where the vendor names none; body - only where ours differs on purpose; status - 202 or 204
        where the vendor answers so; budget - (20, 60.0) is 20 requests a minute; refusal - of its 402 and 429.
    Raises: KeyError - the vendor has no such operation.
    """
    request = request_of(method, path)
    return Route(
        method=method,
        path=path,
        scope=request.scope or scope,
        handler=handler,
        body=body or request.body,
        query=request.query,
        params=request.params,
        required_query=request.required_query,
        status=status,
        budget=budget,
        refusal=refusal,
    )


class Api:
    """One API as it is served: the same routes may be mounted again under a gateway's prefix and key."""

    def __init__(
        self,
        *,
        prefix: str,
        routes: Iterable[Route],
        check_key: Callable[[str, SandboxOptions, World], KeyHolder] = check_bearer_key,
    ) -> None:
        self.prefix = prefix
        self.routes = tuple(routes)
        self.check_key = check_key
        # Static paths come first. Source: instantly-facts.md §1, Sandbox routing.
        static = [route for route in self.routes if "{" not in route.path]
        # Assumed: a path that the vendor writes with a slash at its end is taken without it too, as Fastify does.
        self._static = {(route.method, route.path.rstrip("/")): route for route in static}
        self._static |= {(route.method, route.path): route for route in static}
        # Of those with a placeholder, the one that fixes more of the path.
        with_placeholder = sorted((route for route in self.routes if "{" in route.path), key=_fixed, reverse=True)
        self._patterns = [(route, _pattern(route.path)) for route in with_placeholder]

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


def _fixed(route: Route) -> int:
    return len(re.sub(r"\{\w+\}", "", route.path))


def _pattern(path: str) -> re.Pattern[str]:
    # An address may hold an encoded slash, which WSGI has decoded already; ids may not.
    return re.compile(re.sub(r"\{(\w+)\}", lambda m: f"(?P<{m[1]}>{'.+' if m[1] == 'email' else '[^/]+'})", path))
