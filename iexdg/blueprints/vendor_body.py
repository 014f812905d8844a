"""What is sent to Instantly for a campaign: only the fields that change, and in them what only Instantly has. Pure."""

from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from typing import Any

from iexdg.blueprints.comparison import Change
from iexdg.blueprints.document import Path
from iexdg.blueprints.facts import Facts, field_of, vendor_days

_WINDOW = "Business hours"


def changed_paths(wanted: Facts, changes: Iterable[Change]) -> list[Path]:
    """Return what of a blueprint differs: for a line its body, for an entry that goes away the list that it was in."""
    found: list[Path] = []
    for change in changes:
        path = change.field
        while path and path not in wanted:
            path = path[:-1]
        found.append(path)
    return [path for path in dict.fromkeys(found) if path]


def body_of(
    wanted: Facts, raw: Mapping[str, Any] | None, changed: Collection[Path], *, keeps_senders: bool = False
) -> dict[str, Any]:
    """Return the fields of a PATCH, or of a POST where `raw` is None.

    Shapes: changed - the paths that differ; a field of Instantly is sent whole where anything in it does.
    """
    old = raw or {}
    return {
        field: _field(field, path, wanted, old, keeps_senders=keeps_senders)
        for path in changed
        if (field := field_of(path))
    }


def _field(field: str, path: Path, wanted: Facts, old: Mapping[str, Any], *, keeps_senders: bool) -> Any:
    if field == "campaign_schedule":
        return schedule_of(wanted, old.get(field))
    if field == "sequences":
        return sequences_of(wanted, old.get(field))
    if path[0] == "senders":
        others = [one for one in old.get(field) or () if keeps_senders and str(one).lower() not in wanted[path]]
        return [*wanted[path], *others]
    return _other(str(path[0]), wanted[path])


def _other(name: str, value: Any) -> Any:
    if name == "choose_variant_by":
        return {"trigger": value} if value else None
    return [deepcopy(one) for one in value] if isinstance(value, tuple) else deepcopy(value)


def schedule_of(wanted: Facts, raw: object) -> dict[str, Any]:
    """Return a campaign_schedule: what is wanted, over what Instantly has."""
    old = raw if isinstance(raw, Mapping) else {}
    made = {
        f"{name}_date": wanted.get(("schedule", name), old.get(f"{name}_date")) or None for name in ("start", "end")
    }
    windows = [path for path in wanted if len(path) == 3 and path[:2] == ("schedule", "windows")]
    olds = [dict(one) for one in old.get("schedules") or () if isinstance(one, Mapping)]
    return {**made, "schedules": [_window(wanted, path, olds) for path in windows] or olds}


def _window(wanted: Facts, path: Path, olds: list[dict[str, Any]]) -> dict[str, Any]:
    place = int(path[2])
    made = {"name": _WINDOW, **(deepcopy(olds[place]) if place < len(olds) else {})}
    if (*path, "name") in wanted:
        made["name"] = wanted[(*path, "name")]
    if (*path, "hours") in wanted:
        opens, closes = wanted[(*path, "hours")].split("-")
        made |= {"timing": {"from": opens, "to": closes}, "days": vendor_days(wanted[(*path, "days")])}
        made["timezone"] = wanted[(*path, "zone")]
    return made


def sequences_of(wanted: Facts, raw: object) -> list[Any]:
    """Return sequences: the first as wanted, over what Instantly has; further ones stay, Instantly ignores them."""
    olds = [one for one in raw if isinstance(one, Mapping)] if isinstance(raw, list) else []
    old_steps = _objects(olds[0].get("steps")) if olds else []
    steps = [
        _step(wanted, path, old_steps[int(path[1])] if int(path[1]) < len(old_steps) else {})
        for path in wanted
        if len(path) == 2 and path[0] == "steps"
    ]
    return [{**(olds[0] if olds else {}), "steps": steps}, *olds[1:]]


def _step(wanted: Facts, path: Path, old: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"delay": 0, "delay_unit": "days", **deepcopy(dict(old)), "type": "email"}
    for name, prefix in (("wait_after", ""), ("wait_before", "pre_")):
        if (*path, name) in wanted:
            made[f"{prefix}delay"], made[f"{prefix}delay_unit"] = wanted[(*path, name)]
    olds = _objects(old.get("variants"))
    made["variants"] = [
        _variant(wanted, one, olds[int(one[3])] if int(one[3]) < len(olds) else {})
        for one in wanted
        if len(one) == 4 and one[:3] == (*path, "variants")
    ]
    return made


def _variant(wanted: Facts, path: Path, old: Mapping[str, Any]) -> dict[str, Any]:
    made = {**old, "subject": wanted[(*path, "subject")], "body": wanted[(*path, "body")]}
    if wanted[(*path, "off")] or old.get("v_disabled") is not None:
        made["v_disabled"] = wanted[(*path, "off")]
    return made


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
