"""A campaign as facts that can be compared: what a blueprint wants, and what Instantly has, in one shape. Pure.

Shapes: facts - path in the blueprint -> value, in order. `steps`: LISTED says that the list is named as a whole,
    `steps[2]`: THERE that it has this entry. Times are "09:00-17:00", waits (amount, unit), bodies HTML as Instantly
    stores it, senders sorted addresses in lower case.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from iexdg.blueprints.document import Path
from iexdg.blueprints.rendering import to_html
from iexdg.blueprints.schema import DAYS, CampaignBlueprint, Schedule, Shared, Step, Variant, Window, wait_of
from iexdg.blueprints.zones import ServedHours, served
from iexdg.clients.instantly.timezones import ZoneNotServedError

Facts: TypeAlias = dict[Path, Any]

THERE, LISTED = "there", "listed"
# Path in the blueprint -> Instantly's name. Caps and flags that are null or left out are the same to Instantly.
CAPS = {
    "daily": "daily_limit",
    "new_leads_daily": "daily_max_leads",
    "gap_minutes": "email_gap",
    "random_minutes": "random_wait_max",
}
FLAGS = (
    "stop_on_reply", "stop_on_auto_reply", "stop_for_company", "open_tracking", "link_tracking", "text_only",
    "first_email_text_only", "insert_unsubscribe_header", "allow_risky_contacts", "disable_bounce_protect",
    "prioritize_new_leads", "match_lead_esp", "is_evergreen",
)  # fmt: skip
OTHERS = {
    "cc": "cc_list",
    "bcc": "bcc_list",
    "emails_per_company": "limit_emails_per_company_override",
    "choose_variant_by": "auto_variant_select",
    "provider_routing": "provider_routing_rules",
    "lead_value": "pl_value",
}
_FIELDS = {"name": "name", "schedule": "campaign_schedule", "senders": "email_list", "steps": "sequences", **OTHERS}
_VENDOR_DAYS = {"mon": "1", "tue": "2", "wed": "3", "thu": "4", "fri": "5", "sat": "6", "sun": "0"}
_PER_COMPANY = ("mode", "daily_limit", "scope")
_ROUTING = ("action", "recipient_esp", "sender_esp")


@dataclass(frozen=True)
class Names:
    """What the workspace calls things. Shapes: tags - Instantly's id -> label; interests - number -> label."""

    tags: Mapping[str, str] = field(default_factory=dict)
    interests: Mapping[int, str] = field(default_factory=dict)

    def tag_id(self, label: str) -> str | None:
        """The id of a tag by its label, or by the id itself; None where there is no such tag."""
        wanted = label.strip().lower()
        found = (one for one, name in self.tags.items() if wanted in {name.strip().lower(), one.lower()})
        return next(found, None)


def field_of(path: Path) -> str:
    """Instantly's name of the field that a fact stands in; "" where it has none of its own."""
    top, rest = str(path[0]), path[1:]
    if top == "caps":
        return CAPS[str(rest[0])]
    if top == "flags":
        return str(rest[0])
    return "email_tag_list" if rest == ("tags",) else _FIELDS.get(top, "")


def vendor_days(days: Iterable[str]) -> dict[str, bool]:
    """Return days as Instantly has them, 0 = Sunday."""
    on = {_VENDOR_DAYS[day] for day in days}
    return {str(day): str(day) in on for day in range(7)}


# -- what a blueprint wants -----------------------------------------------------------------------


def wanted_facts(content: CampaignBlueprint, names: Names, *, today: date) -> Facts:
    """Return what a blueprint names, and nothing else; hours that cannot be mapped are left out."""
    facts: Facts = {("name",): content.name}
    if content.schedule is not None:
        facts |= wanted_schedule(content.schedule, today)
    if content.senders is not None:
        tags = [names.tag_id(tag) or tag for tag in content.senders.tags]
        facts["senders",] = _addresses(content.senders.addresses)
        facts["senders", "tags"] = tuple(sorted(set(tags)))
    for group in ("caps", "flags"):
        of_group = getattr(content, group)
        for name in of_group.model_fields_set if of_group is not None else ():
            facts[group, name] = getattr(of_group, name)
    facts |= _wanted_others(content)
    if content.variables is not None:
        facts["variables",] = tuple(sorted(set(content.variables)))
    if content.steps is not None:
        facts |= wanted_steps(content.steps)
    return facts


def wanted_schedule(schedule: Schedule, today: date) -> Facts:
    """Return the facts of a schedule, of a campaign or of a subsequence."""
    facts: Facts = {}
    for name in ("start", "end"):
        if name in schedule.model_fields_set:
            facts["schedule", name] = getattr(schedule, name)
    windows = schedule.all_windows
    if windows:
        facts["schedule", "windows"] = LISTED
    for place, window in enumerate(windows):
        here: Path = ("schedule", "windows", place)
        facts[here] = THERE
        if window.name is not None:
            facts[(*here, "name")] = window.name
        hours = _served(window, today)
        if hours is not None:
            facts[(*here, "zone")] = hours.zone
            facts[(*here, "hours")] = f"{hours.opens}-{hours.closes}"
            facts[(*here, "days")] = tuple(day for day in DAYS if day in hours.days)
    return facts


def _served(window: Window, today: date) -> ServedHours | None:
    """The hours of a window in a zone of Instantly's; None where the review refuses them."""
    if window.zone is None or window.hours is None or window.days is None:
        return None
    try:
        return served(window.zone, window.hours, window.days, today=today)
    except ZoneNotServedError:
        return None


def _wanted_others(content: Shared) -> Facts:
    facts: Facts = {}
    for name in OTHERS:
        if name not in content.model_fields_set:
            continue
        value = getattr(content, name)
        if name in {"cc", "bcc"}:
            value = _addresses(value)
        elif name == "emails_per_company" and value is not None:
            value = value.model_dump(exclude_none=True)
        elif name == "provider_routing":
            value = tuple(one.model_dump() for one in value)
        facts[name,] = value
    return facts


def wanted_steps(steps: Sequence[Step]) -> Facts:
    """Return the facts of steps, of a campaign or of a subsequence."""
    facts: Facts = {("steps",): LISTED}
    for number, step in enumerate(steps):
        here: Path = ("steps", number)
        facts[here] = THERE
        facts[(*here, "variants")] = LISTED
        for name in ("wait_before", "wait_after"):
            wait = getattr(step, name, None)
            if wait is not None:
                facts[(*here, name)] = wait_of(wait)
        for place, variant in enumerate(step.all_variants):
            at: Path = (*here, "variants", place)
            facts[at] = THERE
            facts[(*at, "subject")] = variant.subject
            facts[(*at, "body")] = html_of(variant)
            facts[(*at, "off")] = variant.off
    return facts


def html_of(variant: Variant) -> str:
    """The HTML of a variant, rendered from its paragraphs or as given."""
    return variant.html if variant.html is not None else to_html(variant.body or "")


# -- what Instantly has ---------------------------------------------------------------------------


def current_facts(raw: Mapping[str, Any]) -> Facts:
    """Return everything that a blueprint can name, as Instantly returned it. Malformed parts are left out."""
    facts: Facts = {("name",): raw.get("name") or ""}
    facts |= current_schedule(raw.get("campaign_schedule"))
    facts["senders",] = _addresses(_texts(raw.get("email_list")))
    facts["senders", "tags"] = tuple(sorted(set(_texts(raw.get("email_tag_list")))))
    facts |= {("caps", name): raw.get(theirs) for name, theirs in CAPS.items()}
    facts |= {("flags", name): raw.get(name) for name in FLAGS}
    facts |= _current_others(raw)
    custom = raw.get("custom_variables")
    facts["variables",] = tuple(sorted(custom)) if isinstance(custom, Mapping) else ()
    facts |= current_steps(raw.get("sequences"))
    return facts


def current_schedule(raw: object) -> Facts:
    """Return the facts of a schedule."""
    found = raw if isinstance(raw, Mapping) else {}
    # Live data shows "" as well as null for "no date".
    facts: Facts = {("schedule", name): found.get(f"{name}_date") or None for name in ("start", "end")}
    for place, window in enumerate(_objects(found.get("schedules"))):
        here: Path = ("schedule", "windows", place)
        timing, days = window.get("timing"), window.get("days")
        timing = timing if isinstance(timing, Mapping) else {}
        days = days if isinstance(days, Mapping) else {}
        facts[here] = THERE
        facts[(*here, "name")] = window.get("name") or ""
        facts[(*here, "zone")] = window.get("timezone")
        facts[(*here, "hours")] = f"{timing.get('from')}-{timing.get('to')}"
        facts[(*here, "days")] = tuple(day for day in DAYS if days.get(_VENDOR_DAYS[day]) is True)
    return facts


def _current_others(raw: Mapping[str, Any]) -> Facts:
    company, rules = raw.get("limit_emails_per_company_override"), raw.get("provider_routing_rules")
    chosen = raw.get("auto_variant_select")
    known = {name: company[name] for name in _PER_COMPANY if company.get(name) is not None} if company else None
    return {
        ("cc",): _addresses(_texts(raw.get("cc_list"))),
        ("bcc",): _addresses(_texts(raw.get("bcc_list"))),
        ("emails_per_company",): known or None,
        ("choose_variant_by",): chosen.get("trigger") if isinstance(chosen, Mapping) else None,
        ("provider_routing",): tuple({name: rule.get(name) for name in _ROUTING} for rule in _objects(rules)),
        ("lead_value",): raw.get("pl_value"),
    }


def current_steps(sequences: object) -> Facts:
    """Return the facts of the first sequence; Instantly ignores all others."""
    first = next(iter(_objects(sequences)), {})
    facts: Facts = {}
    for number, step in enumerate(_objects(first.get("steps"))):
        here: Path = ("steps", number)
        facts[here] = THERE
        if step.get("pre_delay"):
            facts[(*here, "wait_before")] = (step.get("pre_delay"), step.get("pre_delay_unit") or "days")
        facts[(*here, "wait_after")] = (step.get("delay") or 0, step.get("delay_unit") or "days")
        for place, variant in enumerate(_objects(step.get("variants"))):
            at: Path = (*here, "variants", place)
            facts[at] = THERE
            facts[(*at, "subject")] = variant.get("subject") or ""
            facts[(*at, "body")] = variant.get("body") or ""
            facts[(*at, "off")] = variant.get("v_disabled") is True
    return facts


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def _addresses(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one.strip().lower() for one in values}))
