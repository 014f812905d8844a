"""From a request to its answer, in the vendor's order: faults, edge, route, key, limits, body, schemas, handler."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

from iexdg.sandbox.http.auth import KeyHolder, is_allowed
from iexdg.sandbox.http.coercion import coerced, coerced_query
from iexdg.sandbox.http.edge import EDGE_BLOCK, is_blocked
from iexdg.sandbox.http.front import Front, Simulated
from iexdg.sandbox.http.json_body import read_json
from iexdg.sandbox.http.routing import Api, Route
from iexdg.sandbox.http.schema import first_finding
from iexdg.sandbox.http.wire import (
    ApiError,
    Call,
    Environ,
    JsonObject,
    Reply,
    Unlocked,
    json_reply,
    raw_body,
)


class Pipeline(Front):
    """Answers the requests to every mounted API."""

    def __init__(self, simulation: Simulated, apis: Sequence[Api]) -> None:
        super().__init__(simulation)
        self._apis = apis

    def _short(self, path: str) -> str:
        api = self._api_of(path)
        return path.removeprefix(api.prefix) if api else path

    def _refusal(self, status: int) -> JsonObject:
        message = "Rate limit exceeded" if status == 429 else "Injected by the control plane"
        return ApiError(status, message).body()

    def _api_of(self, path: str) -> Api | None:
        return next((api for api in self._apis if path.startswith(f"{api.prefix}/")), None)

    def _answer(self, environ: Environ, path: str) -> Reply:
        # Source: instantly-facts.md §6.3 for the order.
        if is_blocked(environ.get("HTTP_USER_AGENT", ""), self._options.edge):
            return Reply(status=403, body=EDGE_BLOCK, content_type="text/plain; charset=UTF-8", server="cloudflare")
        try:
            return self._api_answer(environ, self._api_of(path), path)
        except ApiError as error:
            return json_reply(error.body(), error.status)

    def _api_answer(self, environ: Environ, api: Api | None, path: str) -> Reply:
        method = environ["REQUEST_METHOD"]
        found = api.find(method, path) if api else None
        if api is None or found is None:
            raise ApiError(404, f"Route {method}:{path} not found")
        route, params = found
        with self._simulation.lock:
            holder = api.check_key(environ.get("HTTP_AUTHORIZATION", ""), self._options, self._simulation.world)
        self._check_access(route, holder)
        body = _parsed_body(environ, route)
        if route.body is not None:
            body = coerced(body, route.body, is_stripped=self._options.unknown_keys == "strip")
        query = self._query(environ, route)
        _validate(route, params, body, query)
        with self._simulation.lock:
            now = self._simulation.catch_up()
            self._simulation.world.acting_key_id = holder.key_id
            call = Call(
                world=self._simulation.world,
                worlds=self._simulation.worlds(),
                options=self._options,
                now=now,
                origin=_origin(environ),
                params=params,
                query=query,
                body=body,
                user_agent=environ.get("HTTP_USER_AGENT", ""),
            )
            found = route.handler(call)
            if not isinstance(found, Unlocked):
                return _reply(route, found)
        came = found.work()
        with self._simulation.lock:
            return _reply(route, found.answer(came))

    def _query(self, environ: Environ, route: Route) -> JsonObject:
        raw = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        undeclared = sorted(raw.keys() - route.query.keys())
        if undeclared and self._options.unknown_parameters == "refuse":
            raise ApiError(400, "querystring must NOT have additional properties")
        return coerced_query(raw, route.query)

    def _check_access(self, route: Route, holder: KeyHolder) -> None:
        """Check request budget, plan and scope.

        Source: instantly-facts.md §6.2 and §6.15.
        """
        with self._simulation.lock:
            if self._options.limits and not self._simulation.limits.allow(route.path, route.budget):
                raise _limit(route, 429, "Rate limit exceeded")
        if not self._options.paid_plan:
            raise _limit(route, 402, "Workspace does not have an active paid plan")
        if not is_allowed(holder.scopes, route.scope):
            raise ApiError(403, f"Missing required scope: {route.scope}")


def _limit(route: Route, status: int, message: str) -> ApiError:
    """Return the error of a request that limits or plan refuse. Source: instantly-facts.md §1, Errors."""
    said = route.refusal
    exact = {"statusCode": status, "error": said, "message": said} if said else None
    return ApiError(status, said or message, exact=exact)


def _origin(environ: Environ) -> str:
    host = environ.get("HTTP_HOST") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    return f"{environ.get('wsgi.url_scheme', 'http')}://{host}"


def _reply(route: Route, answer: Any) -> Reply:
    """Return what a handler answered as a reply; it shares objects with the world, so the caller holds the lock."""
    if isinstance(answer, Reply):
        return answer
    return Reply(status=route.status, body=b"") if route.status == 204 else json_reply(answer, route.status)


def _parsed_body(environ: Environ, route: Route) -> Any:
    """Read a JSON body as Fastify does.

    Source: instantly-facts.md §1, Content-Type (Laws 6 and 8).
    """
    if route.method == "GET":
        return None
    raw = raw_body(environ)
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind == "application/json" and not raw:
        code = "FST_ERR_CTP_EMPTY_JSON_BODY"
        raise ApiError(400, "Body cannot be empty when content-type is set to 'application/json'", code=code)
    if not raw:
        return None
    if kind == "text/plain":
        return raw.decode("utf-8", "replace")
    if kind != "application/json":
        raise ApiError(415, "Unsupported Media Type", code="FST_ERR_CTP_INVALID_MEDIA_TYPE")
    try:
        return read_json(raw)
    except ValueError as error:
        code = "FST_ERR_CTP_INVALID_JSON_BODY"
        message = "Body is not valid JSON but content-type is set to 'application/json'"
        raise ApiError(400, message, code=code) from error


def _validate(route: Route, params: dict[str, str], body: Any, query: dict[str, Any]) -> None:
    checks = [(params[name], schema, f"params/{name}") for name, schema in route.params.items()]
    if route.body is not None:
        checks.append((body, route.body, "body"))
    missing = next((name for name in sorted(route.required_query) if name not in query), None)
    if missing is not None:
        raise ApiError(400, f"querystring must have required property '{missing}'")
    checks += [(query[name], schema, f"querystring/{name}") for name, schema in route.query.items() if name in query]
    for value, schema, where in checks:
        finding = first_finding(value, schema, where)
        if finding:
            raise ApiError(400, finding)
