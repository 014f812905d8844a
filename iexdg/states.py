"""The table of a thing's states: the moves it may make, drawn as text, and the one conditional UPDATE that moves rows.

It is in the lowest layer because incidents, campaigns and leads all have such tables; it knows query sets and no model.
Each table is in the one module that writes the state of its rows. docs/states.md draws them all. The moment until which
a row is claimed is compared here too, so that a clock that was set back keeps nothing from being claimed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

# Clocks of machines that work together differ by less.
CLOCK_SLACK = timedelta(minutes=1)


def has_come(field: str, now: datetime, *, longest: timedelta) -> Q:
    """Rows whose stored moment has come: it is past, or further ahead than anything sets it.

    The second happens where a clock was set back: without it a lease, a poll or a pause would wait until the clock is
    where it was. Shapes: longest - the furthest ahead that the moment is ever set.
    """
    return Q(**{f"{field}__lte": now}) | Q(**{f"{field}__gt": now + longest + CLOCK_SLACK})


@dataclass(frozen=True)
class StateTable:
    """The states of one thing.

    Shapes: name - what is drawn above the table; starts - states that a new row may have; moves - state -> the states
        that may follow, in the order of the drawing; field - the column. A state without an entry in `moves` is final.
    """

    name: str
    starts: tuple[str, ...]
    moves: Mapping[str, tuple[str, ...]]
    field: str = "state"

    def require(self, *, to: str, expected: str | Collection[str]) -> tuple[str, ...]:
        """Return the expected states as a tuple.

        Raises: ValueError - no state is expected, or the table has no move from one of them.
        """
        states = (expected,) if isinstance(expected, str) else tuple(expected)
        refused = [str(state) for state in states if to not in self.moves.get(state, ())]
        if refused or not states:
            raise ValueError(f"{self.name}: no move {' | '.join(refused) or 'from nothing'} -> {to}")
        return states

    def move(self, rows: QuerySet[Any], *, to: str, expected: str | Collection[str], **changes: Any) -> int:
        """Move those of `rows` that are in an expected state, in one UPDATE; returns how many.

        0 means that another process was first. `changes` are other columns of the same UPDATE.
        Raises: ValueError - the table does not allow the move; nothing was changed.
        """
        states = self.require(to=to, expected=expected)
        where = {self.field: states[0]} if len(states) == 1 else {f"{self.field}__in": states}
        return rows.filter(**where).update(**{self.field: to}, **changes)

    def states(self) -> frozenset[str]:
        """Every state that the table names."""
        return frozenset(self.starts).union(self.moves, *self.moves.values())

    def lines(self) -> list[str]:
        """Draw the table, first how a row begins, then one line per state: "open -> acknowledged | resolved"."""
        drawn = [("", self.starts), *self.moves.items()]
        return [f"{state} -> {' | '.join(str(one) for one in after)}".strip() for state, after in drawn]
