"""The page docs/api/gohighlevel.md; `python -m tests.contract.api_table --write` writes it with Instantly's."""

from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from iexdg.clients.gohighlevel import connect
from iexdg.clients.gohighlevel.oauth import OAuthApp
from iexdg.clients.http.errors import ClientError
from iexdg.clients.http.retry import RetryPolicy
from iexdg.sandbox.ghl.routes import OPERATIONS
from iexdg.sandbox.vendor.facts import GOHIGHLEVEL
from tests.contract import facts
from tests.contract.gohighlevel.calls import CALLS

PAGE = Path(__file__).parents[3] / "docs" / "api" / "gohighlevel.md"
HEAD = """# The operations of the GoHighLevel API

Made by `python -m tests.contract.api_table --write`; a test compares it. Paths are below
`https://services.leadconnectorhq.com`, in the sandbox below `/ghl`. *Method* is that of `iexdg/clients/gohighlevel/`;
*may be repeated* says what the client does when an answer is lost. What is known of the API and from where:
[gohighlevel-facts.md](gohighlevel-facts.md).
"""
COLUMNS = ("operation", "scope", "method", "sandbox", "may be repeated", "what surprises, or why left out")
REMARKS = {
    "GET /contacts/": "deprecated; the search takes its place",
    "POST /contacts/": "422 may have made the contact (§7); a duplicate names the contact that is there",
    "POST /contacts/upsert": "tags never travel here (§6); `save_contact` looks first",
    "POST /contacts/search": "an index that lags (§5)",
    "PUT /contacts/{contactId}": "without company name and gender (§4); tags never travel here",
    "GET /contacts/{contactId}": "an unknown contact is a 400 (§7)",
    "DELETE /contacts/{contactId}/tags": "has a body",
    "POST /contacts/{contactId}/workflow/{workflowId}": "accepted, not run (§6)",
    "DELETE /contacts/{contactId}/workflow/{workflowId}": "404 where the contact is not in it (§5)",
    "GET /opportunities/search": "an index; asked before an opportunity is made (§5)",
    "POST /opportunities/upsert": "`contactId` is sent although the file dropped it (§5)",
    "POST /oauth/token": "each refresh token counts once (§2)",
    "POST /oauth/locationToken": "our app asks for the tokens of locations only",
}
_OAUTH = {
    "exchange_code": lambda app: app.exchange_code("code", "https://outreach.example.com/"),
    "refresh_tokens": lambda app: app.refresh_tokens("refresh"),
}


def methods_by_operation() -> dict[str, tuple[list[str], bool]]:
    """Every method by the operation that it asks for, and whether it is asked again after a lost answer."""
    found: dict[str, set[str]] = defaultdict(set)
    times: dict[str, int] = defaultdict(int)
    for method, call in CALLS.items():
        client_call = _asked(lambda transport, call=call: call(_crm(transport)))
        for name in client_call:
            found[name].add(method)
            times[name] = max(times[name], client_call.count(name))
    for method, call in _OAUTH.items():
        for name in _asked(lambda transport, call=call: call(_app(transport))):
            found[name].add(f"OAuthApp.{method}")
    return {name: (sorted(methods), times[name] > 1) for name, methods in found.items()}


def _asked(call: Any) -> list[str]:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(facts.find(request.method, request.url.path, facts.crm_table()))
        return httpx.Response(503)

    with suppress(ClientError):
        call(httpx.MockTransport(answer))
    return asked


def _crm(transport: httpx.MockTransport) -> Any:
    twice = RetryPolicy(max_attempts=2, base_s=0, cap_s=0)
    return connect("https://api.example.com", "pit-1", "loc-1", http_transport=transport, retry=twice)


def _app(transport: httpx.MockTransport) -> OAuthApp:
    once = RetryPolicy(max_attempts=1)
    return OAuthApp("https://api.example.com", "app", "secret", http_transport=transport, retry=once)


def rows() -> list[tuple[str, ...]]:
    """One row for each operation, by path and method."""
    methods = methods_by_operation()
    served = {f"{one.method} {one.path}" for one in OPERATIONS}
    found = []
    for path, method in sorted((path, method) for method, path in GOHIGHLEVEL.operations()):
        name = f"{method} {path}"
        ours, is_repeated = methods.get(name, ([], False))
        if not (ours and name in served) and name not in REMARKS:
            raise KeyError(f"{name} is left out and REMARKS does not say why")
        cells = (
            f"`{name}`",
            GOHIGHLEVEL.request_of(method, path).scope,
            ", ".join(f"`{one}`" for one in ours),
            "yes" if name in served else "no",
            ("yes" if is_repeated else "no") if ours else "",
            REMARKS.get(name, ""),
        )
        found.append(cells)
    return found


def page() -> str:
    """The whole page."""
    table = [COLUMNS, ("---",) * len(COLUMNS), *rows()]
    lines = ["|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|" for cells in table]
    return HEAD + "\n" + "\n".join(lines) + "\n"
