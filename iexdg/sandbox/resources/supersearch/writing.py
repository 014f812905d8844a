"""Enrichment by AI: what was ordered for a column and whether it is in progress; no text is written."""

from iexdg.sandbox.http.wire import Call, JsonObject
from iexdg.sandbox.resources.supersearch.enriching import target_of
from iexdg.sandbox.world.enrichments import TAKES_S

# Assumed: the number of an AI enrichment that is in progress.
_RUNNING = 1


def create_ai_enrichment(call: Call) -> JsonObject:
    """Answer POST /supersearch-enrichment/ai."""
    body, world = call.body, call.world
    resource, _ = target_of(call, body["resource_id"])
    made = {
        "id": world.new_id(),
        "resource_id": resource,
        "resource_type": body["resource_type"],
        "output_column": body["output_column"],
        "status": body.get("status", _RUNNING),
        "model_version": body["model_version"],
        "overwrite": body.get("overwrite", False),
        "auto_update": body.get("auto_update", False),
        "input_columns": body.get("input_columns", []),
        "template_id": body.get("template_id"),
    }
    world.enrichments.by_ai.append({"made": made, "at": call.now})
    world.touch()
    return made | ({"limit": body["limit"]} if "limit" in body else {})


def ai_in_progress(call: Call) -> list[JsonObject]:
    """Answer GET /supersearch-enrichment/ai/{resource_id}/in-progress."""
    resource, _ = target_of(call, call.params["resource_id"])
    names = ("id", "resource_id", "resource_type", "output_column", "status")
    return [
        {name: one["made"][name] for name in names} | {"organization_id": call.world.organization}
        for one in call.world.enrichments.by_ai
        if one["made"]["resource_id"] == resource and call.now < one["at"] + TAKES_S
    ]
