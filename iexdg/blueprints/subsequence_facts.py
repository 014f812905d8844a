"""Subsequences of a blueprint, as facts that are compared like those of a campaign. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from iexdg.blueprints.comparison import Change, compare
from iexdg.blueprints.document import Path
from iexdg.blueprints.facts import Facts, Names, current_schedule, current_steps, wanted_schedule, wanted_steps
from iexdg.blueprints.pulling import schedule_data, steps_data
from iexdg.blueprints.schema import Subsequence
from iexdg.blueprints.vendor_body import schedule_of, sequences_of
from iexdg.clients.instantly import subsequences as remote

# Source: docs/api/instantly-facts.md §2.6, lead_activity.
ACTIVITY_NUMBERS = {"opened": 2, "clicked": 4, "completed_without_reply": 91}


@dataclass(frozen=True)
class SubsequencePlan:
    """What would be done about one subsequence. Shapes: place - in the blueprint, from 0; found - at Instantly."""

    place: int
    content: Subsequence
    wanted: Facts
    changes: tuple[Change, ...] = ()
    found: remote.Subsequence | None = None


def interest_number(names: Names, interest: int | str) -> int | None:
    """Return the number of an interest by its name; None where there is none of this name."""
    if isinstance(interest, int):
        return interest
    wanted = interest.strip().lower()
    return next((number for number, label in names.interests.items() if label.strip().lower() == wanted), None)


def wanted_of(content: Subsequence, names: Names, *, today: date) -> Facts:
    """Return what a blueprint wants of a subsequence."""
    numbers = [interest_number(names, one) for one in content.when.interest]
    facts: Facts = {
        ("when", "interest"): tuple(sorted({one for one in numbers if one is not None})),
        ("when", "activity"): tuple(sorted({ACTIVITY_NUMBERS[one] for one in content.when.activity})),
        ("when", "reply_contains"): content.when.reply_contains,
    }
    if content.schedule is not None:
        facts |= wanted_schedule(content.schedule, today)
    return facts | wanted_steps(content.steps)


def current_of(found: remote.Subsequence) -> Facts:
    """Return what Instantly has of a subsequence."""
    conditions = found.conditions
    facts: Facts = {
        ("when", "interest"): tuple(sorted(set(_numbers(conditions.get("crm_status"))))),
        ("when", "activity"): tuple(sorted(set(_numbers(conditions.get("lead_activity"))))),
        ("when", "reply_contains"): conditions.get("reply_contains") or "",
    }
    return facts | current_schedule(found.schedule) | current_steps([{"steps": [dict(step) for step in found.steps]}])


def _numbers(value: object) -> list[int]:
    listed = value if isinstance(value, list | tuple) else []
    return [int(one) for one in listed if isinstance(one, int | float) and not isinstance(one, bool)]


def changes_of(place: int, wanted: Facts, current: Facts) -> list[Change]:
    """Compare a subsequence; the paths are those of the campaign's blueprint."""
    start: Path = ("subsequences", place)
    return [
        Change(f"subsequences[{place + 1}].{one.path}", *_said(one), field=(*start, *one.field))
        for one in compare(wanted, current)
    ]


def _said(change: Change) -> tuple[Any, Any]:
    """Before and after; what a lead did is named as a blueprint writes it."""
    if change.field != ("when", "activity"):
        return change.before, change.after
    names = {number: name for name, number in ACTIVITY_NUMBERS.items()}
    before, after = (
        None if value is None else [names.get(one, one) for one in value] for value in (change.before, change.after)
    )
    return before, after


def fields_of(wanted: Facts, found: remote.Subsequence | None) -> dict[str, Any]:
    """Return everything that a blueprint wants of a subsequence, under Instantly's names and over what it has."""
    conditions = {
        "crm_status": list(wanted["when", "interest"]),
        "lead_activity": list(wanted["when", "activity"]),
        "reply_contains": wanted["when", "reply_contains"],
    }
    old_steps = [dict(step) for step in found.steps] if found is not None else []
    made: dict[str, Any] = {
        "conditions": {name: value for name, value in conditions.items() if value},
        "steps": sequences_of(wanted, [{"steps": old_steps}])[0]["steps"],
    }
    if any(path[0] == "schedule" for path in wanted):
        made["schedule"] = schedule_of(wanted, found.schedule if found is not None else None)
    return made


def subsequence_data(found: remote.Subsequence, names: Names) -> dict[str, Any]:
    """Return a subsequence as the data of a blueprint."""
    facts = current_of(found)
    activities = {number: name for name, number in ACTIVITY_NUMBERS.items()}
    when: Mapping[str, Any] = {
        "interest": [names.interests.get(one, one) for one in facts["when", "interest"]],
        "activity": [activities[one] for one in facts["when", "activity"] if one in activities],
        "reply_contains": facts["when", "reply_contains"],
    }
    made: dict[str, Any] = {"name": found.name or "", "when": {name: value for name, value in when.items() if value}}
    schedule = schedule_data(facts)
    return made | ({"schedule": schedule} if schedule else {}) | {"steps": steps_data(facts)}
