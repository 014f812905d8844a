"""What the buttons of the editor do with content. Pure; every function returns new content."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any, TypeAlias

from iexdg.blueprints.drafts.content import (
    Content,
    rules_of,
    steps_of,
    subsequences_of,
    windows_of,
    with_steps,
    with_subsequences,
)
from iexdg.blueprints.schema import DAYS, MOST_STEPS, MOST_VARIANTS, MOST_WINDOWS

Done: TypeAlias = tuple[Content, str]
MOST_SUBSEQUENCES = 50
MOST_RULES = 50
_NEW_WAIT = "3 days"
_FIRST_WAIT = "1 day"
_FIRST_WINDOW = {"hours": "09:00-17:00", "days": list(DAYS[:5])}
_NEW_RULE = {"action": "send", "recipient_esp": ["all"], "sender_esp": ["all"]}


def changed(content: Mapping[str, Any], do: str) -> Done | None:
    """Do what a button says; returns the new content and what was done in words, None where it cannot be done.

    Shapes: do - a word of `_DOES`, then the numbers of step and variant from 0: "remove-variant:0:1".
    """
    word, *numbers = do.split(":")
    act = _DOES.get(word)
    if act is None or not all(number.isdecimal() and len(number) < 4 for number in numbers):
        return None
    try:
        return act({**deepcopy(dict(content))}, *(int(number) for number in numbers))
    except (IndexError, TypeError):
        return None


def _add_step(content: Content) -> Done | None:
    steps = steps_of(content)
    if len(steps) >= MOST_STEPS:
        return None
    if steps and not steps[-1].get("wait_after"):
        steps[-1]["wait_after"] = _NEW_WAIT
    steps.append({"variants": [{"subject": "", "body": ""}]})
    return with_steps(content, steps), f"Added step {len(steps)}"


def _remove_step(content: Content, place: int) -> Done:
    steps = steps_of(content)
    steps.pop(place)
    return with_steps(content, steps), f"Removed step {place + 1}"


def _move_step(by: int) -> Callable[..., Done | None]:
    def move(content: Content, place: int) -> Done | None:
        steps = steps_of(content)
        if not _swapped(steps, place, place + by):
            return None
        return with_steps(content, steps), f"Moved step {place + 1} to {place + by + 1}"

    return move


def _add_variant(content: Content, place: int) -> Done | None:
    steps = steps_of(content)
    variants = steps[place]["variants"]
    if len(variants) >= MOST_VARIANTS:
        return None
    # A second wording begins as the first one: most of it stays.
    variants.append({name: value for name, value in variants[0].items() if name != "off"})
    return with_steps(content, steps), f"Added variant {_letter(len(variants) - 1)} to step {place + 1}"


def _remove_variant(content: Content, place: int, variant: int) -> Done | None:
    steps = steps_of(content)
    if len(steps[place]["variants"]) < 2:
        return None
    steps[place]["variants"].pop(variant)
    return with_steps(content, steps), f"Removed variant {_letter(variant)} of step {place + 1}"


def _move_variant(content: Content, place: int, variant: int) -> Done | None:
    steps = steps_of(content)
    if not _swapped(steps[place]["variants"], variant, variant - 1):
        return None
    return with_steps(content, steps), f"Moved variant {_letter(variant)} of step {place + 1} up"


def _add_window(content: Content) -> Done | None:
    windows = windows_of(content)
    if len(windows) >= MOST_WINDOWS:
        return None
    # The first one begins as office hours are; another one on the same days would be the same twice.
    zone = {"zone": windows[-1]["zone"]} if windows and windows[-1].get("zone") else {}
    windows.append({**zone, "days": []} if windows else deepcopy(_FIRST_WINDOW))
    return _with_windows(content, windows), f"Added window {len(windows)}"


def _remove_window(content: Content, place: int) -> Done:
    windows = windows_of(content)
    windows.pop(place)
    return _with_windows(content, windows), f"Removed window {place + 1}"


def _with_windows(content: Content, windows: list[dict[str, Any]]) -> Content:
    schedule = {name: value for name, value in (content.get("schedule") or {}).items() if name in {"start", "end"}}
    made = {key: value for key, value in content.items() if key != "schedule"}
    schedule |= {"windows": windows} if windows else {}
    return made | ({"schedule": schedule} if schedule else {})


def _add_subsequence(content: Content) -> Done | None:
    """Add one without a condition: whom it writes to is chosen, never assumed."""
    there = subsequences_of(content)
    if len(there) >= MOST_SUBSEQUENCES:
        return None
    taken = {str(one.get("name") or "").strip().lower() for one in there}
    number = next(number for number in range(1, MOST_SUBSEQUENCES + 1) if f"subsequence {number}" not in taken)
    there.append(
        {
            "name": f"Subsequence {number}",
            "when": {},
            "steps": [{"subject": "", "body": "", "wait_before": _FIRST_WAIT}],
        }
    )
    return with_subsequences(content, there), f"Added subsequence {len(there)}"


def _remove_subsequence(content: Content, place: int) -> Done:
    there = subsequences_of(content)
    name = there.pop(place).get("name") or f"subsequence {place + 1}"
    return with_subsequences(content, there), f"Removed {name}"


def _subsequence_up(content: Content, place: int) -> Done | None:
    there = subsequences_of(content)
    if not _swapped(there, place, place - 1):
        return None
    return with_subsequences(content, there), f"Moved subsequence {place + 1} up"


def _add_rule(content: Content) -> Done | None:
    rules = rules_of(content)
    if len(rules) >= MOST_RULES:
        return None
    return {**content, "provider_routing": [*rules, deepcopy(_NEW_RULE)]}, f"Added rule {len(rules) + 1}"


def _remove_rule(content: Content, place: int) -> Done:
    rules = rules_of(content)
    rules.pop(place)
    return {**content, "provider_routing": rules}, f"Removed rule {place + 1}"


def _swapped(items: list[Any], one: int, other: int) -> bool:
    if not (0 <= one < len(items) and 0 <= other < len(items)):
        return False
    items[one], items[other] = items[other], items[one]
    return True


def _letter(place: int) -> str:
    return chr(ord("A") + place)


_DOES: dict[str, Callable[..., Done | None]] = {
    "add-step": _add_step,
    "remove-step": _remove_step,
    "step-up": _move_step(-1),
    "step-down": _move_step(1),
    "add-variant": _add_variant,
    "remove-variant": _remove_variant,
    "variant-up": _move_variant,
    "add-window": _add_window,
    "remove-window": _remove_window,
    "add-rule": _add_rule,
    "remove-rule": _remove_rule,
    "add-subsequence": _add_subsequence,
    "remove-subsequence": _remove_subsequence,
    "subsequence-up": _subsequence_up,
}
