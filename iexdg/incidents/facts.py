"""An incident's numbers in words: pure functions. What is unknown is shown as unknown, never left out or as 0."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from iexdg.ui.facts import fact_words, label_words, moment_in

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
    label = _LABELS.get(name, label_words(name).capitalize())
    if isinstance(value, Mapping):
        return Fact(label, lines=tuple(f"{key}: {fact_words(key, item)}" for key, item in value.items()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return Fact(label, lines=tuple(fact_words("", item) for item in value))
    moment = moment_in(value)
    return Fact(label, at=moment) if moment else Fact(label, fact_words(name, value))
