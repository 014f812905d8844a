"""What someone had entered stands in the form again; nothing else of the page changes."""

import pytest

from iexdg.ui.refill import refill

PAGE = """<main>
<form method="post" action="/other/"><input name="note" value="untouched"></form>
<form class="bd" method="post" action="/act/">
  <input type="hidden" name="csrfmiddlewaretoken" value="fresh">
  <input type="hidden" name="kind" value="one">
  <svg viewBox="0 0 1 1"><path d="M0 0"/></svg>
  <input type="text" name="title" value="Old &amp; gone" required>
  <textarea name="note" rows="3">
Old &lt;words&gt;</textarea>
  <input type="checkbox" name="agree" checked> <input type="checkbox" name="flags" value="a">
  <input type="checkbox" name="flags" value="b" checked>
  <input type="radio" name="policy" value="now" checked> <input type="radio" name="policy" value="hold">
  <select name="owner"><option value="">no one</option>
  <option value="3" selected>Ada</option><option value="4">Olive</option></select>
  <input type="password" name="password"> <input type="file" name="file">
  <button name="do" value="it">Send &amp; go</button>
</form>
<p>After</p></main>"""


def test_every_kind_of_field_takes_its_value_back() -> None:
    values = {
        "kind": ["one"],
        "title": ['The "new" <one>'],
        "note": ["First line\nSecond & last"],
        "flags": ["a"],
        "policy": ["hold"],
        "owner": ["4"],
        "password": ["never"],
    }
    html = refill(PAGE, action="/act/", page="/page/", values=values)
    assert html is not None
    assert '<input type="text" name="title" value="The &quot;new&quot; &lt;one&gt;" required>' in html
    assert '<textarea name="note" rows="3">First line\nSecond &amp; last</textarea>' in html
    assert '<input type="checkbox" name="agree">' in html
    assert '<input type="checkbox" name="flags" value="a" checked>' in html
    assert '<input type="checkbox" name="flags" value="b">' in html
    assert '<input type="radio" name="policy" value="now">' in html
    assert '<input type="radio" name="policy" value="hold" checked>' in html
    assert '<option value="3">Ada</option><option value="4" selected>Olive</option>' in html
    # The token is the page's own, a password is never filled in, and the rest stands as it stood.
    assert 'name="csrfmiddlewaretoken" value="fresh"' in html
    assert '<input type="password" name="password"> <input type="file" name="file">' in html
    assert '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>' in html
    assert '<button name="do" value="it">Send &amp; go</button>' in html
    assert '<input name="note" value="untouched">' in html
    assert html.endswith("<p>After</p></main>")


def test_of_several_forms_with_one_address_the_one_with_the_posted_hidden_values_is_filled() -> None:
    page = "".join(
        f'<form action="/limits/"><input type="hidden" name="kind" value="{kind}"><input name="limit" value="1"></form>'
        for kind in ("bounce", "reply")
    )
    html = refill(page, action="/limits/", page="/limits/", values={"kind": ["reply"], "limit": ["7"]})
    assert html is not None
    assert html.index('value="1"') < html.index("reply") < html.index('value="7"')


def test_a_form_without_an_action_posts_to_its_own_page() -> None:
    html = refill('<form><input name="a"></form>', action="/here/", page="/here/", values={"a": ["x"]})
    assert html == '<form><input name="a" value="x"></form>'


@pytest.mark.parametrize("action", ["/elsewhere/", "/act"])
def test_a_page_without_the_form_is_said_to_have_none(action: str) -> None:
    assert refill(PAGE, action=action, page="/page/", values={"title": ["x"]}) is None


def test_a_form_whose_hidden_values_differ_is_another_form() -> None:
    assert refill(PAGE, action="/act/", page="/page/", values={"kind": ["two"]}) is None
