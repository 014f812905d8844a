"""Headings between the lines of a table that say not to write to the people below them."""

import pytest

from leads.importing.sections import MarkedSections, reason_of_heading


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Do not contact", "marked_do_not_mail"), ("UNSUBSCRIBED - DO NOT MAIL", "marked_unsubscribed"),
        ("Abgemeldet:", "marked_unsubscribed"), ("Unsubscribed (12)", "marked_unsubscribed"),
        ("# Hard bounces 2024", "marked_bounced"), ("Suppression list", "marked_do_not_mail"),
        ("Excluded:", "marked_do_not_mail"), ("Désabonnés", "marked_unsubscribed"), ("配信停止", "marked_unsubscribed"),
    ],
)  # fmt: skip
def test_a_heading_gives_the_reason_of_the_lines_below_it(text: str, reason: str) -> None:
    assert reason_of_heading(text) == reason
    sections = MarkedSections([])
    assert sections.is_heading(5, [text, "", ""])
    assert (sections.reason, sections.detail) == (reason, f"below “{text}” on line 5")


@pytest.mark.parametrize("text", ["Page 2", "Not unsubscribed", "Fair in Oslo", "Bounce rate: 3 %", "Total: 12", "Ann"])
def test_another_heading_gives_none(text: str) -> None:
    sections = MarkedSections([])
    assert not sections.is_heading(5, [text, "", ""])
    assert sections.reason == ""


def test_a_person_is_no_heading() -> None:
    sections = MarkedSections([2])
    assert not sections.is_heading(2, ["", "", "Unsubscribed"])
    assert not sections.is_heading(3, ["Unsubscribed", "Bob", ""])
    assert not sections.is_heading(4, ["unsubscribed@example.com", "", ""])
    assert not MarkedSections([0]).is_heading(5, ["Unsubscribed", "", ""])
    assert sections.is_heading(6, ["Unsubscribed", "", "3"])


def test_a_heading_that_says_the_opposite_ends_it() -> None:
    sections = MarkedSections([])
    assert sections.is_heading(2, ["Bounced", ""])
    assert not sections.is_heading(3, ["Page 2", ""])
    assert sections.reason == "marked_bounced"
    assert not sections.is_heading(4, ["Active:", ""])
    assert sections.reason == ""
