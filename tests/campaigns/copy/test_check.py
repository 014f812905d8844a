"""Laws 4 and 5, variables and the rest, each with a copy that passes and one that does not."""

from typing import Any

import pytest

from campaigns.copy import Level, LintFinding, lint
from iexdg.blueprints.rendering import to_html

GOOD = (
    "<div>Hi {{firstName}},</div><div><br></div>"
    '<div>If it is, <a href="https://example.com/clarity">pick a time</a>.</div>'
)


def sequences(body: str, subject: str = "Hello", **variant: Any) -> list[Any]:
    return [{"steps": [{"type": "email", "delay": 1, "variants": [{"subject": subject, "body": body, **variant}]}]}]


def codes(body: str, **more: Any) -> list[tuple[str, str, int | None]]:
    return [(one.level.value, one.code, one.line) for one in lint(sequences(body), **more)]


def only(body: str, **more: Any) -> LintFinding:
    (finding,) = lint(sequences(body), **more)
    return finding


def test_copy_that_follows_the_laws_passes() -> None:
    assert lint(sequences(GOOD)) == []


# -- Law 4 ---------------------------------------------------------------------------------------


def test_text_outside_a_div_blocks() -> None:
    assert codes("Hello<div>there</div>") == [("blocker", "bare_text", 1)]
    assert codes("Hello<br>there") == [("blocker", "bare_text", 1), ("blocker", "bare_text", 2)]


def test_a_newline_inside_the_text_blocks() -> None:
    assert codes("<div>Hello\nthere</div>") == [("blocker", "newline", 1)]


def test_a_newline_between_lines_is_a_warning() -> None:
    assert codes("<div>Hello</div>\n<div>there</div>") == [("warning", "newline_between", None)]


def test_a_hidden_tag_blocks() -> None:
    assert codes("<div>Hello</div><script>alert(1)</script>") == [("blocker", "hidden_tag", None)]


@pytest.mark.parametrize("body", ["", "<div></div>", "<div><br></div><div> &nbsp;</div>"])
def test_a_body_without_words_blocks(body: str) -> None:
    assert codes(body) == [("blocker", "empty_body", None)]


# -- Law 5 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["example.com/clarity.", "https://example.com", "www.example.org", "book at try.example.co/x"]
)
def test_an_address_in_the_text_blocks(text: str) -> None:
    assert codes(f"<div>{text}</div>") == [("blocker", "bare_link", 1)]


def test_the_full_stop_that_would_be_linked_too_is_named() -> None:
    assert only("<div>See example.com/clarity.</div>").excerpt == "example.com/clarity."
    assert "404" in only("<div>See example.com/clarity.</div>").next_step
    assert "404" not in only("<div>See example.com/clarity now.</div>").next_step


@pytest.mark.parametrize("text", ["e.g. tomorrow", "at 9.30 a.m.", "Talk soon. Best", "mail jane@example.com"])
def test_words_with_full_stops_are_not_addresses(text: str) -> None:
    assert codes(f"<div>{text}</div>") == []


def test_a_full_stop_in_the_address_of_a_link_blocks() -> None:
    assert codes('<div><a href="https://example.com/x.">pick a time</a></div>') == [("blocker", "stop_in_address", 1)]


def test_a_full_stop_inside_the_link_is_a_warning() -> None:
    assert codes('<div><a href="https://example.com/x">pick a time.</a></div>') == [("warning", "stop_in_link", 1)]


def test_a_link_that_shows_an_address_is_a_warning() -> None:
    assert codes('<div><a href="https://example.com/x">example.com/x</a></div>') == [("warning", "no_phrase", 1)]
    assert codes('<div><a href="https://example.com/x">EXAMPLE.COMSee</a></div>') == [("warning", "no_phrase", 1)]
    assert codes('<div>Hi <a href="https://example.com/x"></a></div>') == [("warning", "no_phrase", 1)]


@pytest.mark.parametrize(
    "href",
    [
        "",
        "javascript:alert(1)",
        "/clarity",
        "https://",
        "http://[",
        "https://calendly",
        "https://exa mple.com/x",
        "https://example.com/x y",
    ],
)
def test_a_link_that_does_not_work_blocks(href: str) -> None:
    assert codes(f'<div><a href="{href}">pick a time</a></div>') == [("blocker", "dead_link", 1)]


@pytest.mark.parametrize("href", ["https://exa mple.com/x", "https://example.com/x y"])
def test_a_link_with_a_space_does_not_work(href: str) -> None:
    assert codes(f'<div><a href="{href}">pick a time</a></div>') == [("blocker", "dead_link", 1)]


# -- variables -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "meant"), [("frstName", "firstName"), ("first_name", "firstName"), ("Companyname", "companyName")]
)
def test_a_mistyped_variable_blocks_and_names_the_right_one(wrong: str, meant: str) -> None:
    finding = only(f"<div>Hi {{{{{wrong}}}}}</div>")
    assert (finding.level, finding.next_step) == (Level.BLOCKER, f"Did you mean {{{{{meant}}}}}?")


def test_a_variable_no_lead_has_blocks_once_that_is_certain() -> None:
    assert only("<div>{{icebreaker}}</div>").level == Level.WARNING
    assert only("<div>{{icebreaker}}</div>", custom_are_complete=True).level == Level.BLOCKER
    assert codes("<div>{{icebreaker}}</div>", custom_variables=["icebreaker"], custom_are_complete=True) == []


def test_a_fallback_makes_an_unknown_variable_a_warning() -> None:
    assert only("<div>{{icebreaker | hello}}</div>", custom_are_complete=True).level == Level.WARNING
    assert codes("<div>{{companyName | your company}}</div>") == []


def test_spintax_passes_and_an_unmatched_brace_blocks() -> None:
    assert codes("<div>{{RANDOM | Hi | Hello}} there</div>") == []
    assert codes("<div>Hi {{firstName}</div>") == [("blocker", "braces", 1)]
    assert codes("<div>Hi firstName}}</div>") == [("blocker", "braces", 1)]


def test_variables_of_the_subject_are_checked_too() -> None:
    (finding,) = lint(sequences(GOOD, subject="For {{compnyName}}"))
    assert (finding.level, finding.line) == (Level.BLOCKER, 0)


# -- steps and variants --------------------------------------------------------------------------


def test_the_first_e_mail_needs_a_subject_and_a_follow_up_does_not() -> None:
    both = sequences(GOOD, subject="  ")
    both[0]["steps"] += sequences(GOOD, subject="")[0]["steps"]
    assert [(one.code, one.step, one.line) for one in lint(both)] == [("no_subject", 1, 0)]


def test_disabled_variants_are_ignored() -> None:
    mixed = sequences(GOOD)
    mixed[0]["steps"][0]["variants"].append({"subject": "", "body": "broken", "v_disabled": True})
    assert lint(mixed) == []


def test_a_step_without_an_enabled_variant_blocks() -> None:
    assert [one.code for one in lint(sequences(GOOD, v_disabled=True))] == ["no_variant"]


@pytest.mark.parametrize(
    "href", ["https://{{website}}/x", "https://example.com/{{first name}}", "http://10.0.0.7:8080/a"]
)
def test_a_link_that_a_lead_completes_or_that_is_a_number_is_not_dead(href: str) -> None:
    assert "dead_link" not in [code for _, code, _ in codes(f'<div>Please <a href="{href}">look</a></div>')]


def test_a_name_in_single_braces_reaches_the_reader_as_it_is_written() -> None:
    finding = only("<div>Hi {firstName},</div>")
    assert (finding.level, finding.code, finding.next_step) == (
        Level.BLOCKER,
        "single_braces",
        "The reader sees it as it is written. Write {{firstName}}.",
    )


@pytest.mark.parametrize("nothing", [[], [{}], [{"steps": []}], [{"steps": None}], ["odd"]])
def test_no_steps_at_all_blocks(nothing: list[Any]) -> None:
    assert [(one.level, one.code) for one in lint(nothing)] == [(Level.BLOCKER, "no_steps")]


def test_only_the_first_sequence_is_checked() -> None:
    assert lint([*sequences(GOOD), *sequences("broken")]) == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("See [bad](javascript:alert(1)).", ["unmade_link"]),
        ("See [bad](javascript:void).", ["dead_link"]),
        ("See [bad](ftp://example.com/a).", ["dead_link"]),
        ("See [bad](data:text/html,x).", ["dead_link"]),
        ("See [us](mailto:ada@example.com).", []),
        ("See ![a picture](https://example.com/a.png).", ["unmade_image"]),
        ("See ![a picture](a (1).png).", ["unmade_image"]),
        ("See [the deck] (it is short).", []),
    ],
)
def test_a_link_of_another_scheme_and_an_image_are_found(text: str, codes: list[str]) -> None:
    sequences = [{"steps": [{"variants": [{"subject": "A question", "body": to_html(text)}]}]}]
    assert [one.code for one in lint(sequences)] == codes


@pytest.mark.parametrize("subject", ["A <script>x</script>", "A <b>question", "<iframe src=x>"])
def test_any_element_in_a_subject_blocks(subject: str) -> None:
    sequences = [{"steps": [{"variants": [{"subject": subject, "body": "<div>Hi</div>"}]}]}]
    assert [(one.level, one.code, one.line) for one in lint(sequences)] == [(Level.BLOCKER, "literal_markup", 0)]
