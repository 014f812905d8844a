"""The order of refusals: edge, route, key, body, schema; and the vendor's error bodies."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from iexdg.sandbox.app import Sandbox, SandboxOptions
from iexdg.sandbox.http.auth import KeyHolder
from iexdg.sandbox.http.routing import Api, served
from iexdg.sandbox.http.wire import ApiError
from iexdg.sandbox.resources.routes import INSTANTLY
from iexdg.sandbox.vendor.facts import operations
from iexdg.sandbox.world.world import World

UNKNOWN = "0199aaaa-0000-7000-8000-000000000000"


def test_a_call_without_browser_agent_is_a_1010_even_without_a_key(vendor: Any) -> None:
    answer = vendor.http.get("/campaigns", headers={"User-Agent": "python-httpx/0.28.1", "Authorization": ""})
    assert (answer.status_code, answer.text) == (403, "error code: 1010")
    assert answer.headers["server"] == "cloudflare"
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("agent", "status"),
    [
        ("", 403),
        (" ", 403),
        ("Python-urllib/3.11", 403),
        ("python-requests/2.32", 200),
        ("instantly-sdk-python/0.1.0", 200),
    ],
)
def test_named_mode_refuses_a_missing_agent_and_urllibs_own(
    make_vendor: Callable[..., Any], agent: str, status: int
) -> None:
    answer = make_vendor(edge="named").http.get("/campaigns", headers={"User-Agent": agent})
    assert answer.status_code == status


def test_edge_off_lets_everybody_in(make_vendor: Callable[..., Any]) -> None:
    assert make_vendor(edge="off").http.get("/campaigns", headers={"User-Agent": ""}).status_code == 200


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "Missing Authorization header"),
        ("Bearer # the key of the workspace", "Invalid authorization header"),
        ("Bearer two words", "Invalid authorization header"),
        ("Basic c2FuZGJveA==", "Invalid authorization header"),
        ("Bearer another-key", "Invalid API key"),
    ],
)
def test_a_bad_key_is_a_401_that_says_why(vendor: Any, header: str, message: str) -> None:
    answer = vendor.http.get("/campaigns", headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.json() == {"statusCode": 401, "error": "Unauthorized", "message": message}


def test_a_missing_scope_is_a_403_in_json(make_vendor: Callable[..., Any]) -> None:
    reader = make_vendor(scopes=frozenset({"campaigns:read"}))
    assert reader.http.get("/campaigns").status_code == 200
    refused = reader.http.post("/email-verification", json={"email": "a@b.example.com"})
    assert (refused.status_code, refused.json()["statusCode"]) == (403, 403)


def test_an_unpaid_plan_is_a_402_everywhere(make_vendor: Callable[..., Any]) -> None:
    unpaid = make_vendor(paid_plan=False)
    for path in ("/campaigns", "/accounts", "/workspaces/current"):
        answer = unpaid.http.get(path)
        assert answer.json()["message"] == "Workspace does not have an active paid plan"
        assert answer.status_code == 402


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/leads/bulk-add"),
        ("POST", "/leads/bulk"),
        ("GET", "/leads"),
        ("GET", "/campaigns/0199aaaa-0000-7000-8000-000000000000/steps/analytics"),
        ("GET", "/campaigns/0199aaaa-0000-7000-8000-000000000000/analytics"),
        ("GET", "/campaign-subsequences"),
    ],
)
def test_paths_that_the_vendor_does_not_have_are_fastify_404s(vendor: Any, method: str, path: str) -> None:
    answer = vendor.http.request(method, path, headers={"Authorization": ""})
    assert answer.status_code == 404
    assert answer.json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": f"Route {method}:/api/v2{path} not found",
    }


def test_a_slash_at_the_end_is_taken_where_the_vendor_writes_it_and_nowhere_else() -> None:
    api = Api(
        prefix="/api", routes=(served("POST", "/supersearch-enrichment/", dict), served("GET", "/campaigns", dict))
    )
    found = [api.find("POST", f"/api/supersearch-enrichment{slash}") for slash in ("", "/", "//")]
    assert [one is not None for one in found] == [True, True, False]
    assert [api.find("GET", f"/api/campaigns{slash}") is not None for slash in ("", "/")] == [True, False]


def test_every_operation_of_the_vendor_is_found_by_its_own_path() -> None:
    routes = [served(method, path, dict) for method, path in operations()]
    api = Api(prefix="", routes=routes)
    for route in routes:
        asked = re.sub(r"\{(\w+)\}", lambda name: "a@b.example.com" if name[1] == "email" else UNKNOWN, route.path)
        found = api.find(route.method, asked)
        assert found is not None
        assert found[0] is route, asked


def test_listing_leads_by_get_reads_the_word_list_as_an_id(vendor: Any) -> None:
    answer = vendor.http.get("/leads/list")
    assert (answer.status_code, answer.json()["message"]) == (400, 'params/id must match format "uuid"')


def test_an_unknown_id_is_a_404(vendor: Any) -> None:
    unknown = "0199aaaa-0000-7000-8000-000000000000"
    for method, path in (
        ("GET", f"/campaigns/{unknown}"),
        ("GET", f"/campaigns/{unknown}/sending-status"),
        ("POST", f"/campaigns/{unknown}/pause"),
        ("GET", f"/leads/{unknown}"),
        ("DELETE", f"/leads/{unknown}"),
    ):
        answer = vendor.http.request(method, path)
        assert answer.json() == {"statusCode": 404, "error": "Not Found", "message": "Resource not found"}


@pytest.mark.parametrize("path", ["/campaigns/{id}/activate", "/campaigns/{id}/pause", "/leads/list"])
def test_json_content_type_without_a_body_is_refused(vendor: Any, path: str) -> None:
    url = path.format(id=vendor.campaign())
    answer = vendor.http.post(url, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json() == {
        "statusCode": 400,
        "code": "FST_ERR_CTP_EMPTY_JSON_BODY",
        "error": "Bad Request",
        "message": "Body cannot be empty when content-type is set to 'application/json'",
    }


def test_activate_takes_an_empty_object_or_nothing_at_all(vendor: Any) -> None:
    campaign = vendor.campaign()
    assert vendor.http.post(f"/campaigns/{campaign}/activate", json={}).json()["status"] == 1
    assert vendor.http.post(f"/campaigns/{campaign}/activate").json()["status"] == 1


def test_delete_wants_neither_content_type_nor_body(vendor: Any) -> None:
    campaign = vendor.campaign()
    (lead,) = vendor.add(campaign, "ana@alder.example.com")["created_leads"]
    path = f"/leads/{lead['id']}"
    typed = vendor.http.request("DELETE", path, headers={"Content-Type": "application/json"})
    assert typed.json()["code"] == "FST_ERR_CTP_EMPTY_JSON_BODY"
    with_body = vendor.http.request("DELETE", path, json={})
    assert (with_body.status_code, with_body.json()["message"]) == (400, "body must be null")
    assert vendor.http.delete(path).json()["email"] == "ana@alder.example.com"
    assert vendor.http.get(path).status_code == 404


def test_broken_json_and_other_types_are_refused(vendor: Any) -> None:
    broken = vendor.http.post("/leads/list", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "FST_ERR_CTP_INVALID_JSON_BODY")
    text = vendor.http.post("/leads/list", content=b"{}", headers={"Content-Type": "text/csv"})
    assert (text.status_code, text.json()["code"]) == (415, "FST_ERR_CTP_INVALID_MEDIA_TYPE")


def test_plain_text_is_a_text_and_no_object(vendor: Any) -> None:
    answer = vendor.http.post("/leads/list", content=b"{}", headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["message"]) == (400, "body must be object")


@pytest.mark.parametrize("raw", [b"[" * 5000 + b"]" * 5000, b'{"limit": NaN}'])
@pytest.mark.parametrize("path", ["/api/v2/leads/list", "/_sandbox/clock", "/maton/connections"])
def test_json_that_nobody_can_work_with_is_a_400_everywhere(vendor: Any, path: str, raw: bytes) -> None:
    key = "maton-key" if "maton" in path else "sandbox-key"
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    answer = vendor.http.post(f"http://sandbox.example.com{path}", content=raw, headers=headers)
    assert answer.status_code == 400


def test_unknown_keys_are_refused_or_stripped(make_vendor: Callable[..., Any]) -> None:
    body = {"name": "New", "colour": "red", "sequences": [{"steps": [], "shape": "round"}]}
    vendor = make_vendor()
    refused = vendor.http.patch(f"/campaigns/{vendor.campaign()}", json=body)
    assert (refused.status_code, refused.json()["message"]) == (400, "body must NOT have additional properties")
    vendor.control("POST", "options", {"unknown_keys": "strip"})
    changed = vendor.patch(f"/campaigns/{vendor.named('Trial')}", body)
    assert (changed["name"], changed.get("colour")) == ("New", None)


def test_undeclared_parameters_are_ignored_or_refused(make_vendor: Callable[..., Any]) -> None:
    assert make_vendor().http.get("/campaigns", params={"colour": "red"}).status_code == 200
    refused = make_vendor(unknown_parameters="refuse").http.get("/campaigns", params={"colour": "red"})
    assert (refused.status_code, refused.json()["message"]) == (400, "querystring must NOT have additional properties")


def test_an_operation_with_a_budget_of_its_own_runs_out_of_it_alone(make_vendor: Callable[..., Any]) -> None:
    limited = make_vendor(limits=True)
    assert [limited.http.get("/emails").status_code for _ in range(21)] == [200] * 20 + [429]
    assert limited.http.get("/campaigns").status_code == 200
    limited.clock.now += 3
    assert [limited.http.get("/emails").status_code for _ in range(2)] == [200, 429]


def test_limits_refuse_the_hundred_and_first_request_of_a_second(make_vendor: Callable[..., Any]) -> None:
    limited = make_vendor(limits=True)
    statuses = [limited.http.get("/campaigns").status_code for _ in range(101)]
    assert statuses == [200] * 100 + [429]
    refused = limited.http.get("/campaigns")
    assert refused.json() == {"statusCode": 429, "error": "Too Many Requests", "message": "Rate limit exceeded"}
    assert "retry-after" not in refused.headers
    limited.clock.now += 1
    assert limited.http.get("/campaigns").status_code == 200


def test_limits_hold_a_minute_at_six_thousand_and_one_burst(make_vendor: Callable[..., Any]) -> None:
    limited = make_vendor(limits=True)
    taken = 0
    for _ in range(60 * 200):
        limited.clock.now += 1 / 200
        taken += limited.app.simulation.limits.allow()
    assert 6000 <= taken <= 6100


def test_latency_sleeps_half_on_the_way_there_and_half_on_the_way_back(make_vendor: Callable[..., Any]) -> None:
    slow = make_vendor(latency_ms=120)
    slow.http.get("/campaigns")
    assert slow.slept == [0.06, 0.06]


def test_a_path_in_utf8_arrives_as_text(vendor: Any) -> None:
    vendor.http.get("/email-verification/jörg@alder.example.com")
    (entry,) = vendor.control("GET", "log")["items"]
    assert entry["path"] == "/api/v2/email-verification/jörg@alder.example.com"


def gateway_key(header: str, options: SandboxOptions, world: World) -> KeyHolder:
    if header != f"Bearer gateway-of-{options.api_key}":
        raise ApiError(401, "Unknown gateway key")
    return KeyHolder(world.api_key_id, options.scopes)


def test_a_second_api_is_mounted_beside_the_first_with_its_own_prefix_and_key(vendor: Any) -> None:
    gateway = Api(prefix="/instantly/api/v2", routes=INSTANTLY.routes, check_key=gateway_key)
    app = Sandbox(vendor.app.options, apis=(INSTANTLY, gateway))
    agent = {"User-Agent": vendor.http.headers["User-Agent"]}
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://sandbox.example.com") as http:

        def status(path: str, key: str) -> int:
            return http.get(path, headers=agent | {"Authorization": f"Bearer {key}"}).status_code

        assert status("/instantly/api/v2/campaigns", "gateway-of-sandbox-key") == 200
        assert status("/instantly/api/v2/campaigns", "sandbox-key") == 401
        assert status("/api/v2/campaigns", "sandbox-key") == 200
        assert status("/api/v2/campaigns", "gateway-of-sandbox-key") == 401
        assert status("/api/v3/campaigns", "sandbox-key") == 404
        fault = {"match": {"path": "/campaigns"}, "do": "status", "value": 503, "times": 2}
        http.post("/_sandbox/faults", json=[fault])
        assert status("/instantly/api/v2/campaigns", "gateway-of-sandbox-key") == 503
        assert status("/api/v2/campaigns", "sandbox-key") == 503
