"""What the fields of the editor show of content. Pure.

Whatever a field shows and nobody changes stays in the content exactly as it was; `typed.py` compares with this.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from iexdg.blueprints.drafts.content import Content, cleaned, steps_of
from iexdg.blueprints.schema import DAYS, PROVIDERS

UNITS = ("minutes", "hours", "days")
WAITS = ("wait_before", "wait_after")
DAY_SETS = {"weekdays": list(DAYS[:5]), "every day": list(DAYS)}


def shown_line(value: object) -> str:
    """Return text as a field of one line shows it: a browser drops the breaks."""
    return cleaned(str(value or "")).replace("\n", "").strip()


def shown_number(value: object) -> str:
    """Return a number as its field shows it, without a loss; "" where there is none."""
    if value is None:
        return ""
    if not isinstance(value, float):
        return str(value)
    short = f"{value:g}"
    return short if float(short) == value else repr(value)


def shown_day(value: object) -> str:
    """Return a day as its field shows it: 20270104 is a date too, but none for a browser."""
    try:
        return date.fromisoformat(str(value or "")).isoformat()
    except ValueError:
        return str(value or "")


def shown_list(value: object) -> str:
    """Return a list of words as its field shows it."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else ""


def words_of(typed: str) -> list[str]:
    """Return the words of such a field."""
    return [one for one in re.split(r"[\s,;]+", cleaned(typed)) if one]


def shown_step(step: Mapping[str, Any]) -> Content:
    """Return a step as its fields show it, with its variants as a list."""
    (whole,) = steps_of({"steps": [step]})
    waits = {name: typed_wait(*shown_wait(step.get(name))) for name in WAITS}
    return {"variants": [shown_variant(one) for one in whole["variants"]]} | {
        name: wait for name, wait in waits.items() if wait
    }


def shown_variant(variant: Mapping[str, Any]) -> Content:
    """Return a wording as its fields show it."""
    html = variant.get("html")
    made: Content = {"subject": shown_line(variant.get("subject"))}
    made |= {"body": cleaned(str(variant.get("body") or ""))} if html is None else {"html": shown_html(html)}
    return made | ({"off": True} if variant.get("off") is True else {})


def shown_html(value: object) -> str:
    """Return HTML as its field shows it: lines end alike."""
    return str(value).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def shown_wait(wait: object) -> tuple[str, str]:
    """Return amount and unit of a wait as their fields show them."""
    amount, _, unit = str(wait or "").partition(" ")
    return amount, unit if unit.endswith("s") or not unit else f"{unit}s"


def typed_wait(amount: str, unit: str) -> str:
    """Return a wait as it is written; "" for none."""
    unit = unit if unit in UNITS else "days"
    return f"{amount} {unit.removesuffix('s') if amount == '1' else unit}"[:30] if amount else ""


def shown_window(window: Mapping[str, Any]) -> Content:
    """Return a window as its fields show it. Shapes: {name, zone, opens, closes, days}."""
    opens, _, closes = str(window.get("hours") or "").partition("-")
    days = window.get("days") or []
    chosen = DAY_SETS.get(days, [days]) if isinstance(days, str) else days
    return {
        "name": shown_line(window.get("name")),
        "zone": shown_line(window.get("zone")),
        "opens": opens,
        "closes": closes,
        "days": [day for day in DAYS if day in chosen],
    }


def shown_senders(value: object) -> Content:
    """Return the senders as their fields show them; those that nobody named are kept.

    Shapes: {addresses, tags, others}.
    """
    if value is None:
        return {"addresses": [], "tags": [], "others": "keep"}
    named: Mapping[str, Any] = value if isinstance(value, Mapping) else {"addresses": value}
    return {
        "addresses": sorted({str(one).strip().lower() for one in named.get("addresses") or []}),
        "tags": sorted({cleaned(str(one)).strip() for one in named.get("tags") or []}),
        "others": named.get("others") or "remove",
    }


def shown_rule(rule: Mapping[str, Any]) -> Content:
    """Return a rule of provider routing as its fields show it."""
    return {
        "action": rule.get("action"),
        **{
            name: [one for one in PROVIDERS if one in (rule.get(name) or [])]
            for name in ("recipient_esp", "sender_esp")
        },
    }


def shown_interest(value: object) -> str:
    """Return an interest as the value of its box: a name, or a number."""
    return cleaned(str(value)).strip()
