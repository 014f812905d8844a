"""The last month of a guardrail: what was not counted yet is never shown as nothing."""

import pytest
from django.template.loader import render_to_string

from campaigns.pages.guardrails import Month


class Line:
    """What the template reads of a line besides its month."""

    def __init__(self, month: Month) -> None:
        self.month = month


@pytest.mark.parametrize(
    ("month", "shown"),
    [
        (Month(0, False, 10), "still being counted"),
        (Month(0, False, 0), "nothing was sending"),
        (Month(0, True, 0), "would not have paused"),
        (Month(2, True, 1), "would have paused 2 times without 1 campaign, still being counted"),
    ],
)
def test_a_month_that_is_not_counted_yet_is_not_a_month_without_sending(month: Month, shown: str) -> None:
    html = render_to_string("campaigns/_guardrail_line.html", {"line": Line(month), "page": {}})
    cell = html.split('data-label="Last 30 days"')[1].split(">", 1)[1].split("</td>")[0]
    words = cell.replace('<div class="muted">', " ").replace("</div>", "")
    assert " ".join(words.split()) == shown
