"""Random campaigns of a blueprint, with every key of its schema, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from iexdg.blueprints.facts import FLAGS
from iexdg.blueprints.schema import ACTIVITIES, DAYS, PROVIDERS

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), max_size=20)
_LINE = _TEXT | st.sampled_from(["null", "05", " two  spaces ", "{{firstName}}", "a\nb", "#1: <b>&amp;</b>", "1, 2; 3"])
_NAME = _LINE.filter(lambda text: text.strip() != "")
_BODY = st.lists(_LINE, max_size=4).map("\n".join) | st.sampled_from(["\nHi", "Hi\r\nthere", "Hi\n\n", ""])
_ADDRESS = st.sampled_from(["ada@example.com", "Bo@Example.com", "a,b@example.com", "c;d@notes.example.com"])
_NUMBER = st.integers(0, 10**6) | st.floats(0, 10**6, allow_nan=False)
_CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
_WAIT = st.tuples(
    st.integers(0, 400).map(str) | st.sampled_from(["1.5", "0.250", "01"]),
    st.sampled_from(["minute", "minutes", "hour", "hours", "day", "days"]),
).map(" ".join)
_DAY = st.dates().map(lambda day: day.isoformat()) | st.none()
_DAYS = st.sampled_from(["weekdays", "every day"]) | st.lists(st.sampled_from(DAYS), max_size=4)
_WINDOW = {
    "name": st.none() | _LINE,
    "zone": st.none() | st.sampled_from(["Europe/Belgrade", "America/Detroit", "Mars/Base"]) | _LINE,
    "hours": st.none() | st.tuples(_CLOCK, _CLOCK).map("-".join),
    "days": st.none() | _DAYS,
}
WINDOWS = st.fixed_dictionaries({}, optional=_WINDOW)
SCHEDULES = st.fixed_dictionaries(
    {}, optional={**_WINDOW, "start": _DAY, "end": _DAY, "windows": st.lists(WINDOWS, min_size=1, max_size=3)}
)
VARIANTS = st.fixed_dictionaries({}, optional={"subject": _LINE, "body": st.none() | _BODY, "off": st.booleans()}) | (
    st.fixed_dictionaries({"html": _BODY}, optional={"subject": _LINE, "off": st.booleans()})
)
_WAITS: dict[str, Any] = {"wait_after": st.none() | _WAIT}


def _steps(waits: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    several = st.fixed_dictionaries({"variants": st.lists(VARIANTS, min_size=1, max_size=3)}, optional=waits)
    one = st.tuples(VARIANTS, st.fixed_dictionaries({}, optional=waits)).map(lambda both: {**both[0], **both[1]})
    return st.lists(one | several, max_size=3)


STEPS = _steps(_WAITS)
SENDERS = st.lists(_ADDRESS, max_size=3) | st.fixed_dictionaries(
    {},
    optional={
        "addresses": st.lists(_ADDRESS, max_size=3),
        "tags": st.lists(_NAME, max_size=2),
        "others": st.sampled_from(["keep", "remove"]),
    },
)
_CAP = st.none() | _NUMBER
CAPS = st.fixed_dictionaries(
    {},
    optional={"daily": _CAP, "new_leads_daily": st.none() | st.integers(0, 99), "gap_minutes": _CAP,
              "random_minutes": _CAP},
)  # fmt: skip
FLAGS_OF = st.fixed_dictionaries(
    {}, optional={name: st.booleans() if name == "open_tracking" else st.none() | st.booleans() for name in FLAGS}
)
PER_COMPANY = st.fixed_dictionaries(
    {"mode": st.sampled_from(["custom", "disabled"])},
    optional={
        "daily_limit": st.none() | st.integers(1, 99) | st.floats(1, 99),
        "scope": st.none() | st.sampled_from(["per_campaign", "across_workspace"]),
    },
)
_PROVIDERS = st.lists(st.sampled_from(PROVIDERS), max_size=3)
ROUTING = st.fixed_dictionaries(
    {"action": st.sampled_from(["send", "do_not_send"]), "recipient_esp": _PROVIDERS, "sender_esp": _PROVIDERS}
)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "interest": st.lists(st.sampled_from([1, -1, "Interested", "interested", "No such", 999, "2"]), max_size=3),
        "activity": st.lists(st.sampled_from(ACTIVITIES), max_size=3),
        "reply_contains": _LINE,
    },
).filter(lambda one: any(one.values()))
SUBSEQUENCES = st.fixed_dictionaries(
    {"name": _NAME, "when": CONDITIONS, "steps": _steps({**_WAITS, "wait_before": st.none() | _WAIT})},
    optional={"schedule": st.none() | SCHEDULES},
)
SHARED: dict[str, Any] = {
    "schedule": SCHEDULES,
    "senders": SENDERS,
    "caps": CAPS,
    "flags": FLAGS_OF,
    "cc": st.lists(_ADDRESS, max_size=3),
    "bcc": st.lists(_ADDRESS, max_size=3),
    "emails_per_company": st.none() | PER_COMPANY,
    "choose_variant_by": st.none() | st.sampled_from(["reply_rate", "click_rate", "open_rate"]),
    "provider_routing": st.lists(ROUTING, max_size=2),
    "lead_value": st.none() | st.integers(-5, 10**9) | st.floats(-5, 10**9),
    "variables": st.lists(st.from_regex(r"\A[a-z_0-9]{1,8}\Z"), max_size=3),
    "steps": STEPS,
    "subsequences": st.lists(SUBSEQUENCES, max_size=2, unique_by=lambda one: one["name"].strip().lower()),
}
CAMPAIGNS = st.fixed_dictionaries({"name": _NAME}, optional=SHARED)
