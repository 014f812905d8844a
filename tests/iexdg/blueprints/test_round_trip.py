"""What is pulled changes nothing; what is rendered is read back; what is written is read."""

from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from iexdg.blueprints.comparison import compare, kept
from iexdg.blueprints.document import read_document
from iexdg.blueprints.facts import Names, current_facts
from iexdg.blueprints.parsing import parse
from iexdg.blueprints.planning import Action, plan_against
from iexdg.blueprints.pulling import pulled, written
from iexdg.blueprints.reading import Reality
from iexdg.blueprints.rendering import lines_of, to_html, to_text
from iexdg.blueprints.settling import facts_of_body
from iexdg.blueprints.vendor_body import body_of, changed_paths
from iexdg.clients.instantly.campaigns import Campaign
from tests.iexdg.blueprints.random_campaigns import BODIES, CAMPAIGNS

TODAY = date(2026, 11, 23)
NAMES = Names({"0190a5a5-0000-7000-8000-000000000001": "Voices"})


def reality(*raws: dict[str, Any]) -> Reality:
    return Reality(tuple(Campaign.model_validate(one) for one in raws), NAMES, today=TODAY)


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
