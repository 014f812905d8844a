"""From a request to its answer: faults, edge, operation, version, token, limits, scope, location, body, handler.

Source: gohighlevel-facts.md §1 to §3 and §7. Assumed: the order of what is checked before the scope.
"""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from iexdg.sandbox.ghl.checking import check_body, check_query
from iexdg.sandbox.ghl.limits import CrmLimits
from iexdg.sandbox.ghl.page import chooser, chosen
from iexdg.sandbox.ghl.routes import OPERATIONS
from iexdg.sandbox.ghl.tokens import (
    Bearer,
    bearer_token,
    check_location,
    check_scope,
    check_token,
    check_version,
    holds,
)
from iexdg.sandbox.ghl.wire import PREFIX, CrmCall, CrmError, Operation
from iexdg.sandbox.http.edge import EDGE_BLOCK, is_blocked, is_loopback
from iexdg.sandbox.http.front import Front
from iexdg.sandbox.http.json_body import read_json
from iexdg.sandbox.http.wire import Environ, Reply, json_reply, raw_body
from iexdg.sandbox.simulation import Simulation, Simulations

CHOOSER_PATH = f"{PREFIX}/v2/oauth/chooselocation"
_TOKEN_PATH = f"{PREFIX}/oauth/token"
_PATTERNS = tuple((one, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", one.path))) for one in OPERATIONS)
_Headers = tuple[tuple[str, str], ...]


class CrmFront(Front):
    """Answers what is asked of one location."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__(simulation)
        self._limits = CrmLimits(simulation.options.clock)

    def _short(self, path: str) -> str:
        return path.removeprefix(PREFIX)

    def _refusal(self, status: int) -> Any:
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return {"statusCode": status, "message": "Too Many Requests"}
        message = "Injected by the control plane"
        return CrmError(status, [message] if status == HTTPStatus.UNPROCESSABLE_ENTITY else message).body()

    def _answer(self, environ: Environ, path: str) -> Reply:
        # A browser's agent is no need here: anything that names itself passes.
        if is_blocked(environ.get("HTTP_USER_AGENT", ""), "off" if self._options.edge == "off" else "named"):
            return Reply(status=403, body=EDGE_BLOCK, content_type="text/plain; charset=UTF-8", server="cloudflare")
        headers: _Headers = ()
        try:
            operation, params = _found(environ["REQUEST_METHOD"], self._short(path))
            if operation.is_open:
                return self._handled(environ, operation, params, token="")
            with self._simulation.lock:
                bearer, headers = self._checked(environ, self._short(path))
            check_scope(bearer, operation.request.scope or _scope_of(operation))
            reply = self._handled(environ, operation, params, token=bearer.token)
        except CrmError as error:
            headers = error.headers if isinstance(error, _LimitedError) else headers
            reply = json_reply(error.body(), error.status)
        return Reply(status=reply.status, body=reply.body, content_type=reply.content_type, headers=headers)

    def _checked(self, environ: Environ, path: str) -> tuple[Bearer, _Headers]:
        check_version(environ, path)
        world, token = self._simulation.world, bearer_token(environ)
        private = self._options.crm_token_of(self._simulation.number)
        bearer = check_token(world.crm, token, private, self._options, world.now())
        is_free, headers = self._limits.take(self._options)
        if not is_free:
            raise _LimitedError(headers)
        return bearer, headers

    def _handled(self, environ: Environ, operation: Operation, params: dict[str, str], *, token: str) -> Reply:
        query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        body = _body(environ, operation)
        check_query(query, operation.request.required_query)
        with self._simulation.lock:
            crm = self._simulation.world.crm
            if not operation.is_open and not operation.request.is_form:
                # The search for opportunities alone writes it so. Source: gohighlevel-facts.md §5.
                asked = query.get("locationId") or query.get("location_id")
                named = params.get("locationId") or asked or _location_in(body)
                check_location(crm, named)
            check_body(body, operation.request.body)
            call = CrmCall(
                world=self._simulation.world,
                crm=crm,
                options=self._options,
                now=self._simulation.catch_up(),
                params=params,
                query=query,
                body=body,
                token=token,
            )
            return json_reply(operation.handler(call), operation.status)


class _LimitedError(CrmError):
    """Too many requests; the headers say which of the two limits it is."""

    def __init__(self, headers: _Headers) -> None:
        super().__init__(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests")
        self.headers = headers


class CrmGateway:
    """The API of every location of one simulator: the token of a request says which one is meant."""

    def __init__(self, simulations: Simulations) -> None:
        self._simulations = simulations
        self._fronts = [(one, CrmFront(one)) for one in simulations.all]

    @staticmethod
    def serves(path: str) -> bool:
        """Say whether a path is one of GoHighLevel's."""
        return path.startswith(f"{PREFIX}/")

    def answer(self, environ: Environ, path: str) -> Reply:
        """Answer one request and log it.

        Raises: ConnectionDropped - an injected fault loses the answer.
        """
        if path == CHOOSER_PATH:
            return self._choose(environ)
        return self._front(environ, path).answer(environ, path)

    def _front(self, environ: Environ, path: str) -> CrmFront:
        """Return the location that a token, a code or a refresh token belongs to; the first where none is known."""
        with self._simulations.lock:
            token = "" if path == _TOKEN_PATH else bearer_token(environ)
            form = {} if token else _peeked_form(environ)
            for simulation, front in self._fronts:
                crm = simulation.world.crm
                if holds(crm, token, simulation.options.crm_token_of(simulation.number)):
                    return front
                if form.get("code", "") in crm.codes or form.get("refresh_token", "") in crm.refresh_tokens:
                    return front
        return self._fronts[0][1]

    def _choose(self, environ: Environ) -> Reply:
        asked = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        if not is_loopback(environ):
            return json_reply({"message": "loopback only"}, 403)
        with self._simulations.lock:
            worlds = [one.world for one in self._simulations.all]
            options = self._simulations.all[0].options
            if environ["REQUEST_METHOD"] != "POST":
                return chooser(worlds, asked, options)
            form = dict(parse_qsl(raw_body(environ).decode("utf-8", "replace")))
            return chosen(worlds, asked, form, options)


def _found(method: str, path: str) -> tuple[Operation, dict[str, str]]:
    """Return the operation of a request and what its path names.

    Raises: CrmError 404 - there is none.
    """
    # Paths without a placeholder first: /contacts/upsert is no contact's id.
    for operation, pattern in sorted(_PATTERNS, key=lambda one: "{" in one[0].path):
        match = pattern.fullmatch(path) if operation.method == method else None
        if match:
            return operation, match.groupdict()
    raise CrmError(404, f"Cannot {method} {path}")


def _scope_of(operation: Operation) -> str:
    return "oauth.write" if operation.request.is_form else ""


def _body(environ: Environ, operation: Operation) -> Any:
    """Read the body as Nest does: a form for OAuth, JSON everywhere else, and {} where nothing was sent.

    Raises: CrmError 400 - it is no JSON.
    """
    if operation.method == "GET":
        return {}
    if operation.request.is_form:
        return _peeked_form(environ)
    raw = _kept_body(environ)
    if not raw or not environ.get("CONTENT_TYPE", "").startswith("application/json"):
        return {}
    try:
        return read_json(raw)
    except ValueError as error:
        raise CrmError(400, "Unexpected token in JSON") from error


def _peeked_form(environ: Environ) -> dict[str, str]:
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(_kept_body(environ).decode("utf-8", "replace"), keep_blank_values=True))


def _kept_body(environ: Environ) -> bytes:
    """Read the body once and keep it: it is looked at before the location is known."""
    if "sandbox.body" not in environ:
        environ["sandbox.body"] = raw_body(environ)
    kept: bytes = environ["sandbox.body"]
    return kept


def _location_in(body: Any) -> str:
    named = body.get("locationId") if isinstance(body, dict) else None
    return named if isinstance(named, str) else ""
