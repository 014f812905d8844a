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
