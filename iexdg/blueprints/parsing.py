"""Reads a file into campaigns, with the line of everything that is wrong. Pure; nothing is asked of Instantly."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from iexdg.blueprints.document import Document, Path, control_words, merged, read_document
from iexdg.blueprints.errors import InvalidBlueprintError, Problem
from iexdg.blueprints.schema import (
    ADDRESS_FORM,
    HOURS_FORM,
    ID_FORM,
    NAME_FORM,
    BlueprintFile,
    CampaignBlueprint,
    known_names,
)
from iexdg.ui.formatting import plural

_ANCHOR_KEY = "x-"
_WORDS = {
    "missing": "This is missing",
    "string_type": "Write text here; put it between quotes where it looks like a number or true",
    "bool_type": "Write true or false",
    "int_type": "Write a whole number",
    "int_from_float": "Write a whole number",
    "float_type": "Write a number",
    "dict_type": "Write names with values, one a line",
    "list_type": "Write a list",
    "model_type": "Write names with values, one a line",
    "model_attributes_type": "Write names with values, one a line",
}
# Lines, tabs and the line break of YAML are text.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NAMES_EXPECTED = frozenset({"model_type", "model_attributes_type"})
# Kind of error -> words, name of its bound, what is counted.
_BOUNDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "greater_than_equal": ("Write a number of at least", "ge", ()),
    "less_than_equal": ("Write a number of at most", "le", ()),
    "string_too_short": ("Write at least", "min_length", ("character", "characters")),
    "string_too_long": ("Write at most", "max_length", ("character", "characters")),
    "too_long": ("Write at most", "max_length", ("entry", "entries")),
}
_FORMS = {
    HOURS_FORM: "Write from and to with four digits each, such as 09:00-17:00",
    ADDRESS_FORM: "Write an e-mail address, such as ada@example.com",
    NAME_FORM: "Write letters, digits and _ alone, such as job_title",
    ID_FORM: "Write Instantly's id: 36 letters, digits and dashes",
}
# Nobody reads more; a file may have a hundred thousand.
_MOST_PROBLEMS = 500
_NAMED = re.compile(r"`(\w+)`")
_VALUE_ERROR = re.compile(r"^Value error, ")


@dataclass(frozen=True)
class Campaign:
    """One campaign of a file, filled up with its defaults, and the places of its values."""

    content: CampaignBlueprint
    document: Document

    def line(self, *path: str | int) -> int:
        """The line of a value in the file, or of the nearest thing around it."""
        return self.document.spot(path).line


@dataclass(frozen=True)
class Blueprint:
    """The campaigns of a file, in its order."""

    campaigns: tuple[Campaign, ...]


def parse(text: str) -> Blueprint:
    """Read a file.

    Raises: InvalidBlueprintError - with every problem, its line and its column.
    """
    document = read_document(text)
    raw = document.data
    if not isinstance(raw, Mapping):
        raise InvalidBlueprintError([Problem("A blueprint begins with `campaigns:`")])
    raw = {name: value for name, value in raw.items() if not name.startswith(_ANCHOR_KEY)}
    _refuse_controls(raw, document)
    _check(BlueprintFile, raw, document, ())
    campaigns = [_campaign(document, raw, place) for place in range(len(raw["campaigns"]))]
    _refuse_twins(campaigns)
    return Blueprint(tuple(campaigns))


def _refuse_controls(raw: Any, document: Document) -> None:
    """Refuse text with characters that cannot be shown, such as a NUL between quotes: Instantly stores another text.

    Raises: InvalidBlueprintError - where there is any.
    """
    problems = []
    for path, text in _texts(raw, ()):
        found = _CONTROL.search(text)
        if found is not None:
            spot = document.spot(path)
            message = f"{control_words(found[0])} cannot be used here"
            problems.append(Problem(message, spot.line, spot.column, path_words(path)))
    if problems:
        raise InvalidBlueprintError(problems)


def _texts(data: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        yield path, data
    entries = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from _texts(value, (*path, key))


def _campaign(document: Document, raw: Mapping[str, Any], place: int) -> Campaign:
    base = ("defaults",) if raw.get("defaults") else None
    path: Path = ("campaigns", place)
    filled = merged(document, base, document, path) if base else merged(Document({}), (), document, path)
    content = _check(CampaignBlueprint, filled.data, filled, ())
    return Campaign(content, filled)


def _check(model: type[Any], data: Any, document: Document, start: Path) -> Any:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)[:_MOST_PROBLEMS]
        found = [_problem_of(one, model, data, document, start) for one in errors]
        raise InvalidBlueprintError(_first_of_each(found)) from None


def _first_of_each(problems: list[Problem]) -> list[Problem]:
    """One problem for each place: a value that may be one thing or another has a problem with both.

    Where any number may stand, a whole number is not what is missing.
    """
    found: dict[tuple[int, int], Problem] = {}
    for one in problems:
        place = (one.line, one.column)
        if place not in found or (found[place].message, one.message) == (_WORDS["int_type"], _WORDS["float_type"]):
            found[place] = one
    return list(found.values())


def _problem_of(error: Any, model: type[Any], data: Any, document: Document, start: Path) -> Problem:
    path = _in_file(error["loc"], document, start, is_missing=error["type"] == "missing")
    named = _NAMED.search(str(error["msg"])) if error["type"] == "value_error" else None
    # What is said of a whole campaign or step stands at the name that it is about.
    spot = document.spot((*path, named[1]) if named else path)
    return Problem(_words(error, data), spot.line, spot.column, path_words(path))


def _in_file(loc: Path, document: Document, start: Path, *, is_missing: bool) -> Path:
    """Leave out what only the check has, such as the kind of an alternative; what is missing is still named."""
    found = start
    for place, part in enumerate(loc):
        is_name = is_missing and place == len(loc) - 1 and isinstance(part, str)
        if (*found, part) in document.spots or is_name:
            found = (*found, part)
    return found


def _words(error: Any, data: Any) -> str:
    kind, loc = error["type"], error["loc"]
    if kind == "extra_forbidden":
        name, near = str(loc[-1]), _near(str(loc[-1]))
        return f"{name} is not known here{f'; did you mean {near}?' if near else ''}"
    if kind == "literal_error":
        return f"Write one of {error['ctx']['expected']}"
    if kind == "too_short":
        return f"Write at least {plural(int(error['ctx']['min_length']), 'entry', 'entries')}"
    if kind in _BOUNDS:
        words, name, noun = _BOUNDS[kind]
        bound = error["ctx"][name]
        return f"{words} {plural(int(bound), *noun) if noun else f'{bound:,}'}"
    if kind == "string_pattern_mismatch":
        return _FORMS.get(error["ctx"]["pattern"], "This has another form than is expected here")
    if kind in _NAMES_EXPECTED and loc[-1:] == ("senders",):
        return "Write a list of addresses, such as [ada@example.com], or `addresses` and `tags`"
    return _WORDS.get(kind) or _VALUE_ERROR.sub("", str(error["msg"]))


def _near(name: str) -> str:
    close = difflib.get_close_matches(name, sorted(known_names()), n=1, cutoff=0.75)
    return close[0] if close else ""


def _refuse_twins(campaigns: list[Campaign]) -> None:
    """Refuse names that are not different.

    Raises: InvalidBlueprintError - where they are.
    """
    problems: list[Problem] = []
    seen: set[str] = set()
    for one in campaigns:
        keys = [one.content.name.strip().lower(), *([one.content.id.lower()] if one.content.id else [])]
        if seen.intersection(keys):
            spot = one.document.spot(("name",))
            problems.append(Problem(f"Another campaign of the file is {one.content.name} too", spot.line, spot.column))
        seen.update(keys)
        names = [sub.name.strip().lower() for sub in one.content.subsequences or ()]
        for place, name in enumerate(names):
            if name in names[:place]:
                spot = one.document.spot(("subsequences", place))
                path = path_words(("subsequences", place))
                words = "Another subsequence of the campaign has this name"
                problems.append(Problem(words, spot.line, spot.column, path))
    if problems:
        raise InvalidBlueprintError(problems)


def path_words(path: Path) -> str:
    """Write a path: ("steps", 0, "body") -> "steps[1].body"; what is listed counts from 1."""
    words = ""
    for part in path:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if words else part
    return words
