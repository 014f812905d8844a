"""What has happened, counted while it happens, so that no answer needs to look at every event again."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from iexdg.sandbox.world.records import Event

_DAY_S = 86_400


@dataclass
class Tally:
    """Some events, counted.

    Shapes: counts - kind -> how many, how many of them were the lead's first, and the lead's first in that step;
        contacted - the leads who were written to; begun - how many mails were a first step.
    """

    counts: dict[str, list[int]] = field(default_factory=dict)
    contacted: set[str] = field(default_factory=set)
    begun: int = 0

    def add(self, event: Event) -> None:
        """Count one event."""
        self._count(event["kind"], 1, int(event["first"]), int(event["first_of_step"]))
        if event["kind"] == "sent":
            self.contacted.add(event["lead"])
            self.begun += event["step"] == 0

    def include(self, other: "Tally") -> None:
        """Count what another tally has counted."""
        for kind, numbers in other.counts.items():
            self._count(kind, *numbers)
        self.contacted |= other.contacted
        self.begun += other.begun

    def every(self, kind: str) -> int:
        """Return how many events of a kind there were."""
        return self.counts.get(kind, (0, 0, 0))[0]

    def first(self, kind: str) -> int:
        """Return for how many leads there was an event of a kind."""
        return self.counts.get(kind, (0, 0, 0))[1]

    def first_of_step(self, kind: str) -> int:
        """Return for how many steps of leads there was an event of a kind."""
        return self.counts.get(kind, (0, 0, 0))[2]

    def _count(self, kind: str, every: int, first: int, first_of_step: int) -> None:
        numbers = self.counts.setdefault(kind, [0, 0, 0])
        numbers[0] += every
        numbers[1] += first
        numbers[2] += first_of_step


# What events are counted by: all of them, the days since 1970 in UTC, or step and variant.
Key = int | tuple[int, int] | None
Grouped = dict[Any, Tally]
KEYS: dict[str, Callable[[Event], Key]] = {
    "all": lambda event: None,
    "day": lambda event: int(event["at"] // _DAY_S),
    # Worlds that were saved earlier know only the first variant.
    "step": lambda event: (event["step"], event.get("variant", 0)),
}


def grouped(events: Iterable[Event], by: str) -> Grouped:
    """Count events anew. Shapes: by - a name of `KEYS`."""
    found: Grouped = defaultdict(Tally)
    for event in events:
        found[KEYS[by](event)].add(event)
    return found


def combined(parts: list[Grouped]) -> Grouped:
    """Return the sum of what was counted apart; one part alone is returned as it is, and only to be read."""
    if len(parts) == 1:
        return parts[0]
    found: Grouped = defaultdict(Tally)
    for part in parts:
        for key, tally in part.items():
            found[key].include(tally)
    return found


def _nothing_yet() -> dict[str, Grouped]:
    return {name: defaultdict(Tally) for name in KEYS}


@dataclass
class Tallies:
    """The tallies of one campaign or subsequence, each event counted by every one of `KEYS`."""

    by: dict[str, Grouped] = field(default_factory=_nothing_yet)

    def add(self, event: Event) -> None:
        """Count one event."""
        for name, key in KEYS.items():
            self.by[name][key(event)].add(event)
