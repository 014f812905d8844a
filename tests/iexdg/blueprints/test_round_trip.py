"""What is pulled changes nothing; what is rendered is read back; what is written is read."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from iexdg.blueprints.comparison import compare, kept, unnamed
from iexdg.blueprints.document import read_document
from iexdg.blueprints.facts import CAPS, FLAGS, Names, current_facts
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import Action, plan_against
from iexdg.blueprints.pulling import campaign_data, pulled, written
from iexdg.blueprints.reading import Reality
from iexdg.blueprints.rendering import lines_of, to_html, to_text
from iexdg.blueprints.settling import facts_of_body
from iexdg.blueprints.vendor_body import body_of, changed_paths
from iexdg.clients.instantly.campaigns import Campaign
from iexdg.sandbox.resources.campaigns.campaign import FIELD_DEFAULTS
from tests.iexdg.blueprints.random_campaigns import BODIES, CAMPAIGNS

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAMES = Names({"0190a5a5-0000-7000-8000-000000000001": "Voices"})


def reality(*raws: dict[str, Any]) -> Reality:
    return Reality(tuple(Campaign.model_validate(one) for one in raws), NAMES, now=NOW)


@settings(max_examples=500)
@given(raw=CAMPAIGNS)
def test_a_plan_of_what_was_pulled_changes_nothing(raw: dict[str, Any]) -> None:
    made = plan_against(reality(raw), parse(pulled(raw, NAMES)))
    (one,) = made.campaigns
    assert (one.action, one.changes, one.kept) == (Action.NOTHING, (), ())


@settings(max_examples=200)
@given(raw=CAMPAIGNS, other=CAMPAIGNS)
def test_what_is_sent_over_another_campaign_makes_it_as_wanted(raw: dict[str, Any], other: dict[str, Any]) -> None:
    other = other | {"id": raw["id"]}
    (one,) = plan_against(reality(other), parse(pulled(raw, NAMES))).campaigns
    body = body_of(one.wanted, other, changed_paths(one.wanted, one.changes))
    stored = other | body
    left = compare(one.wanted, current_facts(stored))
    assert {change.path for change in left} <= {"variables"}
    assert compare(facts_of_body(body), current_facts(stored)) == []


def named_in_full(raw: dict[str, Any]) -> str:
    """A blueprint of a new campaign that also names what is off, null and empty."""
    data = campaign_data(current_facts(raw), NAMES)
    data["caps"] = dict.fromkeys(CAPS) | data.get("caps", {})
    data["flags"] = dict.fromkeys(FLAGS, False) | data.get("flags", {})
    nothing = {"cc": [], "bcc": [], "provider_routing": [], "emails_per_company": None, "lead_value": None}
    return written({"campaigns": [nothing | {"choose_variant_by": None} | data]})


@settings(max_examples=200)
@given(raw=CAMPAIGNS)
def test_after_a_creation_nothing_is_to_be_done(raw: dict[str, Any]) -> None:
    blueprint = parse(named_in_full(raw))
    (one,) = plan_against(reality(), blueprint).campaigns
    body = body_of(one.wanted, None, changed_paths(one.wanted, one.changes))
    stored = FIELD_DEFAULTS | {"email_gap": 10, "stop_on_reply": True, "open_tracking": True, "daily_limit": 50} | body
    stored |= {"id": raw["id"], "custom_variables": dict.fromkeys(one.wanted.get(("variables",), ()), "")}
    assert compare(facts_of_body(body), current_facts(stored)) == []
    (again,) = plan_against(reality(stored), blueprint).campaigns
    assert (again.action, again.changes) == (Action.NOTHING, ())


def test_what_is_no_longer_named_is_a_change_of_a_version() -> None:
    flag, other = ("flags", "stop_on_reply"), ("caps", "daily")
    assert [(one.path, one.before, one.after) for one in unnamed({other: 3}, {flag: False, other: 3})] == [
        ("flags.stop_on_reply", False, "not named")
    ]


@settings(max_examples=300)
@given(html=BODIES)
def test_a_body_that_reads_as_paragraphs_renders_as_it_was(html: str) -> None:
    text = to_text(html)
    if text is not None:
        assert to_html(text) == html


@settings(max_examples=300)
@given(text=st.text(max_size=200))
def test_any_text_is_one_div_a_line_without_a_newline(text: str) -> None:
    html = to_html(text)
    assert "\n" not in html
    assert "\r" not in html
    assert html.count("<div>") == html.count("</div>") == len(lines_of(text))


@settings(max_examples=300)
@example(data="\x85")
@example(data=["one\u2028two\nthree", "a\rb", "\u2029"])
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(codec="utf-8"), max_size=60),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.from_regex(r"[a-z]\w{0,6}", fullmatch=True), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_as_yaml_is_read_as_the_same(data: Any) -> None:
    assert read_document(written(data)).data == data


def test_kept_names_what_only_instantly_has() -> None:
    assert kept({}, {("cc",): ("a@example.com",), ("bcc",): (), ("caps", "daily"): None}) == [
        {"path": "cc", "value": ["a@example.com"]}
    ]
