"""A trigger, as the modules of this package describe theirs."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Trigger:
    """A trigger and the statements that create it."""

    name: str
    table: str
    statements: tuple[str, ...]


def changed_rows(watched: Iterable[str]) -> str:
    """The query, for Postgres, of the rows that an update changed in one of the watched columns.

    Shapes: the query gives id, the watched columns and sign: -1 for a row as it was, 1 for a row as it is.

    Added up, not joined: Postgres has neither statistics nor an index of the rows that a trigger is given. It would
    compare every one with every other, and a statement over 20,000 leads would take minutes.
    """
    columns = ", ".join(("id", *watched))
    both = f"SELECT {columns}, -1 AS sign FROM old_rows UNION ALL SELECT {columns}, 1 FROM new_rows"
    return f"SELECT {columns}, SUM(sign) AS sign FROM ({both}) both_ways GROUP BY {columns} HAVING SUM(sign) <> 0"
