"""The way back: what Instantly has, written as a blueprint that would change nothing. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from iexdg.blueprints.document import Path, plain_value
from iexdg.blueprints.errors import NotExpressibleError
from iexdg.blueprints.facts import CAPS, FLAGS, OTHERS, THERE, Facts, Names, current_facts
from iexdg.blueprints.rendering import to_text
from iexdg.blueprints.schema import DAYS, BlueprintFile

_WEEKDAYS = DAYS[:5]


def pulled(raw: Mapping[str, Any], names: Names, subsequences: Sequence[Mapping[str, Any]] = ()) -> str:
    """Return a blueprint of one campaign.

    Shapes: raw - a campaign as Instantly returned it; subsequences - as `subsequence_data` returns them.
    Raises: NotExpressibleError - it has something that a blueprint cannot say; which.
    """
    campaign = campaign_data(current_facts(raw), names) | {"id": str(raw.get("id") or "")}
    if not campaign["id"]:
        del campaign["id"]
    ordered = {name: campaign[name] for name in ("name", "id", *campaign) if name in campaign}
    if subsequences:
        ordered["subsequences"] = list(subsequences)
    data = {"campaigns": [ordered]}
    try:
        BlueprintFile.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"][2:])
        raise NotExpressibleError(f"A blueprint cannot say this campaign's {where}: {first['msg']}") from None
    return written(data)


def campaign_data(facts: Facts, names: Names) -> dict[str, Any]:
    """Return a campaign as the data of a blueprint."""
    made: dict[str, Any] = {"name": facts["name",]}
    schedule = schedule_data(facts)
    if schedule:
        made["schedule"] = schedule
    made["senders"] = _senders(facts, names)
    caps = {name: facts["caps", name] for name in CAPS if facts["caps", name] is not None}
    flags = {name: facts["flags", name] for name in FLAGS if facts["flags", name] is not None}
    made |= {name: value for name, value in (("caps", caps), ("flags", flags)) if value}
    for name in OTHERS:
        value = facts[name,]
        if value not in (None, ()):
            made[name] = list(value) if isinstance(value, tuple) else value
    if facts["variables",]:
        made["variables"] = list(facts["variables",])
    made["steps"] = steps_data(facts)
    return made


def schedule_data(facts: Facts) -> dict[str, Any]:
    """Return a schedule; one window is written without a list."""
    made = {name: facts["schedule", name] for name in ("start", "end") if facts["schedule", name]}
    windows = [
        {
            "name": facts[(*path, "name")],
            "zone": facts[(*path, "zone")],
            "hours": facts[(*path, "hours")],
            "days": _days(facts[(*path, "days")]),
        }
        for path in _entries(facts, ("schedule", "windows"))
    ]
    return made | (windows[0] if len(windows) == 1 else {"windows": windows} if windows else {})


def _days(days: tuple[str, ...]) -> str | list[str]:
    return "weekdays" if days == _WEEKDAYS else "every day" if days == DAYS else list(days)


def _senders(facts: Facts, names: Names) -> Any:
    addresses, tags = list(facts["senders",]), [names.tags.get(tag, tag) for tag in facts["senders", "tags"]]
    return {"addresses": addresses, "tags": tags} if tags else addresses


def steps_data(facts: Facts) -> list[dict[str, Any]]:
    """Return the steps, of a campaign or of a subsequence."""
    return [_step(facts, path) for path in _entries(facts, ("steps",))]


def _step(facts: Facts, path: Path) -> dict[str, Any]:
    variants = [_variant(facts, one) for one in _entries(facts, (*path, "variants"))]
    made: dict[str, Any] = {}
    for name in ("wait_before", "wait_after"):
        if (*path, name) in facts:
            made[name] = _wait(*facts[(*path, name)])
    if len(variants) == 1:
        return {**variants[0], **made}
    return {**made, "variants": variants}


def _variant(facts: Facts, path: Path) -> dict[str, Any]:
    html = str(facts[(*path, "body")])
    text = to_text(html)
    made: dict[str, Any] = {"subject": facts[(*path, "subject")]}
    made |= {"html": html} if text is None else {"body": text}
    return made | ({"off": True} if facts[(*path, "off")] else {})


def _wait(amount: Any, unit: str) -> str:
    number = f"{amount:.10f}".rstrip("0").rstrip(".") if isinstance(amount, float) else str(amount)
    return f"{number} {unit.removesuffix('s') if amount == 1 else unit}"


def _entries(facts: Facts, start: Path) -> list[Path]:
    return [path for path, value in facts.items() if value == THERE and path[:-1] == start]


# -- the text -------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Writes text of several lines as a block, and puts between quotes what would be read as something else."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, False)


def _text(writer: _Writer, value: str) -> yaml.ScalarNode:
    style = "|" if "\n" in value else None
    # YAML also breaks lines at these, and would read every one of them as the same.
    has_rare_breaks = any(one in value for one in "\r\x85\u2028\u2029")
    if has_rare_breaks or (style is None and plain_value(value) != value):
        style = '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _sequence(writer: _Writer, value: list[Any]) -> yaml.SequenceNode:
    is_short = all(isinstance(one, str) and one in DAYS for one in value)
    return writer.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=is_short)


_Writer.add_representer(str, _text)
_Writer.add_representer(list, _sequence)


def written(data: Any) -> str:
    """Return data as YAML that `read_document` reads as the same data."""
    return yaml.dump(data, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)
