"""The list of imports."""

from collections.abc import Sequence
from dataclasses import dataclass

from leads.models import Import, ImportState, RowState
from leads.models.row import OPEN_ROW
from leads.queries import tallies


@dataclass(frozen=True)
class ImportLine:
    """One import in a list: its state and the states of its rows."""

    imported: Import
    tone: str
    rows: int
    loaded: int
    refused: int
    skipped: int
    open: int
    segments: list[tuple[str, int, str]]


def import_lines(imports: Sequence[Import]) -> list[ImportLine]:
    """Build the lines of some imports with a constant number of queries."""
    counted = tallies([imported.pk for imported in imports])
    return [_line(imported, counted[imported.pk]) for imported in imports]


def _line(imported: Import, states: dict[str, int]) -> ImportLine:
    refused = states.get(RowState.REJECTED, 0) + states.get(RowState.LOAD_FAILED, 0) + states.get(RowState.UNKNOWN, 0)
    line = ImportLine(
        imported=imported,
        tone=ImportState.tone_of(imported.state),
        rows=sum(states.values()),
        loaded=states.get(RowState.LOADED, 0),
        refused=refused,
        skipped=states.get(RowState.SKIPPED, 0),
        open=sum(states.get(state, 0) for state in OPEN_ROW),
        segments=[],
    )
    every = [("loaded", line.loaded, "ok"), ("open", line.open, "busy"), ("refused", refused, "bad")]
    every.append(("skipped", line.skipped, "idle"))
    line.segments.extend(segment for segment in every if segment[1])
    return line
