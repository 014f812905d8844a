"""The demo's Campaign 05, read from examples/campaign05.yaml, as if a person had built it in the vendor's app.

A reader of its own, of what that file uses and no more: the simulator shares no code with the product, so that a plan
of the file against the demo compares two renderings that were written apart.
"""

import re
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).resolve().parents[3] / "examples" / "campaign05.yaml"
_LINK = re.compile(r"\[([^\]]+)\]\((https://[^)\s]+)\)")
# The zones of people to those of the vendor's closed list. Source: instantly-facts.md §3.
_ZONES = {"America/New_York": "America/Detroit"}
_WEEKDAYS = {str(day): 1 <= day <= 5 for day in range(7)}
_CAPS = {"daily": "daily_limit", "gap_minutes": "email_gap", "random_minutes": "random_wait_max"}


@lru_cache(maxsize=1)
def campaign_05() -> dict[str, dict[str, Any]]:
    """Return the fields of each of its campaigns, by name, as the API takes them."""
    # The base loader: every scalar is text, so that 09:00 is no number.
    file = yaml.BaseLoader(_FILE.read_text(encoding="utf-8")).get_single_data()
    made = [_fields(file["defaults"] | campaign) for campaign in file["campaigns"]]
    return {fields["name"]: fields for fields in made}


def steps_of(name: str) -> list[dict[str, Any]]:
    """Return the sequences of one of its campaigns."""
    sequences: list[dict[str, Any]] = campaign_05()[name]["sequences"]
    return sequences


def _fields(campaign: dict[str, Any]) -> dict[str, Any]:
    schedule = campaign["schedule"]
    opens, closes = schedule["hours"].split("-")
    window = {
        "name": schedule["name"],
        "timing": {"from": opens, "to": closes},
        "days": dict(_WEEKDAYS),
        "timezone": _ZONES[schedule["zone"]],
    }
    return {
        "name": campaign["name"],
        "campaign_schedule": {"schedules": [window]},
        "sequences": [{"steps": [_step(step) for step in campaign["steps"]]}],
        "email_list": campaign["senders"],
        **{theirs: int(campaign["caps"][ours]) for ours, theirs in _CAPS.items()},
        **{name: value == "true" for name, value in campaign["flags"].items()},
    }


def _step(step: dict[str, Any]) -> dict[str, Any]:
    variant = {"subject": step["subject"], "body": _body(step["body"])}
    days = int(step.get("wait_after", "0 days").split()[0])
    return {"type": "email", "delay": days, "delay_unit": "days", "variants": [variant]}


def _body(text: str) -> str:
    """Wrap each line. Source: instantly-facts.md §5, Body HTML (Law 4) and §6.11 (Law 5)."""
    return "".join(f"<div>{_line(line) or '<br>'}</div>" for line in text.rstrip("\n").split("\n"))


def _line(line: str) -> str:
    return _LINK.sub(r'<a href="\2">\1</a>', escape(line.strip(), quote=False))
