"""Golden tests of the HTML of paragraphs, and what reads back as paragraphs."""

import pytest

from iexdg.blueprints.rendering import blank_lines_before, lines_of, readable_lines, to_html, to_text

GOLDEN = [
    ("Hi", "<div>Hi</div>"),
    ("Hi {{firstName}},\n\nBye\n", "<div>Hi {{firstName}},</div><div><br></div><div>Bye</div>"),
    ("\n\n  Hi  \n\n\nBye\n\n", "<div>Hi</div><div><br></div><div><br></div><div>Bye</div>"),
    ("a\r\nb\rc", "<div>a</div><div>b</div><div>c</div>"),
    (
        "If so, [pick a time](https://example.com/clarity).",
        '<div>If so, <a href="https://example.com/clarity">pick a time</a>.</div>',
    ),
    (
        "[one](https://example.com/?a=1&b=2) or [two](mailto:a@example.com)",
        '<div><a href="https://example.com/?a=1&amp;b=2">one</a> or <a href="mailto:a@example.com">two</a></div>',
    ),
    ('R&D, 3 < 4, "so"', '<div>R&amp;D, 3 &lt; 4, "so"</div>'),
    ("{{RANDOM | Hi | Hello}} {{firstName}}", "<div>{{RANDOM | Hi | Hello}} {{firstName}}</div>"),
    ("{% if city %}In {{city}}{% endif %}", "<div>{% if city %}In {{city}}{% endif %}</div>"),
    ("[See {{website}}](https://{{website}}/x)", '<div><a href="https://{{website}}/x">See {{website}}</a></div>'),
    ("[a phrase] (https://example.com)", "<div>[a phrase] (https://example.com)</div>"),
    ("", ""),
    ("  \n ", ""),
]


@pytest.mark.parametrize(("text", "html"), GOLDEN)
def test_paragraphs_render_to_one_div_a_line(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize("html", [html for _, html in GOLDEN])
def test_what_was_rendered_reads_back_and_renders_the_same(html: str) -> None:
    text = to_text(html)
    assert text is not None
    assert to_html(text) == html


@pytest.mark.parametrize(
    "html",
    [
        "Hi",
        "<p>Hi</p>",
        "<div>Hi</div>\n<div>Bye</div>",
        "<div>Hi\nthere</div>",
        "<div><b>Hi</b></div>",
        "<div>Hi&nbsp;there</div>",
        "<div><br /></div><div>Hi</div>",
        "<div>Hi</div><div><br></div>",
        "<div><div>Hi</div></div>",
        '<div><a href="https://example.com" target="_blank">x</a></div>',
        "<div>[x](https://example.com)</div>",
        "<div> Hi</div>",
    ],
)
def test_what_paragraphs_cannot_say_stays_html(html: str) -> None:
    assert to_text(html) is None
    assert "".join(readable_lines(html)) == html


def test_lines_are_counted_from_the_first_with_words() -> None:
    assert (lines_of("\n\nHi\n\nBye\n"), blank_lines_before("\n\nHi\n\nBye\n")) == (["Hi", "", "Bye"], 2)
