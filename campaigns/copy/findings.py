"""One thing found in the copy, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity: a blocker keeps the campaign from going live, a warning does not; advice is optional."""

    BLOCKER = "blocker"
    WARNING = "warning"
    ADVICE = "advice"
    FINE = "fine"


@dataclass(frozen=True)
class LintFinding:
    """Shapes: step counts from 1; variant from 0 (= A); line counts from 1, 0 is the subject, None the whole body."""

    level: Level
    code: str
    step: int
    variant: int
    line: int | None
    title: str
    next_step: str
    excerpt: str = ""


_LONGEST_EXCERPT = 80


class Place:
    """One step and variant; creates the findings there."""

    def __init__(self, step: int, variant: int) -> None:
        self.step = step
        self.variant = variant

    def found(
        self, level: Level, code: str, line: int | None, title: str, next_step: str, excerpt: str = ""
    ) -> LintFinding:
        """One finding at this place."""
        return LintFinding(level, code, self.step, self.variant, line, title, next_step, _short(excerpt))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_EXCERPT else f"{flat[: _LONGEST_EXCERPT - 1]}…"
