"""Whatever Instantly's sanitizer drops, and whatever it links by itself, the linter names (Laws 4 and 5)."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns.copy import lint
from campaigns.copy.findings import Level, LintFinding
from campaigns.copy.links import doubtful_links
from campaigns.copy.storing import Dropped, dropped
from iexdg.blueprints.rendering import to_html
from iexdg.sandbox.resources.campaigns.sanitizer import sanitized_body
from iexdg.sandbox.sending.links import auto_linked

_HTML = st.lists(
    st.sampled_from(
        [
            "<div>", "</div>", "<br>", "<br/>", "<p>", "</p>", "\n", "\r\n", " ", "Hi", "&amp;", "<b>", "</b>", "<ul>",
            "<li>", "</li>", "</ul>", '<a href="https://example.com/x">', "</a>", "<!-- a -->", "<hr>", "{{firstName}}",
            "<img src='https://example.com/a.png'>", "<table>", "<td>", "</td>", "</table>", "<div><br></div>",
        ]
    ),
    max_size=8,
).map("".join)  # fmt: skip
_WORDS = st.lists(
    st.sampled_from(
        [
            "example.com", "https://example.com", "www.example.com", "/clarity", ".", ",", "!", ")", "See",
            "[pick a time](https://example.com/clarity)", "[pick a time](https://example.com/clarity.)", "example.io",
            "EXAMPLE.COM", "ada@example.com", "example.team", "example.com:8080", "'", '"', "calendly.com/x", "(", "–",
        ]
    ),
    min_size=1, max_size=5,
)  # fmt: skip


def found(body: str) -> list[LintFinding]:
    return [
        one
        for one in lint([{"steps": [{"variants": [{"subject": "A question", "body": body}]}]}])
        if one.level in {Level.BLOCKER, Level.WARNING}
    ]


@given(_HTML)
@settings(max_examples=400, deadline=None)
def test_what_is_stored_otherwise_is_found(body: str) -> None:
    assert sanitized_body(body) == body or found(body) != []


@given(_WORDS, st.sampled_from([" ", ""]))
@settings(max_examples=400, deadline=None)
@example(["EXAMPLE.COM", "See"], "")
@example(["example.com", "See"], "")
@example(["example.team", "See"], "")
@example(["See", ".", "Example"], "")
@example(["example.com", "ada@example.com"], "")
@example(["calendly.com/x", "ada@example.com"], "")
@example(["example.com", "'", "ada@example.com"], "")
def test_what_is_linked_by_itself_is_found(words: list[str], between: str) -> None:
    body = to_html(between.join(words))
    assert auto_linked(body) == body or found(body) != []


@pytest.mark.parametrize(
    ("body", "code", "level"),
    [
        ("<div></b>Hi</div>", "lost_text", Level.BLOCKER),
        ("<div>One</div><div>Two</b> and three</div>", "lost_text", Level.BLOCKER),
        ("<div>One</div><br><div>Two</div>", "stored_otherwise", Level.WARNING),
        ("<div>One</div> <div>Two</div>", "stored_otherwise", Level.WARNING),
        ("<div>One<!-- a note --></div>", "stored_otherwise", Level.WARNING),
        ("<ul>\n<li>One</li></ul>", "stored_otherwise", Level.WARNING),
        ("<div>One</div></div>", "stored_otherwise", Level.WARNING),
    ],
)
def test_what_is_lost_blocks_and_what_only_looks_otherwise_warns(body: str, code: str, level: Level) -> None:
    assert sanitized_body(body) != body
    assert [(one.code, one.level) for one in found(body)] == [(code, level)]


@pytest.mark.parametrize(
    "body", ["<div>Hi</div><div><br></div><div>there</div>", "<p>a<br>b</p>", "<ul><li>One</li></ul>", ""]
)
def test_what_is_stored_as_it_is_drops_nothing(body: str) -> None:
    assert (sanitized_body(body), dropped(body)) == (body, Dropped())


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see example.team.", ["example.team"]),
        ("see -example.museum", ["example.museum"]),
        ("e.g. tomorrow.Then i.e. at 3.5k p.m.", ["tomorrow.Then"]),
        ("example.com2026", ["example.com"]),
        ("Talk soon.Best", ["soon.Best"]),
        ("to.Me", ["to.Me"]),
        ("Dear Example.Team", ["Example.Team"]),
        ("ada@northwind.example and https://example.com/a.b", []),
        ("{{first.name}} {% if lead.city %}", []),
    ],
)
def test_words_that_a_full_stop_joins_are_doubtful_and_words_with_a_space_are_not(text: str, links: list[str]) -> None:
    assert doubtful_links(text) == links


@pytest.mark.parametrize("text", ["See example.com_", "Go to -example.com now", "(example.com)", "“www.example.com”"])
def test_a_bare_address_between_signs_blocks(text: str) -> None:
    assert [one.code for one in found(f"<div>{text}</div>")] == ["bare_link"]


@pytest.mark.parametrize(
    ("text", "glued"),
    [
        ("Go to EXAMPLE.COMSee you", "EXAMPLE.COMSee"),
        ("Go to EXAMPLE.COMsee you", "EXAMPLE.COMsee"),
        ("Go to example.comSee you", "example.comSee"),
        ("Go to try.example.ioBest", "try.example.ioBest"),
        ("See www.example.comThen", "www.example.comThen"),
        ("Write to ana@" + "example.comThanks", "example.comThanks"),
    ],
)
def test_a_sentence_that_is_glued_to_an_address_blocks(text: str, glued: str) -> None:
    assert [(one.code, one.level, one.excerpt) for one in found(f"<div>{text}</div>")] == [
        ("glued_link", Level.BLOCKER, glued)
    ]


@pytest.mark.parametrize(
    ("text", "glued"),
    [
        ("See[our page](https://example.com/a) now", "Seeour"),
        ("See [our page](https://example.com/a)Then", "pageThen"),
        ("See [our page](https://example.com/a) now", None),
        ("See [our page](https://example.com/a). Then", None),
        ("See ([our page](https://example.com/a)) {{firstName}}[this](https://example.com/a)", None),
    ],
)
def test_a_word_that_is_glued_to_a_link_is_a_warning(text: str, glued: str | None) -> None:
    expected = [("glued_words", Level.WARNING, glued)] if glued else []
    assert [(one.code, one.level, one.excerpt) for one in found(to_html(text))] == expected
