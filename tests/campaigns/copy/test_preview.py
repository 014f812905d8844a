"""The preview shows text and safe links only, whatever the body holds."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from campaigns.copy import lint, preview


def sequences(body: str, subject: str = "For {{companyName}}") -> list[Any]:
    return [{"steps": [{"delay": 3, "variants": [{"subject": subject, "body": body}]}]}]


def lines(body: str) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in preview(sequences(body))[0].variants[0].lines]


def test_lines_read_as_the_sample_lead_will_see_them() -> None:
    body = (
        '<div>Hi {{firstName}},</div><div><br></div><div>If so, <a href="https://example.com/x">pick a time</a>.</div>'
    )
    assert lines(body) == ["Hi Jordan,", "", "If so, pick a time."]
    step = preview(sequences(body))[0]
    assert "".join(piece.text for piece in step.variants[0].subject) == "For Northwind"
    assert [piece.href for piece in step.variants[0].lines[2].pieces] == ["", "https://example.com/x", ""]


def test_a_variable_the_lead_does_not_have_is_a_visible_gap() -> None:
    (line,) = preview(sequences("<div>Re: {{icebreaker}}</div>"))[0].variants[0].lines
    assert [(piece.text, piece.is_gap) for piece in line.pieces] == [("Re: ", False), ("{{icebreaker}}", True)]


def test_a_dangerous_address_is_shown_as_text_only() -> None:
    (line,) = preview(sequences('<div><a href="javascript:alert(1)">click</a></div>'))[0].variants[0].lines
    assert [(piece.text, piece.href) for piece in line.pieces] == [("click", "")]


def test_what_scripts_hold_is_never_shown() -> None:
    assert lines("<script>alert(1)</script><div>Hi</div><style>p{}</style>") == ["Hi"]


def test_findings_are_at_their_line() -> None:
    copy = sequences("<div>Hello</div><div>see example.com/x.</div>", subject="")
    variant = preview(copy, lint(copy))[0].variants[0]
    assert [[one.code for one in line.findings] for line in variant.lines] == [[], ["bare_link"]]
    assert [one.code for one in variant.subject_findings] == ["no_subject"]


def test_the_wait_of_a_step_is_the_delay_of_the_one_before() -> None:
    steps = [{"delay": 3, "variants": []}, {"delay": 1, "delay_unit": "hours", "variants": []}, {"variants": []}]
    assert [step.wait for step in preview([{"steps": steps}])] == ["immediately", "3 days later", "1 hour later"]


def test_a_variant_that_is_off_is_not_shown_but_named() -> None:
    variants = [{"subject": "One", "body": "Hi"}, {"subject": "Two", "body": "Hi", "v_disabled": True}]
    (step,) = preview([{"steps": [{"delay": 1, "variants": variants}]}])
    assert ([one.letter for one in step.variants], step.off) == (["A"], ("B",))


@given(st.text(alphabet=st.sampled_from(list("<>/adivbr{}|\"'=&; \nhref.:x")), max_size=80))
def test_no_body_breaks_the_reader(body: str) -> None:
    copy = sequences(body)
    for line in preview(copy, lint(copy))[0].variants[0].lines:
        assert all(piece.href == "" or piece.href.startswith(("http://", "https://")) for piece in line.pieces)
