"""Errors before any credit is spent.

LeadsError
├── UnreadableFileError     the file cannot be used
├── MappingError            the columns do not make leads
└── NotCheckableError       the import is past the point where it can be checked
"""

from leads.errors import LeadsError


class UnreadableFileError(LeadsError):
    """The file cannot be used; nothing was stored or changed.

    Shapes: line - line of the file on which the problem begins, None if it concerns the whole file.
    """

    code = "unreadable_file"

    def __init__(self, reason: str, next_step: str, *, line: int | None = None) -> None:
        self.line = line
        self.reason = reason
        self.next_step = next_step
        where = f"Line {line}: " if line else ""
        super().__init__(f"{where}{reason}. {next_step}.")


class MappingError(LeadsError):
    """The mapping cannot be used; nothing was changed."""

    code = "mapping"


class NotCheckableError(LeadsError):
    """The import is running or finished, so its columns are fixed; nothing was changed."""

    code = "not_checkable"
