"""Facts that were stored as JSON, in words: pure functions. A screen never shows braces, codes or microseconds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from iexdg.ui.formatting import UNKNOWN, count_words, span_words

# The shortest text that is a date with a time: 2026-11-22T09:41:20.
_SHORTEST_MOMENT = 19
_MINUTE_S = 60


def fact_words(name: str, value: object, *, nothing: str = UNKNOWN) -> str:
    """Return a value in words: 1204 is "1,204", 0.41237 of "seconds_to_pause" is "0.41 s", a list is "a; b".

    Shapes: name - a name that ends with "_s" or begins with "seconds" is a span; nothing - the words of None.
    """
    if value is None or value == "":
        return nothing
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return _number_words(name, value)
    if isinstance(value, Mapping):
        return _inside_words(value, nothing)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(fact_words(name, item, nothing=nothing) for item in value) or nothing
    return str(value)


def _inside_words(value: Mapping[str, object], nothing: str) -> str:
    if "what" in value:
        return f"{value['what']}: {value.get('before') or 'nothing'} → {value.get('after') or 'nothing'}"
    inside = {str(key): fact_words(str(key), item, nothing=nothing) for key, item in value.items()}
    return ", ".join(f"{label_words(key)} {words}" for key, words in inside.items()) or nothing


def _number_words(name: str, value: float) -> str:
    if name.startswith("seconds") or name.endswith("_s"):
        return f"{round(value, 2):g} s" if value < _MINUTE_S else span_words(timedelta(seconds=value))
    return count_words(value) if isinstance(value, int) else f"{round(value, 4):g}"


def moment_in(value: object) -> datetime | None:
    """Return the moment that a text states; None for a date alone, and for plain words."""
    if not isinstance(value, str) or len(value) < _SHORTEST_MOMENT or value[10:11] != "T":
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def label_words(name: str) -> str:
    """Return "audience_cap" as "audience cap", and "limit_s" as "limit"."""
    return name.removesuffix("_s").replace("_", " ")


def flat(facts: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield every fact by itself; one inside another has both names."""
    for name, value in facts.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping) and value:
            yield from flat({str(key): item for key, item in value.items()}, f"{path} ")
        else:
            yield path, value
