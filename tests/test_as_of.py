"""No page says "as of never": before the first reading it says that, and what happens next."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from iexdg.ui.templatetags.ui import as_of

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
# Shown only where there is a time.
GUARDED = {"leads/_person_emails.html"}


def test_times_of_figures_are_shown_by_the_tag_that_knows_never() -> None:
    found = {
        str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html") if "as of {%" in path.read_text("utf-8")
    }
    assert found == GUARDED


@pytest.mark.parametrize(
    ("until_then", "words"),
    [(None, "not read yet: due within a minute"), ("the next sync reads it", "not read yet: the next sync reads it")],
)
def test_what_was_never_read_says_what_happens_next(until_then: str | None, words: str) -> None:
    assert (as_of(None) if until_then is None else as_of(None, until_then)) == words


def test_a_time_is_shown_as_everywhere() -> None:
    with time_machine.travel(datetime(2026, 11, 23, 15, tzinfo=UTC), tick=False):
        shown = as_of(datetime(2026, 11, 23, 14, 30, tzinfo=UTC))
    assert shown.startswith("as of <time datetime=")
