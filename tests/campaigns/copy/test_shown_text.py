"""Liquid is shown as a lead will read it; what cannot be rendered is shown as it is written, with a note."""

from typing import Any

import pytest

from campaigns.copy import lint, preview
from campaigns.copy.liquid_rendering import LiquidRenderingError, render
from campaigns.copy.preview import PreviewVariant
from campaigns.copy.shown_html import shown_html
from campaigns.copy.variables import needed_names

ADA = {"firstName": "Ada <b>", "city": ""}


def copy(body: str, subject: str = "A question") -> list[Any]:
    return [{"steps": [{"delay": 3, "variants": [{"subject": subject, "body": body}]}]}]


def shown(body: str, subject: str = "A question") -> PreviewVariant:
    return preview(copy(body, subject), (), ADA)[0].variants[0]


def lines(body: str) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in shown(body).lines]


def test_a_condition_is_rendered_with_the_variables_of_the_lead() -> None:
    assert lines("<div>{% if firstName %}Hi {{firstName}}{% else %}Hello{% endif %},</div>") == ["Hi Ada <b>,"]
    assert lines("<div>{% if city %}In {{city}}{% else %}Hello{% endif %},</div>") == ["Hello,"]
    variant = shown("<div>x</div>", subject="{% if firstName %}For {{ firstName | upcase }}{% endif %}")
    assert ("".join(piece.text for piece in variant.subject), variant.note) == ("For ADA <B>", "")


def test_a_condition_over_several_lines_leaves_them_out_and_keeps_empty_lines_and_links() -> None:
    body = (
        "<div>Hi</div><div><br></div><div>{% if city %}</div><div>In {{city}}</div><div>{% endif %}</div>"
        '<div>See <a href="https://example.com/{{firstName}}">this page</a>{% if firstName %}!{% endif %}</div>'
    )
    assert lines(body) == ["Hi", "", "See this page!"]
    assert [line.number for line in shown(body).lines] == [1, 2, 6]
    link = shown(body.replace("/{{firstName}}", "/a")).lines[2].pieces[1]
    assert (link.text, link.href) == ("this page", "https://example.com/a")


def test_only_a_variable_is_called_missing_and_choices_and_fallbacks_stay_those_of_instantly() -> None:
    pieces = shown("<div>{% if firstName %}{{RANDOM | Hi | Hello}} {{city|there}} {{icebreaker}}{% endif %}</div>")
    assert [(one.text, one.is_gap) for one in pieces.lines[0].pieces] == [
        ("Hi there ", False),
        ("{{icebreaker}}", True),
    ]
    assert lines("<div>{% assign day = 'Monday' %}On {{ day }} {{ 'x' | upcase }}</div>") == ["On Monday X"]


@pytest.mark.parametrize(
    "body",
    [
        "{% if firstName %}Hi",
        "{% for n in (1..100000000) %}x{% endfor %}",
        "{% include 'secrets' %}",
        "{% if firstName > 3 %}x{% endif %}",
        "{% assign all = (1..100000000) | join: ',' %}",
        "{{ 'aaaaaaaaaa' " + "| replace: 'a', 'aaaaaaaaaa' " * 9 + "}}",
        "{% assign n = 9 %}{% for i in (1..40) %}{% assign n = n | times: n %}{% endfor %}",
        "{% assign a = 'aaaa' %}{% for i in (1..90) %}{% assign a = a | append: a %}{% endfor %}",
    ],
)
def test_what_cannot_be_rendered_within_the_limits_is_shown_as_written_with_a_note(body: str) -> None:
    variant = shown(f"<div>{body}</div>")
    assert "".join(piece.text for piece in variant.lines[0].pieces).startswith(("{", "x"))
    assert not any(piece.is_gap and "{%" in piece.text for piece in variant.lines[0].pieces)
    assert variant.note.startswith("The Liquid of this e-mail cannot be rendered, and is shown as it is written: ")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            "<div>{{ firstName | default: </div><div>x }}{% if firstName %}y{% endif %}</div>",
            "“{{ firstName | default:” is not closed before the line ends or a link begins",
        ),
        (
            '<div>Hi {% if firstName <a href="https://example.com/x">y</a> %}x{% endif %}</div>',
            "“{% if firstName” is not closed before the line ends or a link begins",
        ),
        (
            "<div>{% if {{city}} %}x{% endif %}</div>",
            "“{% if {{city}}” has a variable in braces inside a tag",
        ),
        (
            f"<div>{{% if {'a' * 70} </div><div>%}}x{{% endif %}}</div>",
            f"“{{% if {'a' * 54}…” is not closed before the line ends or a link begins",
        ),
    ],
)
def test_the_reason_quotes_what_the_author_wrote_and_no_mark_of_ours(body: str, reason: str) -> None:
    written = "The Liquid of this e-mail cannot be rendered, and is shown as it is written: "
    assert shown(body).note == written + reason
    assert shown_html(body, ADA).note == written + reason


def test_what_the_linter_has_found_is_not_said_a_second_time() -> None:
    sequences = copy("<div>{% if firstName %}x</div><div>{{ firstName | default: </div>")
    found = lint(sequences)
    assert {one.code for one in found} >= {"braces"}
    note = "The Liquid of this e-mail cannot be rendered, and is shown as it is written"
    assert preview(sequences, found, ADA)[0].variants[0].note == note
    assert preview(copy("<div>{% if city %}{{firstName}}{% endif %}</div>"), found, ADA)[0].variants[0].note == ""


def test_a_source_beyond_the_limit_is_not_rendered() -> None:
    with pytest.raises(LiquidRenderingError, match="too long"):
        render("x" * 60_001, {})


def test_a_variable_inside_a_tag_counts_and_the_tag_does_not() -> None:
    (finding,) = lint(copy("<div>{% if plan %}Hi{% endif %}</div>"))
    assert finding.title == "The variable plan, which a condition reads, is unknown"
    assert "gap" not in finding.next_step
    (other,) = lint(copy("<div>{% assign day = weekday | capitalize %}On {{day}}</div>"))
    assert other.title == "The variable weekday, which a Liquid tag reads, is unknown"
    assert needed_names(copy("<div>{% assign day = weekday | capitalize %}On {{day}}</div>")) == ("weekday",)
