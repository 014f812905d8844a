"""The content of a draft: one campaign of a blueprint as plain data, and what the editor does with it. Pure.

Content may be incomplete or wrong, as it was typed: nothing here refuses it. Every function returns new content.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from iexdg.blueprints.pulling import written
from iexdg.blueprints.rendering import to_html
from iexdg.blueprints.schema import wait_of
from iexdg.clients.instantly.model import text

Content: TypeAlias = dict[str, Any]
# One e-mail more is one press more; the schema refuses what is beyond it.
MOST_STEPS = 100
MOST_VARIANTS = 26
MOST_WINDOWS = 50
_NEW_WAIT = "3 days"
_TEXTS = ("subject", "body", "html", "off")


def new_content(name: str, subject: str, body: str) -> Content:
    """Return a campaign of one e-mail, with what is safe switched on."""
    return {
        "name": name,
        "flags": {"stop_on_reply": True},
        "steps": [{"subject": cleaned(subject), "body": cleaned(body)}],
    }


def cleaned(value: str) -> str:
    """Return text as it is stored: lines end alike, and what shows nothing is left out."""
    return (text(value) or "").replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def text_of(content: Mapping[str, Any], remote_id: str = "") -> str:
    """Return the blueprint of a draft. Shapes: remote_id - Instantly's id, so that it can be renamed; "" for none."""
    named = {"name": content.get("name", "")} | ({"id": remote_id} if remote_id else {})
    return written({"campaigns": [named | {key: value for key, value in content.items() if key not in named}]})


def steps_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps, each with its variants as a list."""
    return [{**_rest_of(step), "variants": variants_of(step)} for step in _dicts(content.get("steps"))]


def variants_of(step: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the wordings of a step, its own as the only one where it has no list."""
    several = _dicts(step.get("variants"))
    return several or [{name: step[name] for name in _TEXTS if name in step}]


def _rest_of(step: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name not in {*_TEXTS, "variants"}}


def with_steps(content: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> Content:
    """Return content with these steps, each as `steps_of` returns it; one wording is written without a list."""
    made = []
    for step in steps:
        variants = list(step["variants"])
        own = variants[0] if len(variants) == 1 else {"variants": variants}
        made.append({**own, **_rest_of(step)})
    return {**content, "steps": made}


def windows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the windows of the schedule, each with what it takes from the schedule around it."""
    schedule = content.get("schedule") or {}
    own = {name: schedule[name] for name in ("name", "zone", "hours", "days") if schedule.get(name) is not None}
    several = _dicts(schedule.get("windows"))
    return [{**own, **one} for one in several] if several else [own] if own else []


def sequences_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the steps as Instantly stores sequences, whatever is wrong elsewhere in the content."""
    steps = []
    for step in steps_of(content):
        amount, unit = _wait(step.get("wait_after"))
        variants = [
            {"subject": str(one.get("subject") or ""), "body": html_of(one), "v_disabled": one.get("off") is True}
            for one in step["variants"]
        ]
        steps.append({"type": "email", "delay": amount, "delay_unit": unit, "variants": variants})
    return [{"steps": steps}]


def html_of(variant: Mapping[str, Any]) -> str:
    """Return the HTML of a wording, as it would be sent."""
    html = variant.get("html")
    return str(html) if html is not None else to_html(str(variant.get("body") or ""))


def _wait(written_wait: object) -> tuple[float, str]:
    try:
        return wait_of(str(written_wait)) if written_wait else (0, "days")
    except ValueError:
        return 0, "days"


def _dicts(value: object) -> list[dict[str, Any]]:
    return [deepcopy(dict(one)) for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


# -- what the buttons do ---------------------------------------------------------------------------


def changed(content: Mapping[str, Any], do: str) -> tuple[Content, str] | None:
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


def _add_step(content: Content) -> tuple[Content, str] | None:
    steps = steps_of(content)
    if len(steps) >= MOST_STEPS:
        return None
    if steps and not steps[-1].get("wait_after"):
        steps[-1]["wait_after"] = _NEW_WAIT
    steps.append({"variants": [{"subject": "", "body": ""}]})
    return with_steps(content, steps), f"Added step {len(steps)}"


def _remove_step(content: Content, place: int) -> tuple[Content, str]:
    steps = steps_of(content)
    steps.pop(place)
    return with_steps(content, steps), f"Removed step {place + 1}"


def _move_step(by: int) -> Callable[..., tuple[Content, str] | None]:
    def move(content: Content, place: int) -> tuple[Content, str] | None:
        steps = steps_of(content)
        if not _swapped(steps, place, place + by):
            return None
        return with_steps(content, steps), f"Moved step {place + 1} to {place + by + 1}"

    return move


def _add_variant(content: Content, place: int) -> tuple[Content, str] | None:
    steps = steps_of(content)
    variants = steps[place]["variants"]
    if len(variants) >= MOST_VARIANTS:
        return None
    # A second wording begins as the first one: most of it stays.
    variants.append({name: value for name, value in variants[0].items() if name != "off"})
    return with_steps(content, steps), f"Added variant {_letter(len(variants) - 1)} to step {place + 1}"


def _remove_variant(content: Content, place: int, variant: int) -> tuple[Content, str] | None:
    steps = steps_of(content)
    if len(steps[place]["variants"]) < 2:
        return None
    steps[place]["variants"].pop(variant)
    return with_steps(content, steps), f"Removed variant {_letter(variant)} of step {place + 1}"


def _move_variant(content: Content, place: int, variant: int) -> tuple[Content, str] | None:
    steps = steps_of(content)
    if not _swapped(steps[place]["variants"], variant, variant - 1):
        return None
    return with_steps(content, steps), f"Moved variant {_letter(variant)} of step {place + 1} up"


def html_at(content: Mapping[str, Any], place: int, variant: int) -> str | None:
    """Return the HTML of one wording; None where there is none. Shapes: place, variant - from 0."""
    steps = steps_of(content)
    if place >= len(steps) or variant >= len(steps[place]["variants"]):
        return None
    return html_of(steps[place]["variants"][variant])


def turned_off(content: Mapping[str, Any], place: int, variant: int) -> Content | None:
    """Return content in which one wording is off; None where there is no such one, or no other that is sent."""
    steps = steps_of(content)
    if place >= len(steps) or variant >= len(steps[place]["variants"]):
        return None
    steps[place]["variants"][variant]["off"] = True
    if all(one.get("off") is True for one in steps[place]["variants"]):
        return None
    return with_steps(content, steps)


def _add_window(content: Content) -> tuple[Content, str] | None:
    windows = windows_of(content)
    if len(windows) >= MOST_WINDOWS:
        return None
    windows.append({"zone": windows[-1].get("zone", "") if windows else "", "days": []})
    return _with_windows(content, windows), f"Added window {len(windows)}"


def _remove_window(content: Content, place: int) -> tuple[Content, str]:
    windows = windows_of(content)
    windows.pop(place)
    return _with_windows(content, windows), f"Removed window {place + 1}"


def _with_windows(content: Content, windows: list[dict[str, Any]]) -> Content:
    schedule = {name: value for name, value in (content.get("schedule") or {}).items() if name in {"start", "end"}}
    made = {key: value for key, value in content.items() if key != "schedule"}
    schedule |= {"windows": windows} if windows else {}
    return made | ({"schedule": schedule} if schedule else {})


def _swapped(items: list[Any], one: int, other: int) -> bool:
    if not (0 <= one < len(items) and 0 <= other < len(items)):
        return False
    items[one], items[other] = items[other], items[one]
    return True


def _letter(place: int) -> str:
    return chr(ord("A") + place)


_DOES: dict[str, Callable[..., tuple[Content, str] | None]] = {
    "add-step": _add_step,
    "remove-step": _remove_step,
    "step-up": _move_step(-1),
    "step-down": _move_step(1),
    "add-variant": _add_variant,
    "remove-variant": _remove_variant,
    "variant-up": _move_variant,
    "add-window": _add_window,
    "remove-window": _remove_window,
}
