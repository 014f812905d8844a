"""What all analytics share: dates that narrow the events, and the counters of their answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.world.records import Campaign, Event
from iexdg.sandbox.world.tally import Grouped, Tally, combined, grouped
from iexdg.sandbox.world.world import World

_DAY_S = 86_400
# Which counter of the daily and steps answers an event adds to: all of them, and the first per lead.
_ENGAGEMENT = {
    "open": ("opened", "unique_opened"),
    "reply": ("replies", "unique_replies"),
    "auto_reply": ("replies_automatic", "unique_replies_automatic"),
    "click": ("clicks", "unique_clicks"),
}
ENGAGEMENT_NAMES = tuple(name for pair in _ENGAGEMENT.values() for name in pair)


@dataclass(frozen=True)
class Range:
    """A stretch of time in epoch seconds; None is open."""

    start: float | None
    end: float | None

    def holds(self, event: Event) -> bool:
        """Say whether an event lies inside, both ends included."""
        return (self.start is None or event["at"] >= self.start) and (self.end is None or event["at"] <= self.end)


def span_of(call: Call) -> Range:
    """Read start_date and end_date of a request.

    Raises: ApiError 400 - the start is not before the end, or one of them is no date.
    """
    start, end = moment_of(call.query.get("start_date")), moment_of(call.query.get("end_date"))
    if start is not None and end is not None and start >= end:
        raise ApiError(400, "Start Date must be earlier than End Date", bare=True)
    return Range(start, end)


def moment_of(text: str | None) -> float | None:
    """Read a date as UTC midnight, or a full timestamp.

    Source: OpenAPI, parameters start_date and end_date.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise ApiError(400, "Invalid date", bare=True) from error
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def events_of(world: World, campaigns: Iterable[Campaign], span: Range) -> Iterator[Event]:
    """Yield the events of some campaigns inside a range."""
    return (event for one in campaigns for event in world.events.get(one["id"], ()) if span.holds(event))


def counted(world: World, campaigns: list[Campaign], span: Range, by: str) -> Grouped:
    """Return the events of some campaigns inside a range, counted.

    Shapes: by - a name of `tally.KEYS`. The world has counted already what no dates narrow.
    """
    if span != Range(None, None):
        return grouped(events_of(world, campaigns, span), by)
    return combined([world.tallies[one["id"]].by[by] for one in campaigns if one["id"] in world.tallies])


@lru_cache(maxsize=4096)
def date_of(day: int) -> str:
    """Return the UTC date of a day, counted from 1970."""
    return datetime.fromtimestamp(day * _DAY_S, UTC).date().isoformat()


def engagement(tally: Tally, *, by_step: bool = False) -> JsonObject:
    """Return opens, replies and clicks; unique ones per lead, or per lead and step."""
    unique_of = tally.first_of_step if by_step else tally.first
    counts: JsonObject = {}
    for kind, (every, unique) in _ENGAGEMENT.items():
        counts[every], counts[unique] = tally.every(kind), unique_of(kind)
    return counts


def day_counts(tally: Tally) -> JsonObject:
    """Return the counters of a daily answer."""
    interested = tally.every("interested")
    return {
        "sent": tally.every("sent"),
        "contacted": len(tally.contacted),
        "new_leads_contacted": tally.begun,
        **engagement(tally),
        "opportunities": interested,
        "unique_opportunities": interested,
    }
