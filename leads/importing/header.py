"""Gives every column of a header a name of its own. Pure."""

from collections.abc import Sequence


def distinct_names(cells: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Name every column once: an empty cell becomes "Column 3", a repeated name is numbered.

    Shapes: returns (names, repeated); repeated - the numbered name -> the name as it is in the file.
    Passing: ["Notes", "", "Notes"] -> (["Notes", "Column 2", "Notes 2"], {"Notes 2": "Notes"}).
    """
    written = {cell for cell in cells if cell}
    names: list[str] = []
    taken: set[str] = set()
    repeated: dict[str, str] = {}
    for place, cell in enumerate(cells, start=1):
        name = cell
        if not cell:
            name = _free(f"Column {place}", written | taken)
        elif cell in taken:
            name = _free(cell, written | taken)
            repeated[name] = cell
        taken.add(name)
        names.append(name)
    return names, repeated


def _free(name: str, taken: set[str]) -> str:
    """The name itself or the name with the first number from 2 on that no other column has."""
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name} {number}", number + 1
    return candidate
