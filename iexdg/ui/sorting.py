"""The order of a list in its URL: `?sort=sent` ascending, `?sort=-sent` descending; read safely, written back."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F
from django.db.models.expressions import BaseExpression, Combinable, OrderBy


@dataclass(frozen=True)
class SortColumn:
    """A column by which a list can be sorted.

    Shapes: by - a field, or an expression over the rows; falls_first - whether the first click sorts descending, as
        one expects of figures and times.
    """

    by: str | BaseExpression | Combinable
    falls_first: bool = False


@dataclass(frozen=True)
class Sorting:
    """How a list is sorted; `name` is empty in the list's own order."""

    columns: Mapping[str, SortColumn]
    name: str = ""
    is_falling: bool = False

    @classmethod
    def read(cls, query: Mapping[str, str], columns: Mapping[str, SortColumn]) -> "Sorting":
        """Read the order from an address; a column that does not exist leaves the list in its own order."""
        asked = query.get("sort", "")
        name = asked.removeprefix("-")
        return cls(columns, name, asked.startswith("-")) if name in columns else cls(columns)

    @property
    def text(self) -> str:
        """The value in the address; empty in the list's own order."""
        return f"{'-' if self.is_falling else ''}{self.name}"

    def state_of(self, name: str) -> str:
        """Return the value of aria-sort of a column; empty for those that the list is not sorted by."""
        if name != self.name:
            return ""
        return "descending" if self.is_falling else "ascending"

    def next_of(self, name: str) -> str:
        """Return the value in the address after a click on a column: its first direction, then the other one."""
        falls = not self.is_falling if name == self.name else self.columns[name].falls_first
        return f"{'-' if falls else ''}{name}"

    def order(self, *after: str | OrderBy) -> list[str | OrderBy]:
        """Return the terms of ORDER BY, what is unknown last in both directions. Shapes: after - between equals."""
        if not self.name:
            return list(after)
        by = self.columns[self.name].by
        term = F(by) if isinstance(by, str) else by
        turned = term.desc(nulls_last=True) if self.is_falling else term.asc(nulls_last=True)  # type: ignore[union-attr]
        return [turned, *after]
