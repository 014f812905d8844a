"""Which variant of a step a mail is written in: they take turns, until the best is chosen by itself."""

from typing import Any

from iexdg.sandbox.world.options import SandboxOptions
from iexdg.sandbox.world.records import Campaign, Event, Lead
from iexdg.sandbox.world.world import World

# Source: OpenAPI, schema Campaign, auto_variant_select.trigger.
_TRIGGERS = {"reply_rate": "reply", "click_rate": "click", "open_rate": "open"}


def steps_of(campaign: Campaign) -> list[dict[str, Any]]:
    """Return the steps that are sent.

    Source: instantly-facts.md §2.1: only sequences[0] is used.
    """
    sequences = campaign["fields"]["sequences"]
    return sequences[0]["steps"] if sequences else []


def step_from(campaign: Campaign, first: int) -> int | None:
    """Return the next step that can be sent, or None.

    Assumed: a step whose variants are all disabled is passed over.
    """
    steps = steps_of(campaign)
    return next((place for place in range(first, len(steps)) if _enabled(steps[place])), None)


def variant_for(world: World, options: SandboxOptions, campaign: Campaign, step: int) -> int:
    """Return the place of the variant that the next mail of a step is written in.

    Assumed: enabled variants take turns; with auto_variant_select the best one is used alone once each was sent
        `variant_trial` times.
    """
    enabled = _enabled(steps_of(campaign)[step])
    counts = {variant: _counts(world, campaign, step, variant) for variant in enabled}
    wanted = campaign["fields"]["auto_variant_select"]
    if wanted and all(one.get("sent", 0) >= options.variant_trial for one in counts.values()):
        kind = _TRIGGERS[wanted["trigger"]]
        return max(enabled, key=lambda variant: (counts[variant].get(kind, 0) / counts[variant]["sent"], -variant))
    return min(enabled, key=lambda variant: (counts[variant].get("sent", 0), variant))


def lead_variant(lead: Lead, step: int) -> int:
    """Return the variant in which a lead got a step; worlds that were saved earlier know only the first."""
    return lead.get("variants", {}).get(str(step), 0)


def variant_of(event: Event) -> int:
    """Return the variant that an event belongs to; worlds that were saved earlier know only the first."""
    return event.get("variant", 0)


def _enabled(step: dict[str, Any]) -> list[int]:
    return [place for place, variant in enumerate(step["variants"]) if not variant.get("v_disabled")]


def _counts(world: World, campaign: Campaign, step: int, variant: int) -> dict[str, int]:
    return world.by_variant[campaign["id"], step, variant]
