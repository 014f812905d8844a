"""An incident's numbers in words: pure functions. What is unknown is shown as unknown, never left out or as 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from iexdg.ui.formatting import UNKNOWN, count_words, span_words

# Ids of our own rows, and what the neighbouring words already state; programs read them with the command.
_INTERNAL = frozenset(
    {"request", "trip", "approval", "import", "finished", "cause", "who", "requester"}
    | {"guardrail", "reading", "limit", "floor", "effect"}
)
_LABELS = {
    "seconds_to_pause": "From flip to pause",
    "seen_after_s": "From flip to detection",
    "flipped_at": "Turned active",
    "seen_at": "First seen sending",
    "began": "Last seen quiet",
    "sent_before": "Sent before",
    "sent_meanwhile": "Sent meanwhile",
    "confirmed": "Pause read back",
    "who_words": "Who did it",
    "words": "Reading",
    "rule": "Limit",
}


@dataclass(frozen=True)
class Fact:
    """One number or sentence; `at` instead of `value` where it is a time; `lines` where there are several."""

    label: str
    value: str = ""
    at: datetime | None = None
    lines: tuple[str, ...] = ()


def facts_of(details: Mapping[str, object]) -> list[Fact]:
    """Return an incident's details as labelled words."""
    return [_fact(name, value) for name, value in details.items() if name not in _INTERNAL]


def _fact(name: str, value: object) -> Fact:
    label = _LABELS.get(name, name.removesuffix("_s").replace("_", " ").capitalize())
    if isinstance(value, Mapping):
        return Fact(label, lines=tuple(f"{key}: {_words(key, item)}" for key, item in value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Fact(label, lines=tuple(_line(item) for item in value))
    moment = _moment(value) if isinstance(value, str) else None
    return Fact(label, at=moment) if moment else Fact(label, _words(name, value))


def _words(name: str, value: object) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if name.startswith("seconds") or name.endswith("_s"):
            return f"{value:g} s" if value < 60 else span_words(timedelta(seconds=value))
        return count_words(value) if isinstance(value, int) else f"{value:g}"
    return str(value)


def _line(item: object) -> str:
    if isinstance(item, Mapping) and "what" in item:
        return f"{item['what']}: {item.get('before') or 'nothing'} → {item.get('after') or 'nothing'}"
    if isinstance(item, Mapping):
        return ", ".join(f"{key}: {_words(str(key), value)}" for key, value in item.items())
    return _words("", item)


def _moment(text: str) -> datetime | None:
    # Neither a date alone nor plain words are a moment.
    if len(text) < 19 or text[10:11] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
