"""Advice: what it reports, and what it does not."""

from typing import Any

import pytest

from campaigns.copy import Level, lint
from campaigns.copy.variables import needed_names


def sequences(body: str, subject: str = "Hello", **variant: Any) -> list[Any]:
    return [{"steps": [{"type": "email", "delay": 1, "variants": [{"subject": subject, "body": body, **variant}]}]}]


def advice(body: str, subject: str = "Hello") -> list[tuple[str, int | None]]:
    return [(one.code, one.line) for one in lint(sequences(body, subject)) if one.level == Level.ADVICE]


@pytest.mark.parametrize(
    ("body", "subject", "expected"),
    [
        ("<div>Hi</div>", "x" * 61, [("long_subject", 0)]),
        ("<div>Hi</div>", "x" * 60, []),
        ("<div>Hi</div>", "{{companyName}} " + "x" * 50, []),
        ("<div>Hi</div><div><img src='https://example.com/a.png'></div>", "Hello", [("image", None)]),
        ("<div>Hi</div><div>Buy now</div>", "Hello", [("spam_words", 2)]),
        ("<div>Hi</div>", "READ THIS", [("all_caps", 0)]),
        ("<div>Hi!!</div>", "Hello", [("all_caps", 1)]),
        ("<div>Our COO and NASA agree</div>", "A winnery", []),
    ],
)
def test_advice_names_the_line_and_ignores_plain_words(
    body: str, subject: str, expected: list[tuple[str, int | None]]
) -> None:
    assert advice(body, subject) == expected


def test_what_each_lead_needs_leaves_out_fallbacks_choices_and_the_senders_own() -> None:
    body = "<div>{{companyName}} {{icebreaker|hello}} {{RANDOM | a | b}} {{accountSignature}}</div>"
    copy = sequences(body, "For {{firstName}}")
    copy[0]["steps"][0]["variants"].append({"subject": "{{jobTitle}}", "body": "", "v_disabled": True})
    assert needed_names(copy) == ("firstName", "companyName")
    assert needed_names([]) == ()
