"""Random campaigns as Instantly could return them, for hypothesis."""

from typing import Any

from hypothesis import strategies as st

from iexdg.blueprints.facts import FLAGS
from iexdg.clients.instantly.timezones import VENDOR_ZONES

_WORDS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]),
        st.sampled_from(" \n\t:#-'\"[](){}<>&|%*!?,~"),
    ),
    max_size=40,
)
_PHRASES = st.sampled_from(
    [
        "Hi {{firstName}},",
        "{{RANDOM | Hi | Hello}}",
        "{% if city %}In {{city}}{% endif %}",
        "&amp; &lt;b&gt;",
        "  two  ",
        "",
        "yes",
        "09:00",
    ]
)
_LINKS = st.sampled_from(
    [
        '<a href="https://example.com/clarity">pick a time</a>.',
        '<a href="https://example.com/?a=1&amp;b=2">x</a>',
        "<b>bold</b>",
        "[x](https://example.com)",
    ]
)
_LINE = st.lists(st.one_of(_WORDS, _PHRASES, _LINKS), max_size=3).map("".join)
BODIES = st.one_of(
    st.lists(st.one_of(_LINE, st.just("<br>")), max_size=5).map(
        lambda lines: "".join(f"<div>{one}</div>" for one in lines)
    ),
    _LINE,
    st.just("<p>Hi</p><br>\nthere"),
)
_TEXT = st.one_of(
    _WORDS, st.sampled_from(["null", "true", "05", "1e5", "2027-01-04", "- x", "<<", "=", "~", "012", "0x1F", "1_000"])
)
_EMAIL = st.from_regex(r"[a-z]{1,6}@(peers|notes)\.example\.com", fullmatch=True)
_UUID = st.uuids().map(str)
_CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
_DATE = st.none() | st.just("") | st.dates().map(lambda day: day.isoformat())
_AMOUNT = st.integers(0, 500) | st.floats(0, 500).map(lambda number: round(number, 3))
_PROVIDERS = st.lists(st.sampled_from(["all", "google", "outlook", "other"]), max_size=3)
_UNIT = st.sampled_from(["minutes", "hours", "days"])


def _days() -> st.SearchStrategy[dict[str, bool]]:
    return st.dictionaries(st.sampled_from("0123456"), st.booleans(), min_size=1)


_WINDOW = st.fixed_dictionaries(
    {
        "name": _TEXT,
        "timing": st.fixed_dictionaries({"from": _CLOCK, "to": _CLOCK}),
        "days": _days(),
        "timezone": st.sampled_from(VENDOR_ZONES),
    }
)
_VARIANT = st.fixed_dictionaries({"subject": _TEXT, "body": BODIES}, optional={"v_disabled": st.booleans()})
_STEP = st.fixed_dictionaries(
    {"type": st.just("email"), "delay": _AMOUNT, "variants": st.lists(_VARIANT, min_size=1, max_size=3)},
    optional={"delay_unit": _UNIT},
)
_COMPANY = st.fixed_dictionaries(
    {"mode": st.sampled_from(["custom", "disabled"])},
    optional={"daily_limit": st.integers(1, 9), "scope": st.sampled_from(["per_campaign", "across_workspace"])},
)
_RULE = st.fixed_dictionaries(
    {"action": st.sampled_from(["send", "do_not_send"]), "recipient_esp": _PROVIDERS, "sender_esp": _PROVIDERS}
)
_OPTIONAL: dict[str, Any] = {
    "email_list": st.lists(_EMAIL, max_size=4, unique=True),
    "email_tag_list": st.lists(_UUID, max_size=2, unique=True),
    "daily_limit": st.none() | _AMOUNT,
    "daily_max_leads": st.none() | st.integers(0, 500),
    "email_gap": st.none() | _AMOUNT,
    "random_wait_max": st.none() | _AMOUNT,
    "pl_value": st.none() | _AMOUNT,
    "cc_list": st.lists(_EMAIL, max_size=2),
    "bcc_list": st.lists(_EMAIL, max_size=2),
    "auto_variant_select": st.none() | st.sampled_from([{"trigger": "reply_rate"}, {"trigger": "open_rate"}]),
    "limit_emails_per_company_override": st.none() | _COMPANY,
    "provider_routing_rules": st.lists(_RULE, max_size=2),
    "custom_variables": st.none() | st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.just("")),
    **{name: st.none() | st.booleans() for name in FLAGS if name != "open_tracking"},
    "open_tracking": st.booleans(),
}
CAMPAIGNS = st.fixed_dictionaries(
    {
        "id": _UUID,
        "name": _TEXT.filter(lambda text: text.strip() != ""),
        "campaign_schedule": st.fixed_dictionaries(
            {"schedules": st.lists(_WINDOW, min_size=1, max_size=3)}, optional={"start_date": _DATE, "end_date": _DATE}
        ),
        "sequences": st.lists(st.fixed_dictionaries({"steps": st.lists(_STEP, max_size=3)}), min_size=0, max_size=2),
    },
    optional=_OPTIONAL,
)
