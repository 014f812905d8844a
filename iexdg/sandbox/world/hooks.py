"""Webhooks, what waits to be delivered to them, and every attempt to do so."""

import heapq
from dataclasses import dataclass, field
from typing import Any, TypedDict

# Source: instantly-facts.md §2.0, Webhook.status.
ENABLED, DISABLED = 1, -1
_MOST_ATTEMPTS_KEPT = 20_000


class Webhook(TypedDict):
    """One subscription: `fields` is what people write. Shapes: failures - in a row; failed_at - epoch seconds."""

    id: str
    created: float
    status: int
    failed_at: float | None
    failures: int
    fields: dict[str, Any]


class Delivery(TypedDict):
    """One payload on its way. Shapes: webhook - None for an address that one request named; attempt - from 0."""

    number: int
    at: float
    webhook: str | None
    url: str
    headers: dict[str, str]
    payload: dict[str, Any]
    lead_email: str | None
    attempt: int
    group: str


class Attempt(TypedDict):
    """One try to deliver, as it went; times are epoch seconds."""

    id: str
    at: float
    url: str
    payload: dict[str, Any]
    lead_email: str | None
    attempt: int
    group: str
    success: bool
    status_code: int | None
    error: str | None
    took_ms: float
    retry_at: float | None
    retry_successful: bool | None


@dataclass
class Hooks:
    """The subscriptions of one workspace by id, the deliveries that wait (by time), and the attempts so far.

    What is in flight is kept until its outcome is known, so that a restart sends it again.
    """

    webhooks: dict[str, Webhook] = field(default_factory=dict)
    waiting: list[Any] = field(default_factory=list)
    in_flight: dict[str, Any] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    numbered: int = 0

    def __post_init__(self) -> None:
        for delivery in self.in_flight.values():
            self.wait(delivery)
        self.in_flight = {}

    def wait(self, delivery: Delivery) -> None:
        """Let a delivery wait for its time."""
        heapq.heappush(self.waiting, [delivery["at"], delivery["number"], delivery])

    def take_due(self, now: float) -> Delivery | None:
        """Return the delivery whose time came first, which is in flight from then on; None where none is due.

        What a webhook that is gone or disabled was to get is dropped.
        """
        while self.waiting and self.waiting[0][0] <= now:
            delivery: Delivery = heapq.heappop(self.waiting)[2]
            webhook = self.webhooks.get(delivery["webhook"] or "")
            if delivery["webhook"] is None or (webhook is not None and webhook["status"] == ENABLED):
                self.in_flight[str(delivery["number"])] = delivery
                return delivery
        return None

    def keep(self, attempt: Attempt) -> None:
        """Remember an attempt; the oldest ones are forgotten."""
        self.attempts.append(attempt)
        del self.attempts[:-_MOST_ATTEMPTS_KEPT]
