"""Labels: make, read, change and delete them, and try which one a reply would get."""

from random import Random

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject, NotFoundError
from iexdg.sandbox.resources.leads.changing import STATIC_INTERESTS, known_interests
from iexdg.sandbox.resources.paging import DEFAULT_PAGE, page_behind
from iexdg.sandbox.sending.engagement import note_interest
from iexdg.sandbox.world.clock import iso
from iexdg.sandbox.world.grouping import Label, later_than_all
from iexdg.sandbox.world.world import World

_LARGEST_INTEREST = 30_000
# Source: instantly-facts.md §2.6, lead-labels.
_MOST_TESTS, _TESTS_WITHIN_S = 500, 30 * 86_400
# Our own reading of a reply, in this order: a model of the vendor's reads it in truth.
_SIGNS = (
    ("Out of Office", ("out of office", "out of the office", "on vacation", "annual leave")),
    ("Wrong Person", ("wrong person", "no longer with", "not the right person")),
    ("Not Interested", ("not interested", "no thank", "unsubscribe", "remove me")),
    ("Meeting Booked", ("booked", "calendar invite")),
    ("Interested", ("interested", "tell me more", "sounds good", "learn more")),
)


def new_label(
    world: World, label: str, kind: str, at: float, *, description: str | None = None, use_with_ai: bool = False
) -> Label:
    """Make a label with a number of its own; that of a negative label is below zero."""
    made: Label = {
        "id": world.new_id(),
        "label": label,
        "kind": kind,
        "interest": 0,
        "description": description,
        "use_with_ai": use_with_ai,
        "created": later_than_all(at, (one["created"] for one in world.labels.values())),
    }
    made["interest"] = _free_interest(world, made)
    world.labels[made["id"]] = made
    world.touch()
    return made


def _free_interest(world: World, label: Label) -> int:
    chance = Random(f"{world.seed}|{label['id']}")
    sign, taken = -1 if label["kind"] == "negative" else 1, known_interests(world)
    while (number := sign * chance.randint(len(STATIC_INTERESTS), _LARGEST_INTEREST)) in taken:
        pass
    return number


def label_object(world: World, label: Label) -> JsonObject:
    """Return a label as the API shows it."""
    return {
        "id": label["id"],
        "timestamp_created": iso(label["created"]),
        "created_by": world.owner,
        "organization_id": world.organization,
        "label": label["label"],
        "interest_status_label": label["kind"],
        "interest_status": label["interest"],
        "description": label["description"],
        "use_with_ai": label["use_with_ai"],
    }


def _find(call: Call) -> Label:
    found = call.world.labels.get(call.params["id"].lower())
    if found is None:
        raise NotFoundError
    return found


def list_labels(call: Call) -> JsonObject:
    """Answer GET /lead-labels, the oldest first; the cursor is a time.

    Assumed: the order, and that `search` looks at label and description.
    """
    query, search = call.query, call.query.get("search", "").lower()
    shown = [
        label_object(call.world, one)
        for one in call.world.labels.values()
        if search in f"{one['label']} {one['description'] or ''}".lower()
        and query.get("interest_status", one["kind"]) == one["kind"]
    ]
    limit, cursor = query.get("limit", DEFAULT_PAGE), query.get("starting_after")
    return page_behind(shown, limit, cursor, lambda one: str(one["timestamp_created"]))


def create_label(call: Call) -> JsonObject:
    """Answer POST /lead-labels; the vendor chooses the number."""
    body = call.body
    made = new_label(
        call.world,
        body["label"],
        body["interest_status_label"],
        call.now,
        description=body.get("description"),
        use_with_ai=bool(body.get("use_with_ai")),
    )
    return label_object(call.world, made)


def get_label(call: Call) -> JsonObject:
    """Answer GET /lead-labels/{id}."""
    return label_object(call.world, _find(call))


def patch_label(call: Call) -> JsonObject:
    """Answer PATCH /lead-labels/{id}; the number stays."""
    label, body = _find(call), call.body
    label["label"] = body.get("label", label["label"])
    label["kind"] = body.get("interest_status_label", label["kind"])
    label["description"] = body.get("description", label["description"])
    label["use_with_ai"] = bool(body.get("use_with_ai", label["use_with_ai"]))
    call.world.touch()
    return label_object(call.world, label)


def delete_label(call: Call) -> JsonObject:
    """Answer DELETE /lead-labels/{id} with the label that is gone; its leads get another interest or none.

    Assumed: an interest that is not known here is refused; a body that is no object, which the vendor's schema lets
    pass, says nothing.
    """
    gone = _find(call)
    instead = call.body.get("reassigned_status") if isinstance(call.body, dict) else None
    if instead is not None and instead not in known_interests(call.world) - {gone["interest"]}:
        raise ApiError(400, "reassigned_status is not a known interest status")
    for lead in call.world.leads.values():
        if lead["interest"] == gone["interest"]:
            note_interest(lead, instead, call.now)
            lead["updated"] = call.now
    del call.world.labels[gone["id"]]
    call.world.touch()
    return label_object(call.world, gone)


def try_reply_label(call: Call) -> JsonObject:
    """Answer POST /lead-labels/ai-reply-label with the label that a reply would get.

    Simplified: the words of the reply decide, and a label of one's own that is used with AI counts where they name it.
    """
    world = call.world
    world.label_tests = [at for at in world.label_tests if at > call.now - _TESTS_WITHIN_S]
    if call.options.limits and len(world.label_tests) >= _MOST_TESTS:
        raise ApiError(429, "Rate limit exceeded", exact={"error": "Rate limit exceeded"})
    world.label_tests.append(call.now)
    world.touch()
    reply = call.body["reply_text"].lower()
    considered = [label["label"] for label in world.labels.values() if label["use_with_ai"]]
    named = [label for label in considered if label.lower() in reply]
    static = [label for label, signs in _SIGNS if any(sign in reply for sign in signs)]
    return {"result": [*named, *static, "Lead"][0], "custom_labels_considered": considered}
