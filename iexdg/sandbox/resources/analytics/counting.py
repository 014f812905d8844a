"""What all analytics share: dates that narrow the events, and the counting of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from iexdg.sandbox.http.wire import ApiError, Call, JsonObject
from iexdg.sandbox.world.records import Campaign, Event

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


def events_of(call: Call, campaigns: Iterable[Campaign], span: Range) -> list[Event]:
    """Return the events of some campaigns inside a range."""
    return [event for campaign in campaigns for event in call.world.events.get(campaign["id"], ()) if span.holds(event)]


def count(events: list[Event], kind: str) -> int:
    """Count the events of one kind."""
    return sum(event["kind"] == kind for event in events)


def engagement(events: list[Event], first: str) -> JsonObject:
    """Count opens, replies and clicks; unique ones per lead ("first") or per lead and step ("first_of_step")."""
    counts: JsonObject = dict.fromkeys(ENGAGEMENT_NAMES, 0)
    for event in events:
        if event["kind"] in _ENGAGEMENT:
            every, unique = _ENGAGEMENT[event["kind"]]
            counts[every] += 1
            counts[unique] += event["first"] if first == "first" else event["first_of_step"]
    return counts


def day_counts(events: list[Event]) -> JsonObject:
    """Return the counters of a daily answer."""
    sent = [event for event in events if event["kind"] == "sent"]
    interested = count(events, "interested")
    return {
        "sent": len(sent),
        "contacted": len({event["lead"] for event in sent}),
        "new_leads_contacted": sum(event["step"] == 0 for event in sent),
        **engagement(events, "first"),
        "opportunities": interested,
        "unique_opportunities": interested,
    }
