"""The placement tests themselves: made, listed, changed, deleted."""

from typing import Any

from iexdg.sandbox.http.wire import Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.resources.placement.runs import AUTOMATED, TEST_ACTIVE, next_run, play_tests
from iexdg.sandbox.resources.placement.seeds import LABELS, chosen_seeds
from iexdg.sandbox.world.clock import iso, maybe_iso
from iexdg.sandbox.world.records import PlacementTest
from iexdg.sandbox.world.world import World

_CODE_PREFIX = "ptid_"
# `not_sending_status` is left out, since neither null nor "" is among its values.
_DEFAULTS: dict[str, Any] = {
    "delivery_mode": 1,
    "description": None,
    "campaign_id": None,
    "tags": [],
    "text_only": False,
    "recipients_labels": [],
    "automations": [],
    "status": TEST_ACTIVE,
}


def new_test(world: World, body: JsonObject, *, at: float) -> PlacementTest:
    """Make a test: a one-time one is sent at once, an automated one by its schedule and, if so wanted, at once too.

    Raises: ApiError 400 - the schedule has no time of day; nothing was made.
    """
    wanted = {
        name: value
        for name, value in body.items()
        if name not in {"run_immediately", "timestamp_next_run", "not_sending_status"}
    }
    fields = {**_DEFAULTS, **wanted}
    fields["status"] = fields["status"] or TEST_ACTIVE
    fields["recipients_labels"] = fields["recipients_labels"] or list(LABELS)
    later = next_run(fields, at) if fields["type"] == AUTOMATED else at
    test_id = world.new_id()
    fields["test_code"] = _code(body.get("test_code"), test_id)
    test: PlacementTest = {
        "id": test_id,
        "created": at,
        "fields": fields,
        "recipients": chosen_seeds(fields["recipients_labels"]),
        "next_run": at if body.get("run_immediately") else later,
        "runs": [],
    }
    world.placement_tests[test_id] = test
    world.touch()
    return test


def create_test(call: Call) -> JsonObject:
    """Answer POST /inbox-placement-tests."""
    test = new_test(call.world, call.body, at=call.now)
    return _test_object(call, test)


def list_tests(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-tests, newest first unless asked otherwise."""
    play_tests(call.world, call.now)
    query = call.query
    chosen = [
        test
        for test in sorted(call.world.placement_tests.values(), key=lambda test: test["id"])
        if query.get("search", "").lower() in test["fields"]["name"].lower()
        and query.get("status", test["fields"]["status"]) == test["fields"]["status"]
    ]
    if query.get("sort_order") != "asc":
        chosen.reverse()
    shown = [_test_object(call, test) for test in chosen]
    return page_behind(shown, query.get("limit", DEFAULT_PAGE), query.get("starting_after"), lambda test: test["id"])


def get_test(call: Call) -> JsonObject:
    """Answer GET /inbox-placement-tests/{id}; with_metadata names its campaign."""
    test = find_test(call, call.params["id"])
    shown = _test_object(call, test)
    if not call.query.get("with_metadata"):
        return shown
    campaign = call.world.campaigns.get(test["fields"]["campaign_id"] or "")
    named = {"campaign": {"id": campaign["id"], "name": campaign["fields"]["name"]}} if campaign else {}
    return shown | {"metadata": {**named, "tags": {}}}


def patch_test(call: Call) -> JsonObject:
    """Answer PATCH /inbox-placement-tests/{id}; a changed schedule or a resumed test has a new next time."""
    test = find_test(call, call.params["id"])
    changes = {name: value for name, value in call.body.items() if name != "status" or value is not None}
    fields = test["fields"] | changes
    if fields["type"] == AUTOMATED and {"schedule", "status"} & changes.keys():
        test["next_run"] = next_run(fields, call.now)
    elif test["next_run"] is not None:
        test["next_run"] = call.now
    test["fields"] = fields
    call.world.touch()
    play_tests(call.world, call.now)
    return _test_object(call, test)


def delete_test(call: Call) -> JsonObject:
    """Answer DELETE /inbox-placement-tests/{id} with the test that is gone, its results with it."""
    test = find_test(call, call.params["id"])
    del call.world.placement_tests[test["id"]]
    call.world.touch()
    return _test_object(call, test)


def provider_options(call: Call) -> list[JsonObject]:
    """Answer GET /inbox-placement-tests/email-service-provider-options."""
    del call
    return list(LABELS)


def find_test(call: Call, test_id: str) -> PlacementTest:
    """Return one test as it is now.

    Raises: NotFoundError - there is none.
    """
    play_tests(call.world, call.now)
    test = call.world.placement_tests.get(test_id.lower())
    if test is None:
        raise NotFoundError
    return test


def _code(given: str | None, test_id: str) -> str:
    # Source: OpenAPI, InboxPlacementTest.test_code: the prefix is added where it is missing.
    text = (given or "").strip() or test_id.replace("-", "")[-20:]
    return text if text.startswith(_CODE_PREFIX) else f"{_CODE_PREFIX}{text}"


def _test_object(call: Call, test: PlacementTest) -> JsonObject:
    return {
        "id": test["id"],
        "organization_id": call.world.organization,
        "timestamp_created": iso(test["created"]),
        "timestamp_next_run": maybe_iso(test["next_run"]),
        "recipients": test["recipients"],
        **test["fields"],
    }
