"""What was typed about copies, companies, variants, routing and value, and when a subsequence begins. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from iexdg.blueprints.document import plain_value
from iexdg.blueprints.drafts import fields
from iexdg.blueprints.drafts.content import Content, cleaned, rules_of
from iexdg.blueprints.schema import ACTIVITIES, PROVIDERS

_RULE = re.compile(r"routing-(\d{1,2})-action")
_INTEREST_NUMBER = re.compile(r"-?[0-9]{1,9}")
NONE = "none"


def settled(content: Mapping[str, Any], name: str, value: object, *, is_none: bool, none: object) -> Content:
    """Return content with a value; an empty field takes it away where it says so, else it is left out.

    Shapes: value - None for an empty field; none - what takes it away: null or an empty list.
    """
    left = {key: old for key, old in content.items() if key != name}
    if value is None and not is_none:
        return left
    return {**content, name: none if value is None else value}


def options(content: Content, posted: QueryDict) -> Content:
    """Read everything that the section has."""
    made = content
    for name in ("cc", "bcc"):
        words, old = fields.words_of(posted.get(name, "")), content.get(name)
        value = old if words == fields.words_of(fields.shown_list(old)) else words
        made = settled(made, name, value or None, is_none=bool(posted.get(f"{name}-none")), none=[])
    made = _per_company(made, posted)
    chosen = posted.get("choose-variant", "")
    made = settled(
        made, "choose_variant_by", None if chosen in {"", NONE} else chosen, is_none=chosen == NONE, none=None
    )
    made = _value(made, posted)
    return _routing(made, posted)


def _per_company(content: Content, posted: QueryDict) -> Content:
    mode, scope = (posted.get(f"company-{name}", "") for name in ("mode", "scope"))
    listed = content.get("emails_per_company")
    old = listed if isinstance(listed, Mapping) else {}
    typed: Content = {} if mode in {"", NONE} else {"mode": mode}
    limit = typed_number(posted.get("company-daily", ""), old.get("daily_limit"))
    if mode != NONE:
        typed |= {name: value for name, value in (("daily_limit", limit), ("scope", scope)) if value not in (None, "")}
    if typed and typed == {name: value for name, value in old.items() if value is not None}:
        return content
    return settled(content, "emails_per_company", typed or None, is_none=mode == NONE, none=None)


def _value(content: Content, posted: QueryDict) -> Content:
    typed = typed_number(posted.get("lead-value", ""), content.get("lead_value"))
    return settled(content, "lead_value", typed, is_none=bool(posted.get("lead-value-none")), none=None)


def typed_number(typed: object, old: object) -> Any:
    """Return a number, None for an empty field; anything else stays as it was typed, and the review names it."""
    words = str(typed).strip()[:30]
    return old if words and words == fields.shown_number(old) else plain_value(words)


def _routing(content: Content, posted: QueryDict) -> Content:
    places = sorted({int(match[1]) for match in filter(None, map(_RULE.fullmatch, posted.keys()))})
    olds, rules = rules_of(content), []
    for at, place in enumerate(places):
        typed: Content = {"action": posted.get(f"routing-{place}-action", "send")}
        for name, field in (("recipient_esp", "recipients"), ("sender_esp", "senders")):
            chosen = posted.getlist(f"routing-{place}-{field}")
            typed[name] = [one for one in PROVIDERS if one in chosen]
        is_same = at < len(olds) and typed == fields.shown_rule(olds[at])
        rules.append(olds[at] if is_same else typed)
    return settled(content, "provider_routing", rules or None, is_none=bool(posted.get("routing-none")), none=[])


def conditions(content: Content, posted: QueryDict) -> Content:
    """Read when a subsequence begins; what is not named stays left out."""
    listed = content.get("when")
    old = listed if isinstance(listed, Mapping) else {}
    chosen = posted.getlist("when-activity")
    typed = {
        "interest": _interests(old.get("interest") or [], posted.getlist("when-interest")),
        "activity": _same_set(old.get("activity") or [], [one for one in ACTIVITIES if one in chosen]),
        "reply_contains": cleaned(posted.get("when-reply", "")).replace("\n", " ").strip(),
    }
    if typed["reply_contains"] == fields.shown_line(old.get("reply_contains")):
        typed["reply_contains"] = old.get("reply_contains") or ""
    return {**content, "when": {name: value for name, value in typed.items() if value or name in old}}


def _interests(old: list[Any], chosen: list[str]) -> list[Any]:
    """The interests that are still chosen, as they were written, and then the new ones."""
    wanted = [fields.shown_interest(one) for one in chosen]
    staying = [one for one in old if fields.shown_interest(one) in wanted]
    there = {fields.shown_interest(one) for one in staying}
    new = [one for one in dict.fromkeys(wanted) if one and one not in there]
    return staying + [int(one) if _INTEREST_NUMBER.fullmatch(one) else one for one in new]


def _same_set(old: list[str], typed: list[str]) -> list[str]:
    return old if set(old) == set(typed) else typed
