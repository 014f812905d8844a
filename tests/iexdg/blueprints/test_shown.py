"""Values of a plan are written as people write them."""

from typing import Any

import pytest

from campaigns.copy.findings import Level
from iexdg.blueprints.review import Finding
from iexdg.blueprints.shown import finding_lines, value_words


@pytest.mark.parametrize(
    ("value", "words"),
    [(("mon", "tue"), "mon, tue"), ([], "none"), (True, "yes"), (False, "no"), ("", "empty"), (20, "20"), (0, "0")],
)
def test_a_value_is_no_value_of_python(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_a_zone_that_is_sent_as_another_is_said_and_other_notes_are_not() -> None:
    title = "America/New_York is sent as America/Detroit, 09:00-17:00"
    mapped = Finding(Level.FINE, "zone_mapped", "05", "schedule.zone", 4, title, "They keep the same time.")
    other = Finding(Level.FINE, "other", "05", "", 4, "Fine", "")
    assert list(finding_lines([mapped, other])) == [f"line 4: note: {title}. They keep the same time."]
