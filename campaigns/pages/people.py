"""How far the people of a campaign are, as the app of the leads counts them in its mirror."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from campaigns.models import Campaign


@dataclass(frozen=True)
class Part:
    """Some of the people: `url` leads to exactly `count` of them."""

    label: str
    count: int
    formula: str
    url: str
    tone: str = "c1"


@dataclass(frozen=True)
class People:
    """The parts of a campaign's people; `lists` are others by name. `as_of` is when all of them were last read."""

    everyone: Part
    parts: tuple[Part, ...]
    lists: Mapping[str, Part]
    as_of: datetime | None


_counters: list[Callable[[Campaign], People]] = []


def counts_people(counter: Callable[[Campaign], People]) -> Callable[[Campaign], People]:
    """Have a function of the app above count; used as a decorator in its `campaign_page` module."""
    _counters.append(counter)
    return counter


def people_of(campaign: Campaign) -> People | None:
    """How far the people are; None where no app counts them."""
    return _counters[0](campaign) if _counters else None
