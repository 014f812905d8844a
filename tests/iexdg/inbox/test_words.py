"""What an e-mail says: quoted history apart, HTML as text, HTML that can do nothing."""

import pytest

from iexdg.inbox.words import (
    addresses_in,
    begins_with_words,
    clean_html,
    file_names,
    forward_subject,
    has_remote_images,
    reply_subject,
    same_words,
    split_quoted,
    text_of_html,
)


@pytest.mark.parametrize(
    ("text", "own", "quoted"),
    [
        ("Yes.\n\nOn Mon, 3 Nov at 09:00 Sam wrote:\n> Hello", "Yes.", "On Mon, 3 Nov at 09:00 Sam wrote:\n> Hello"),
        ("Yes.\nOn Mon, 3 Nov 2026,\nSam <sam@example.com> wrote:\n> Hi", "Yes.", None),
        ("Yes.\n-----Original Message-----\nFrom: x", "Yes.", "-----Original Message-----\nFrom: x"),
        ("Yes.\n\nFrom: Sam <sam@example.com>\nSent: Monday", "Yes.", None),
        ("Yes.\n> Hello\n> again", "Yes.", "> Hello\n> again"),
        ("> Do you agree?\nYes.", "> Do you agree?\nYes.", ""),
        ("> Only history", "> Only history", ""),
        ("On the whole I agree.", "On the whole I agree.", ""),
        ("", "", ""),
    ],
)  # fmt: skip
def test_history_is_separated_from_what_was_written(text: str, own: str, quoted: str | None) -> None:
    words = split_quoted(text)
    assert words.own == own
    assert words.quoted == quoted if quoted is not None else words.quoted


def test_html_is_read_line_by_line() -> None:
    html = "<style>p{}</style><p>Hello&nbsp;you &amp; me</p><div>Two<br>Three</div><script>x()</script>"
    assert text_of_html(html) == "Hello you & me\nTwo\nThree"


@pytest.mark.parametrize(
    "html",
    [
        "<script>x()</script>", "<img src=x onerror=x()>", '<a href="javascript:x()">a</a>', "<iframe src=x></iframe>",
        "<form action='/x'><button>go</button></form>", "<p style='position:fixed'>x</p>", "<svg onload=x()></svg>",
        "<meta http-equiv=refresh content='0;url=/'>", "<base href='/x'>", "<link rel=stylesheet href=x>",
        "<object data='x'></object>", "<p onclick='x()'>x</p>", "<math><mtext></mtext></math>",
    ],
)  # fmt: skip
def test_nothing_that_acts_is_left(html: str) -> None:
    clean = clean_html(html).lower()
    words = ("script", "onerror", "onclick", "onload", "iframe", "<form", "<button", "style", "meta", "base", "<link")
    assert [word for word in (*words, "object", "<svg", "<math") if word in clean] == []


def test_links_open_elsewhere_and_say_nothing_of_us() -> None:
    clean = clean_html('<a href="https://example.com/" target="_top">x</a>')
    assert 'target="_blank"' in clean
    assert "noopener noreferrer" in clean


@pytest.mark.parametrize("href", ["data:text/html,x", "/w/demo/stop/", "//example.com/x", " JavaScript:x()", "#x"])
def test_a_link_leads_only_to_other_sites(href: str) -> None:
    assert "href" not in clean_html(f'<a href="{href}">x</a>')


def test_remote_images_are_noticed() -> None:
    assert has_remote_images('<img alt="" src="https://example.com/a.png">')
    assert has_remote_images("<IMG src=//example.com/a.png>")
    assert not has_remote_images('<img src="data:image/png;base64,AA">')


def test_words_are_compared_without_their_white_space() -> None:
    assert same_words("Thank  you,\r\nOlive", "Thank you,\n\nOlive ")
    assert not same_words("", " ")
    assert begins_with_words("Thank you.\n-- \nOlive", "Thank you.")
    assert not begins_with_words("Thanks", "Thank you")
    assert not begins_with_words("anything", " ")


def test_subjects_addresses_and_file_names() -> None:
    assert (reply_subject("Hello"), reply_subject("RE: Hello")) == ("Re: Hello", "RE: Hello")
    assert (forward_subject("Hello"), forward_subject("Fwd: Hello")) == ("Fwd: Hello", "Fwd: Hello")
    assert addresses_in(" a@example.com; b@example.com,\nc@example.com ") == [
        "a@example.com",
        "b@example.com",
        "c@example.com",
    ]
    assert file_names([{"filename": "a.pdf"}, {"name": "b.pdf"}, {}, "x"]) == ["a.pdf", "b.pdf", "attachment"]
