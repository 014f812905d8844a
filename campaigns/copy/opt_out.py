"""The tag that becomes the link to unsubscribe. Pure.

Sources disagree about how it is written: a public code base and a help article say that it works in single braces and
not in double ones, others write it in double ones. The single form is accepted, and a test e-mail is advised for both.
Source: docs/api/instantly-facts.md §5, Opt-out tag.
"""

import re

TAG = "{unsubscribe_link}"
VERIFY = "Sources disagree about this tag. Verify with a test e-mail that it becomes a link, and press it."
_NAMES = frozenset({"unsubscribe", "unsub", "unsubscribelink", "unsubscribeurl", "optout", "optoutlink"})


def is_name(name: str) -> bool:
    """Whether a name means the opt-out link, however it is spelt: "unsubscribe_link", "unsubscribeLink"."""
    return re.sub(r"[^a-z]", "", name.lower()) in _NAMES


def is_link(href: str) -> bool:
    """Whether a link's address is the opt-out tag, in single or double braces."""
    match = re.fullmatch(r"\{\{?([^{}]*)\}?\}", href.strip())
    return match is not None and is_name(match[1])
