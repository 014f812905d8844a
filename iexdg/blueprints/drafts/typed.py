"""What was typed into the editor, as the content of a draft. Pure; only the sections that the form has are replaced.

In a section, only what its fields show otherwise than they were typed is replaced: what is left out stays left out.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from iexdg.blueprints.drafts import fields
from iexdg.blueprints.drafts.content import Content, cleaned, steps_of, windows_of, written_step
from iexdg.blueprints.drafts.typed_options import conditions, options, settled, typed_number
from iexdg.blueprints.facts import CAPS, FLAGS
from iexdg.blueprints.schema import DAYS

LONGEST_NAME = 1000
_VARIANT = re.compile(r"steps-(\d{1,3})-(\d{1,2})-(?:subject|body|html)")
_WINDOW = re.compile(r"windows-(\d{1,2})-zone")
SWITCHES = {"on": True, "off": False, "unset": None}


def typed_content(content: Mapping[str, Any], posted: QueryDict) -> Content:
    """Return content with what was typed in place of it. Shapes: content - of a draft, or of one subsequence of it."""
    made: Content = dict(content)
    name = cleaned(posted.get("name", "")).replace("\n", " ").strip()[:LONGEST_NAME]
    if name and name != fields.shown_line(made.get("name")):
        made["name"] = name
    for section in SECTIONS:
        if section in posted.getlist("section"):
            made = _READS[section](made, posted)
    return made


def _copy(content: Content, posted: QueryDict) -> Content:
    places: dict[int, list[int]] = {}
    for match in filter(None, map(_VARIANT.fullmatch, posted.keys())):
        places.setdefault(int(match[1]), []).append(int(match[2]))
    listed = content.get("steps")
    olds = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    if not places and not olds:
        return content
    steps = []
    for number, place in enumerate(sorted(places)):
        typed = {"variants": [_variant(posted, f"steps-{place}-{one}") for one in sorted(set(places[place]))]}
        steps.append(_step({**typed, **_waits(posted, place)}, olds[number] if number < len(olds) else None))
    return {**content, "steps": steps}


def _step(typed: Content, old: Mapping[str, Any] | None) -> Content:
    """A step: the old one where nothing of it was changed, else with whatever of it was not."""
    if old is None:
        return written_step(typed)
    shown = fields.shown_step(old)
    if typed == shown:
        return dict(old)
    (whole,) = steps_of({"steps": [old]})
    variants = [
        was if one == as_shown else one
        for one, was, as_shown in zip(typed["variants"], whole["variants"], shown["variants"], strict=False)
    ] + typed["variants"][len(whole["variants"]) :]
    waits = {
        name: old[name] if typed[name] == shown.get(name) else typed[name] for name in fields.WAITS if name in typed
    }
    return written_step({"variants": variants, **waits})


def _variant(posted: QueryDict, start: str) -> Content:
    made: Content = {"subject": cleaned(posted.get(f"{start}-subject", "")).replace("\n", " ").strip()}
    html = posted.get(f"{start}-html")
    made |= {"body": cleaned(posted.get(f"{start}-body", ""))} if html is None else {"html": fields.shown_html(html)}
    return made | ({"off": True} if posted.get(f"{start}-off", "") else {})


def _waits(posted: QueryDict, place: int) -> dict[str, str]:
    found = {}
    for name, start in (("wait_before", "before"), ("wait_after", "wait")):
        amount = str(posted.get(f"steps-{place}-{start}", "")).strip()[:20]
        unit = posted.get(f"steps-{place}-{'before-unit' if start == 'before' else 'unit'}", "days")
        found[name] = fields.typed_wait(amount, unit)
    return {name: wait for name, wait in found.items() if wait}


def _schedule(content: Content, posted: QueryDict) -> Content:
    old: Mapping[str, Any] = content.get("schedule") or {}
    made = {**_days(old, posted), **_windows(content, old, posted)}
    if not made and not content.get("schedule", True):
        return content
    left = {key: value for key, value in content.items() if key != "schedule"}
    return {**left, "schedule": made} if made else left


def _days(old: Mapping[str, Any], posted: QueryDict) -> Content:
    """The first and the last day."""
    made: Content = {}
    for name in ("start", "end"):
        day = str(posted.get(name, "")).strip()[:20]
        value = old.get(name) if day and day == fields.shown_day(old.get(name)) else day or None
        made = settled(made, name, value, is_none=bool(posted.get(f"{name}-none")), none=None)
    return made


def _windows(content: Content, old: Mapping[str, Any], posted: QueryDict) -> Content:
    """The windows: as they were written where none was changed, else as a list."""
    places = sorted({int(match[1]) for match in filter(None, map(_WINDOW.fullmatch, posted.keys()))})
    typed, olds = [_window_fields(posted, f"windows-{place}") for place in places], windows_of(content)
    shown = [fields.shown_window(one) for one in olds]
    if typed == shown:
        return {name: value for name, value in old.items() if name not in {"start", "end"}}
    windows = [olds[at] if shown[at : at + 1] == [one] else _window(one) for at, one in enumerate(typed)]
    return {"windows": windows} if windows else {}


def _window_fields(posted: QueryDict, start: str) -> Content:
    opens, closes = (str(posted.get(f"{start}-{name}", "")).strip()[:5] for name in ("opens", "closes"))
    zone, name = (cleaned(str(posted.get(f"{start}-{one}", ""))).replace("\n", "").strip() for one in ("zone", "name"))
    chosen = posted.getlist(f"{start}-days")
    return {
        "name": name[:2000],
        "zone": zone[:2000],
        "opens": opens,
        "closes": closes,
        "days": [day for day in DAYS if day in chosen],
    }


def _window(typed: Content) -> Content:
    made = {name: typed[name] for name in ("name", "zone") if typed[name]}
    if typed["opens"] and typed["closes"]:
        made["hours"] = f"{typed['opens']}-{typed['closes']}"
    return made | {"days": typed["days"]}


def _senders(content: Content, posted: QueryDict) -> Content:
    shown = fields.shown_senders(content.get("senders"))
    typed = {
        "addresses": sorted({str(one).strip().lower()[:320] for one in posted.getlist("senders") if str(one).strip()}),
        "tags": sorted({cleaned(str(one)).strip()[:1000] for one in posted.getlist("tags") if str(one).strip()}),
        "others": posted.get("senders-others") or shown["others"],
    }
    if typed == shown:
        return content
    if not typed["tags"] and typed["others"] == "remove":
        return {**content, "senders": typed["addresses"]}
    is_plain = typed["others"] == "remove"
    return {**content, "senders": {name: typed[name] for name in typed if name != "others" or not is_plain}}


def _caps(content: Content, posted: QueryDict) -> Content:
    old = content.get("caps") if isinstance(content.get("caps"), Mapping) else {}
    made: Content = {}
    for name in CAPS:
        value = typed_number(posted.get(f"caps-{name}", ""), (old or {}).get(name))
        made = settled(made, name, value, is_none=bool(posted.get(f"caps-{name}-none")), none=None)
    return _group(content, "caps", made)


def _flags(content: Content, posted: QueryDict) -> Content:
    chosen = {name: SWITCHES[value] for name in FLAGS if (value := posted.get(f"flags-{name}", "")) in SWITCHES}
    return _group(content, "flags", chosen)


def _group(content: Content, name: str, made: Content) -> Content:
    """Content with a group of settings; one without any is left out, unless it is there already."""
    left = {key: value for key, value in content.items() if key != name}
    return {**content, name: made} if made or content.get(name) == {} else left


def _variables(content: Content, posted: QueryDict) -> Content:
    names, old = posted.get("variables", ""), content.get("variables")
    is_same = fields.words_of(names) == fields.words_of(fields.shown_list(old)) and bool(old)
    value = old if is_same else sorted({one[:100] for one in fields.words_of(names)})
    return settled(content, "variables", value or None, is_none=bool(posted.get("variables-none")), none=[])


_READS = {
    "copy": _copy,
    "schedule": _schedule,
    "senders": _senders,
    "caps": _caps,
    "flags": _flags,
    "variables": _variables,
    "options": options,
    "conditions": conditions,
}
SECTIONS = tuple(_READS)
