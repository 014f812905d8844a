"""The errors of this app."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a file. Shapes: line, column - from 1; path - as `steps[1].subject`, may be ""."""

    message: str
    line: int = 1
    column: int = 1
    path: str = ""

    @property
    def words(self) -> str:
        """The problem with its place."""
        where = f" {self.path}:" if self.path else ""
        return f"line {self.line}, column {self.column}:{where} {self.message}"


class BlueprintError(Exception):
    """Base of this app's errors; the message says what happened and what to do next."""

    code = "blueprint"


class InvalidBlueprintError(BlueprintError):
    """The file is no blueprint; nothing was read from Instantly, and nothing was written.

    Shapes: problems - at least one, in the order of the file.
    """

    code = "invalid_blueprint"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: (one.line, one.column))
        super().__init__("; ".join(one.words for one in self.problems[:10]))


class ApplyRefusedError(BlueprintError):
    """A campaign was not written; the message says why."""

    code = "apply_refused"


class NotExpressibleError(BlueprintError):
    """A campaign has something that a blueprint cannot say; nothing was written."""

    code = "not_expressible"


class DraftRefusedError(BlueprintError):
    """A draft was not changed; the message says why."""

    code = "draft_refused"


class DraftConflictError(DraftRefusedError):
    """Somebody saved the draft since it was opened; nothing was changed."""

    code = "draft_conflict"
