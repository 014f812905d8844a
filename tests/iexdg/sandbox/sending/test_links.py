"""Where links lead: a bare domain swallows the full stop behind it."""

import pytest

from iexdg.sandbox.sending.links import auto_linked, has_working_link


@pytest.mark.parametrize(
    ("body", "sent", "works"),
    [
        ("<div>Hi</div>", "<div>Hi</div>", False),
        ("<div>see example.com today</div>", '<div>see <a href="http://example.com">example.com</a> today</div>', True),
        ("<div>see example.com.</div>", '<div>see <a href="http://example.com.">example.com.</a></div>', False),
        (
            "<div>https://example.com/a.</div>",
            '<div><a href="https://example.com/a.">https://example.com/a.</a></div>',
            False,
        ),
        (
            '<div><a href="https://example.com/a">a time</a>.</div>',
            '<div><a href="https://example.com/a">a time</a>.</div>',
            True,
        ),
        ("<div>write to ana@example.com.</div>", "<div>write to ana@example.com.</div>", False),
        ('<div><img src="https://example.com/x.png"></div>', '<div><img src="https://example.com/x.png"></div>', False),
    ],
)
def test_a_bare_domain_becomes_a_link_with_its_full_stop(body: str, sent: str, works: bool) -> None:
    assert auto_linked(body) == sent
    assert has_working_link(body) is works
