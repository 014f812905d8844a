"""The filters of a list in its URL: read safely, written back, shown as menus and removable chips."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

# Longer numbers fit no primary key and no integer column.
_LONGEST_NUMBER = 15


@dataclass(frozen=True)
class Choice:
    """One entry of a filter's menu."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Chip:
    """A filter that is on, and the end of the address without it."""

    label: str
    url: str


@dataclass(frozen=True)
class CountedChoice:
    """One value of a filter with how many rows it leaves, and the end of the address that turns it on (or off).

    Shapes: count - None where the number says nothing, because it is not tracked.
    """

    label: str
    count: int | None
    url: str
    is_on: bool


def number_in(text: str) -> int | None:
    """Read a number from an address; None where it is none, or larger than any key."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if is_number else None


def query_of(values: Mapping[str, object], *, without: str = "") -> str:
    """Return filters as the end of an address: "?state=open", or "" where none is on.

    Shapes: values - by name in the address, in order; None and "" are off. without - one that is taken off.
    """
    query = urlencode({name: value for name, value in values.items() if name != without and _is_on(value)})
    return f"?{query}" if query else ""


def chips_for(values: Mapping[str, object], labels: Mapping[str, object]) -> list[Chip]:
    """Return a chip for each filter that is on and has a label. Shapes: values - as `query_of`; labels - by name."""
    on = [name for name, value in values.items() if name in labels and _is_on(value)]
    return [Chip(str(labels[name]), query_of(values, without=name)) for name in on]


def counted_choices(
    values: Mapping[str, object],
    name: str,
    options: Iterable[tuple[str, str, int | None]],
    *,
    instead_of: Iterable[str] = (),
) -> list[CountedChoice]:
    """Return the values of one filter that leave rows, and the one that is on.

    Shapes: values - the filters that are on, as `query_of`; options - (value, label, rows, None where that is not
        tracked); instead_of - filters that
        a choice turns off, because its rows are counted without them. A choice that is on leads to the list without
        it; "?" is the list without any filter.
    """
    on = str(values.get(name) or "")
    others = {**values, **dict.fromkeys(instead_of, "")}
    return [
        CountedChoice(label, count, query_of({**others, name: "" if value == on else value}) or "?", value == on)
        for value, label, count in options
        if count is None or count or value == on
    ]


def menu_of(options: Iterable[tuple[object, object]], chosen: object) -> list[Choice]:
    """Return the entries of a menu. Shapes: options - (value, label)."""
    return [Choice(str(value), str(label), value == chosen) for value, label in options]


def _is_on(value: object) -> bool:
    return value is not None and value != ""
