"""What would change, path by path and line by line; and what only Instantly has. Pure."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from campaigns.copy.sequence import variant_letter
from iexdg.blueprints.document import Path
from iexdg.blueprints.facts import LISTED, THERE, Facts
from iexdg.blueprints.rendering import readable_lines

_SETS = frozenset({("senders",), ("senders", "tags"), ("cc",), ("bcc",), ("variables",)})
_MARKS = (THERE, LISTED)
NOT_NAMED = "not named"
_NEVER_EMPTIED = (("variables",), ("senders", "tags"))
_NOTHING: tuple[Any, ...] = (None, "", False, (), 0)


@dataclass(frozen=True)
class Change:
    """One difference. Shapes: path - as `steps[1].variants[A].body[3]`; before, after - None where there is nothing;
    line - of the file, None where the file has no such line; field - where the value stands in the blueprint.
    """

    path: str
    before: Any
    after: Any
    line: int | None = None
    field: Path = ()

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return {"path": self.path, "before": self.before, "after": self.after, "line": self.line}


def compare(wanted: Facts, current: Facts, *, keeps_senders: bool = False) -> list[Change]:
    """Return what of `current` is not as wanted; what is not wanted at all is left alone.

    What `current` does not have at all differs from everything, also from off, null and an empty list: of a campaign
    that is not there yet everything that is named is sent, or Instantly's defaults would win.
    """
    found: list[Change] = []
    for path, value in wanted.items():
        if value in _MARKS:
            continue
        before = current.get(path)
        if path in _SETS:
            keeps = path == ("variables",) or (keeps_senders and path[0] == "senders")
            found += _set_changes(path, before, value, keeps=keeps)
        elif path[-1] == "body" and path[0] == "steps":
            found += _body_changes(path, before, value)
        elif path not in current or not _is_same(path, before, value):
            found.append(Change(words(path), _shown(before), _shown(value), field=path))
    found += [Change(words(path), _entry(current, path), None, field=path) for path in going(wanted, current)]
    return found


def going(wanted: Facts, current: Facts) -> list[Path]:
    """Return the entries that go away: the blueprint names their list as a whole, and does not have them."""
    there = [path for path, value in current.items() if value == THERE]
    return [path for path in there if path not in wanted and wanted.get(path[:-1]) == LISTED]


def unnamed(wanted: Facts, before: Facts) -> list[Change]:
    """Return what was named before and is not any more; entries of a list that is still named are in `compare`."""
    gone = going(wanted, before)
    return [
        Change(words(path), _shown(value), NOT_NAMED, field=path)
        for path, value in before.items()
        if path not in wanted and value not in _MARKS and not any(path[: len(one)] == one for one in gone)
    ]


def _is_same(path: Path, before: Any, value: Any) -> bool:
    if before == value:
        return True
    # Unset and off are the same to Instantly.
    return path[0] == "flags" and not before and not value


def _set_changes(
    path: Path, before: tuple[str, ...] | None, after: tuple[str, ...], *, keeps: bool
) -> Iterator[Change]:
    # Variables are only added, and senders without tags are not named by tags.
    if before is None and not after and path not in _NEVER_EMPTIED:
        yield Change(words(path), None, [], field=path)
    before = before or ()
    for one in after:
        if one not in before:
            yield Change(words(path), None, one, field=path)
    for one in before:
        if one not in after and not keeps:
            yield Change(words(path), one, None, field=path)


def _body_changes(path: Path, before: str | None, after: str) -> Iterator[Change]:
    if before == after:
        return
    old, new = readable_lines(before or ""), readable_lines(after)
    if before is not None and old == new:
        yield Change(f"{words(path[:-1])}.html", before, after, field=path)
        return
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if kind == "equal":
            continue
        for place in range(max(old_to - old_from, new_to - new_from)):
            gone = old[old_from + place] if old_from + place < old_to else None
            come = new[new_from + place] if new_from + place < new_to else None
            number = (new_from if come is not None else old_from) + place + 1
            yield Change(f"{words(path)}[{number}]", gone, come, field=(*path, number))


def kept(wanted: Facts, current: Facts, *, keeps_senders: bool = False) -> list[dict[str, Any]]:
    """Return what only Instantly has, and the blueprint does not name: it stays. Shapes: [{path, value}]."""
    gone = going(wanted, current)
    found = []
    for path, value in current.items():
        if value in _MARKS or any(path[: len(one)] == one for one in gone):
            continue
        left = _left(path, value, wanted, keeps_senders=keeps_senders)
        if left not in _NOTHING and not (path[-1] == "wait_after" and not value[0]):
            found.append({"path": words(path), "value": _shown(left)})
    return found


def _left(path: Path, value: Any, wanted: Facts, *, keeps_senders: bool) -> Any:
    """What of a value the blueprint does not name."""
    if path not in wanted:
        return value
    is_added_to = path == ("variables",) or (keeps_senders and path[0] == "senders")
    return tuple(one for one in value if one not in wanted[path]) if is_added_to else None


def words(path: Path) -> str:
    """Write a path for people: steps and windows count from 1, variants are letters."""
    made = ""
    for before, part in zip((None, *path), path, strict=False):
        if isinstance(part, int):
            made += f"[{variant_letter(part)}]" if before == "variants" else f"[{part + 1}]"
        else:
            made += f".{part}" if made else part
    return made


def _entry(current: Facts, path: Path) -> str:
    """An entry that goes away, in a few words."""
    inside = {one[-1]: value for one, value in current.items() if one[: len(path)] == path and value != THERE}
    for name in ("body", "subject"):
        if inside.get(name):
            return str(" ".join(readable_lines(str(inside[name]))))[:200]
    return str(inside.get("hours") or THERE)


def _shown(value: Any) -> Any:
    """A value for JSON and for people."""
    if isinstance(value, tuple) and len(value) == 2 and value[1] in ("minutes", "hours", "days"):
        amount, unit = value
        return f"{amount:g} {unit.removesuffix('s') if amount == 1 else unit}" if _is_number(amount) else str(amount)
    return [_shown(one) for one in value] if isinstance(value, tuple) else value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def with_lines(changes: list[Change], line_of: Callable[[Path], int | None]) -> list[Change]:
    """Add the line of the file to each change."""
    return [Change(one.path, one.before, one.after, line_of(one.field), one.field) for one in changes]
