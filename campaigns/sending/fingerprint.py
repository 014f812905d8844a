"""What a go-live approval is bound to: copy, schedule, senders, caps, flags, and how they differ. Pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from campaigns.copy.sequence import Step, read_sequence, variant_letter
from campaigns.models import Campaign
from campaigns.sending.windows import read_schedule, summary

Parts: TypeAlias = dict[str, Any]

# Switches that change who gets what; counters of Instantly are not included.
_FLAGS = {
    "stop_on_reply": "stop on reply",
    "stop_on_auto_reply": "stop on auto-reply",
    "stop_for_company": "stop for the whole company",
    "open_tracking": "open tracking",
    "link_tracking": "link tracking",
    "text_only": "text only",
    "first_email_text_only": "first e-mail text only",
    "insert_unsubscribe_header": "unsubscribe header",
    "allow_risky_contacts": "risky contacts allowed",
    "disable_bounce_protect": "bounce protection off",
    "prioritize_new_leads": "new leads first",
    "match_lead_esp": "match the lead's provider",
    "is_evergreen": "evergreen",
}
_CAPS = {
    "daily_limit": "daily cap",
    "daily_max_leads": "new leads a day",
    "email_gap": "minutes between e-mails",
    "random_wait_max": "random extra minutes",
}
# Rarely set; unset ones are left out of the parts, so that null, [] and absent are the same.
_SELDOM = {
    "email_tag_list": "senders by tag",
    "cc_list": "copies (cc)",
    "bcc_list": "blind copies (bcc)",
    "limit_emails_per_company_override": "e-mails per company",
    "auto_variant_select": "variant chosen by",
    "provider_routing_rules": "senders by provider",
}


class Difference(NamedTuple):
    """One thing that differs from what was approved."""

    what: str
    before: str
    after: str


def parts_of(campaign: Campaign) -> Parts:
    """Return the parts in one canonical shape, ready for JSON."""
    seldom = {name: _canonical(campaign.flags[name]) for name in _SELDOM if campaign.flags.get(name)}
    return {
        "copy": [_step(step) for step in read_sequence(campaign.sequences).steps],
        "schedule": _schedule(campaign.schedule),
        "senders": sorted({str(sender).strip().lower() for sender in campaign.senders}),
        "caps": {
            "daily_limit": campaign.daily_limit,
            "daily_max_leads": campaign.daily_max_leads,
            "email_gap": campaign.flags.get("email_gap"),
            "random_wait_max": campaign.flags.get("random_wait_max"),
        },
        # Unset and off are the same to Instantly, so a null that becomes false is no drift.
        "flags": {name: campaign.flags.get(name) is True for name in _FLAGS},
        **({"seldom": seldom} if seldom else {}),
    }


def _canonical(value: Any) -> Any:
    """Sort lists of names; rules keep their order, since the first match may decide."""
    is_names = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return sorted(value) if is_names else value


def _step(step: Step) -> dict[str, Any]:
    # The delay as returned: 3 and 3.0 are the same wait, but not the same JSON.
    return {
        "delay": step.given_delay,
        "delay_unit": step.given_unit,
        "variants": [
            {"subject": variant.subject, "body": variant.body, "off": not variant.is_live} for variant in step.variants
        ],
    }


def _schedule(raw: Mapping[str, Any]) -> dict[str, Any]:
    entries = raw.get("schedules")
    return {
        "start_date": raw.get("start_date") or None,
        "end_date": raw.get("end_date") or None,
        "schedules": [
            {
                "timing": dict(entry.get("timing") or {}),
                "days": {str(day): True for day in range(7) if (entry.get("days") or {}).get(str(day)) is True},
                "timezone": entry.get("timezone"),
            }
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, Mapping)
        ],
    }


def fingerprint(parts: Parts) -> str:
    """Return the SHA-256 of the parts; the same parts give the same 64 characters in every process."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: Parts, new: Parts) -> list[Difference]:
    """Describe what changed between two sets of parts; [] exactly when their fingerprints are equal."""
    found = [
        *_copy_differences(*_lists(old, new, "copy")),
        *_schedule_differences(*_objects(old, new, "schedule")),
        *_sender_differences(*_lists(old, new, "senders")),
        *_named_differences(*_objects(old, new, "caps"), _CAPS),
        *_named_differences(*_objects(old, new, "flags"), _FLAGS),
        *_named_differences(*_objects(old, new, "seldom"), _SELDOM),
    ]
    if not found and fingerprint(old) != fingerprint(new):
        found.append(Difference("something", "as approved", "not as approved"))
    return found


def _lists(old: Parts, new: Parts, name: str) -> tuple[list[Any], list[Any]]:
    return old.get(name) or [], new.get(name) or []


def _objects(old: Parts, new: Parts, name: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return old.get(name) or {}, new.get(name) or {}


def _copy_differences(old: list[Any], new: list[Any]) -> list[Difference]:
    found: list[Difference] = []
    for number in range(1, max(len(old), len(new)) + 1):
        if number > len(old):
            found.append(Difference(f"step {number}", "absent", "added"))
        elif number > len(new):
            found.append(Difference(f"step {number}", "present", "removed"))
        else:
            found += _step_differences(number, old[number - 1], new[number - 1])
    return found


def _step_differences(number: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    before, after = _wait(old), _wait(new)
    if before != after:
        found.append(Difference(f"wait after step {number}", _wait_words(*before), _wait_words(*after)))
    olds, news = old.get("variants") or [], new.get("variants") or []
    for place in range(max(len(olds), len(news))):
        name = f"step {number} variant {variant_letter(place)}"
        if place >= len(olds):
            found.append(Difference(name, "absent", "added"))
        elif place >= len(news):
            found.append(Difference(name, "present", "removed"))
        else:
            found += _variant_differences(name, olds[place], news[place])
    return found


def _variant_differences(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    found = []
    if old["subject"] != new["subject"]:
        found.append(Difference(f"{name}, subject", old["subject"] or "(none)", new["subject"] or "(none)"))
    if old["body"] != new["body"]:
        found.append(Difference(f"{name}, body", *_around_first_change(old["body"], new["body"])))
    if old["off"] != new["off"]:
        found.append(Difference(name, _on_off(not old["off"]), _on_off(not new["off"])))
    return found


def _around_first_change(old: str, new: str, *, width: int = 60) -> tuple[str, str]:
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    start = max(0, same - width // 3)
    return _cut(old, start, width), _cut(new, start, width)


def _cut(text: str, start: int, width: int) -> str:
    if not text:
        return "(empty)"
    lead, tail = "…" if start else "", "…" if start + width < len(text) else ""
    return f"{lead}{text[start : start + width]}{tail}"


def _schedule_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    found: list[Difference] = []
    if old.get("schedules") != new.get("schedules"):
        before, after = summary(old), summary(new)
        if before == after or not read_schedule(new).rules:
            before, after = json.dumps(old.get("schedules")), json.dumps(new.get("schedules"))
        found.append(Difference("sending hours", before, after))
    for key, words in (("start_date", "first day"), ("end_date", "last day")):
        if old.get(key) != new.get(key):
            found.append(Difference(words, old.get(key) or "none", new.get(key) or "none"))
    return found


def _sender_differences(old: Sequence[str], new: Sequence[str]) -> list[Difference]:
    gone = [Difference("sender", sender, "removed") for sender in old if sender not in new]
    return gone + [Difference("sender", "absent", sender) for sender in new if sender not in old]


def _named_differences(old: Mapping[str, Any], new: Mapping[str, Any], names: dict[str, str]) -> list[Difference]:
    return [
        Difference(words, _value(old.get(key)), _value(new.get(key)))
        for key, words in names.items()
        if old.get(key) != new.get(key)
    ]


def _value(value: object) -> str:
    if isinstance(value, bool):
        return _on_off(value)
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_value(item)}" for key, item in value.items())
    return "not set" if value is None else str(value)


def _on_off(value: bool) -> str:
    return "on" if value else "off"


def _wait(step: Mapping[str, Any]) -> tuple[object, str]:
    return step.get("delay"), str(step.get("delay_unit") or "days")


def _wait_words(delay: object, unit: str) -> str:
    return f"{delay} {unit.removesuffix('s') if delay == 1 else unit}"
