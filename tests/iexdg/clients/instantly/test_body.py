import pytest

from iexdg.clients.instantly.body import cta_link, to_div_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Hi {{firstName}},\n\nBye", "<div>Hi {{firstName}},</div><div><br></div><div>Bye</div>"),
        ("one\r\ntwo\rthree", "<div>one</div><div>two</div><div>three</div>"),
        ("\nleading and trailing\n\n", "<div>leading and trailing</div>"),
        ("a < b & c > d, it's", "<div>a &lt; b &amp; c &gt; d, it's</div>"),
        ("", ""),
    ],
)
def test_each_line_becomes_a_div_without_a_literal_newline(text: str, html: str) -> None:
    assert to_div_html(text) == html
    assert "\n" not in to_div_html(text)
    assert "\r" not in to_div_html(text)


def test_a_link_in_the_text_becomes_an_anchor_with_the_full_stop_outside() -> None:
    assert to_div_html("If it fits, [pick a time](https://example.com/clarity).") == (
        '<div>If it fits, <a href="https://example.com/clarity">pick a time</a>.</div>'
    )


def test_the_words_around_a_link_are_escaped() -> None:
    html = to_div_html("R&D: [see <this>](https://example.com/?a=1&b=2)")
    assert html == '<div>R&amp;D: <a href="https://example.com/?a=1&amp;b=2">see &lt;this&gt;</a></div>'


@pytest.mark.parametrize(
    ("url", "phrase"),
    [
        ("https://example.com/clarity.", "pick a time"),
        ("https://example.com/clarity)", "pick a time"),
        ("example.com/clarity", "pick a time"),
        ("javascript:alert(1)", "pick a time"),
        ("https://", "pick a time"),
        ("https://example.com/a b", "pick a time"),
        ("https://example.com/clarity", "pick a time."),
        ("https://example.com/clarity", "https://example.com/clarity"),
        ("https://example.com/clarity", "example.com/clarity"),
        ("https://example.com/clarity", "  "),
    ],
)
def test_a_link_that_would_break_is_refused(url: str, phrase: str) -> None:
    with pytest.raises(ValueError, match=r"address|anchor text"):
        cta_link(url, phrase)
