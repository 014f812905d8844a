"""What was typed into the editor, as the content of a draft. Pure; only the sections that the form has are replaced."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from iexdg.blueprints.document import plain_value
from iexdg.blueprints.drafts.content import Content, cleaned, with_steps
from iexdg.blueprints.facts import CAPS, FLAGS
from iexdg.blueprints.schema import DAYS

SECTIONS = ("copy", "schedule", "senders", "caps", "flags", "variables")
UNITS = ("minutes", "hours", "days")
_VARIANT = re.compile(r"steps-(\d{1,3})-(\d{1,2})-(?:subject|body|html)")
_WINDOW = re.compile(r"windows-(\d{1,2})-zone")
_SWITCH = {"on": True, "off": False}


def typed_content(content: Mapping[str, Any], posted: QueryDict) -> Content:
    """Return content with what was typed in place of it."""
    made: Content = dict(content)
    sections = [one for one in SECTIONS if one in posted.getlist("section")]
    name = cleaned(posted.get("name", "")).replace("\n", " ").strip()
    if name:
        made["name"] = name[:300]
    for section in sections:
        made = _READS[section](made, posted)
    return made


def _copy(content: Content, posted: QueryDict) -> Content:
    places: dict[int, list[int]] = {}
    for match in filter(None, map(_VARIANT.fullmatch, posted.keys())):
        places.setdefault(int(match[1]), []).append(int(match[2]))
    steps = []
    for place in sorted(places):
        variants = [_variant(posted, f"steps-{place}-{one}") for one in sorted(set(places[place]))]
        steps.append({"variants": variants, **_waits(posted, place)})
    return with_steps(content, steps)


def _variant(posted: QueryDict, start: str) -> dict[str, Any]:
    made: dict[str, Any] = {"subject": cleaned(posted.get(f"{start}-subject", "")).replace("\n", " ").strip()}
    html = posted.get(f"{start}-html")
    made |= (
        {"body": cleaned(posted.get(f"{start}-body", ""))} if html is None else {"html": str(html).replace("\x00", "")}
    )
    return made | ({"off": True} if posted.get(f"{start}-off", "") else {})


def _waits(posted: QueryDict, place: int) -> dict[str, str]:
    amount = str(posted.get(f"steps-{place}-wait", "")).strip()[:12]
    unit = posted.get(f"steps-{place}-unit", "days")
    if not amount:
        return {}
    return {"wait_after": f"{amount} {unit.removesuffix('s') if amount == '1' else unit}"[:30]}


def _schedule(content: Content, posted: QueryDict) -> Content:
    places = sorted({int(match[1]) for match in filter(None, map(_WINDOW.fullmatch, posted.keys()))})
    windows = [_window(posted, f"windows-{place}") for place in places]
    made: dict[str, Any] = {name: str(posted.get(name, "")).strip()[:20] or None for name in ("start", "end")}
    if windows:
        made["windows"] = windows
    elif not any(made.values()):
        return {key: value for key, value in content.items() if key != "schedule"}
    return {**content, "schedule": made}


def _window(posted: QueryDict, start: str) -> dict[str, Any]:
    opens, closes = (str(posted.get(f"{start}-{name}", "")).strip()[:5] for name in ("opens", "closes"))
    zone, name = (cleaned(str(posted.get(f"{start}-{one}", ""))).strip() for one in ("zone", "name"))
    chosen = posted.getlist(f"{start}-days")
    made: dict[str, Any] = {"name": name[:200]} if name else {}
    made |= {"zone": zone[:100]} if zone else {}
    made |= {"hours": f"{opens}-{closes}"} if opens and closes else {}
    return made | {"days": [day for day in DAYS if day in chosen]}


def _senders(content: Content, posted: QueryDict) -> Content:
    addresses = sorted({str(one).strip().lower()[:320] for one in posted.getlist("senders") if str(one).strip()})
    tags = sorted({cleaned(str(one)).strip()[:1000] for one in posted.getlist("tags") if str(one).strip()})
    if tags:
        return {**content, "senders": {"addresses": addresses, "tags": tags}}
    return {**content, "senders": addresses}


def _caps(content: Content, posted: QueryDict) -> Content:
    return {**content, "caps": {name: _number(posted.get(f"caps-{name}", "")) for name in CAPS}}


def _number(typed: object) -> Any:
    """A number, None for an empty field; anything else stays as it was typed, and the review names it."""
    return plain_value(str(typed).strip()[:20])


def _flags(content: Content, posted: QueryDict) -> Content:
    chosen = {name: _SWITCH[value] for name in FLAGS if (value := posted.get(f"flags-{name}", "")) in _SWITCH}
    made = {key: value for key, value in content.items() if key != "flags"}
    return made | ({"flags": chosen} if chosen else {})


def _variables(content: Content, posted: QueryDict) -> Content:
    names = sorted({one for one in re.split(r"[\s,;]+", cleaned(posted.get("variables", ""))) if one})
    made = {key: value for key, value in content.items() if key != "variables"}
    return made | ({"variables": [one[:100] for one in names]} if names else {})


_READS = {
    "copy": _copy,
    "schedule": _schedule,
    "senders": _senders,
    "caps": _caps,
    "flags": _flags,
    "variables": _variables,
}
