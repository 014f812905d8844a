"""A body with its markup reads as the preview shows it: the same Liquid, the same gaps, values that stay text."""

import pytest

from campaigns.copy.body import read_body
from campaigns.copy.shown_html import shown_html
from campaigns.copy.shown_text import shown_lines

ADA = {"firstName": "Ada <b>", "companyName": 'Byron & "Sons"', "city": ""}


@pytest.mark.parametrize(
    ("body", "html", "gaps"),
    [
        ("<div>Hi <b>{{firstName}}</b></div>", "<div>Hi <b>Ada &lt;b&gt;</b></div>", ()),
        (
            "<div>{% if firstName %}Hi {{firstName}}{% else %}Hello{% endif %}, {{icebreaker}}</div>",
            "<div>Hi Ada &lt;b&gt;, {{icebreaker}}</div>",
            ("{{icebreaker}}",),
        ),
        (
            "<div>{% if city %}</div><div>In {{city}}</div><div>{% endif %}</div><div>{{RANDOM | Hi | Ho}}</div>",
            "<div></div><div>Hi</div>",
            (),
        ),
        # A condition compares the value, not what it is escaped to.
        (
            "<div>{% if companyName contains &quot;&amp;&quot; %}A &amp; B{% endif %}{{companyName|upcase}}</div>",
            "<div>A &amp; BBYRON &amp; \"SONS\"</div>",
            (),
        ),
        (
            '<div>{% unless city %}<a href="https://example.com/{% if city %}x{% else %}a&amp;b{% endif %}">x</a>'
            "{% endunless %}</div>",
            '<div><a href="https://example.com/a&amp;b">x</a></div>',
            (),
        ),
        ('<a href="https://example.com/?n={{companyName}}">x</a>',
         '<a href="https://example.com/?n=Byron &amp; &quot;Sons&quot;">x</a>', ()),
    ],
)  # fmt: skip
def test_a_body_is_rendered_with_its_markup(body: str, html: str, gaps: tuple[str, ...]) -> None:
    found = shown_html(body, ADA)
    assert (found.html, found.gaps, found.note) == (html, gaps, "")


def test_what_is_sent_reads_as_the_preview_shows_it() -> None:
    body = (
        "<div>{% assign day = 'Monday' %}{% for n in (1..2) %}On {{ day }} {% endfor %}{{ firstName | upcase }}</div>"
        '<div><br></div><div>See <a href="https://example.com/a">this</a>{% if city %} there{% endif %}'
        " {{city|now}}</div>"
    )
    shown, _ = shown_lines(read_body(body).lines, ADA)
    sent, _ = shown_lines(read_body(shown_html(body, ADA).html).lines, {})
    assert [pieces for _, pieces in sent] == [pieces for _, pieces in shown]
    assert shown[0][1][0].text == "On Monday On Monday ADA <B>"


@pytest.mark.parametrize("body", ["{% if firstName %}Hi {{city}}", "{% include 'x' %}{{city}}"])
def test_liquid_that_cannot_be_rendered_is_sent_as_it_is_written_with_a_note(body: str) -> None:
    found = shown_html(f"<div>{body}</div>", ADA)
    assert (found.html, found.gaps) == (f"<div>{body}</div>", ("{{city}}",))
    assert found.note.startswith("The Liquid of this e-mail cannot be rendered, and is shown as it is written: ")
