"""The content of a draft: one campaign of a blueprint, or one subsequence of it, as plain data. Pure.

Content may be incomplete or wrong, as it was typed: nothing here refuses it. Every function returns new content.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

from iexdg.blueprints.pulling import written
from iexdg.blueprints.rendering import to_html
from iexdg.blueprints.schema import wait_of
from iexdg.clients.instantly.model import text

Content: TypeAlias = dict[str, Any]
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
    return {**content, "steps": [written_step(step) for step in steps]}


def written_step(step: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step as a blueprint has it. Shapes: step - as `steps_of` returns it."""
    variants = list(step["variants"])
    return {**(variants[0] if len(variants) == 1 else {"variants": variants}), **_rest_of(step)}


def windows_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the windows of the schedule, each with what it takes from the schedule around it."""
    schedule = content.get("schedule") or {}
    own = {name: schedule[name] for name in ("name", "zone", "hours", "days") if schedule.get(name) is not None}
    several = _dicts(schedule.get("windows"))
    filled = [{**own, **{name: value for name, value in one.items() if value is not None}} for one in several]
    return filled or ([own] if own else [])


def rules_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rules of provider routing."""
    return _dicts(content.get("provider_routing"))


def subsequences_of(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the subsequences; each has a name and steps as a campaign has them, so that it is edited like one."""
    return _dicts(content.get("subsequences"))


def with_subsequences(content: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> Content:
    """Return content with these subsequences. None are left out: a blueprint never deletes one at Instantly."""
    made = {key: value for key, value in content.items() if key != "subsequences"}
    return made | ({"subsequences": list(listed)} if listed else {})


def with_subsequence(content: Mapping[str, Any], place: int, one: Mapping[str, Any]) -> Content:
    """Return content with one subsequence in place of another; as the last where there is none at this place."""
    listed = subsequences_of(content)
    listed[place : place + 1] = [dict(one)]
    return with_subsequences(content, listed)


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
