"""The list of deliveries, one delivery, and the list as a file, as their templates read them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from iexdg.ui.filters import Chip, Choice, chips_for, menu_of
from iexdg.webhooks.models import Delivery, DeliveryState, EventKind
from iexdg.webhooks.queries import DeliveryFilters

CSV_HEADER = ("id", "received_at", "event_type", "event", "state", "attempts", "duplicates", "lead", "note", "error")
# A payload is cut on its page; the file of a person would be no shorter to read.
_MOST_CHARACTERS = 100_000


@dataclass(frozen=True)
class DeliveryPage:
    """One delivery. Shapes: payload - its JSON, indented; is_cut - it is longer than what is shown."""

    delivery: Delivery
    payload: str
    is_cut: bool
    may_replay: bool


def delivery_page(delivery: Delivery, *, may_replay: bool) -> DeliveryPage:
    """Build the page of one delivery."""
    payload = json.dumps(delivery.body, indent=2, ensure_ascii=False, sort_keys=True)
    return DeliveryPage(
        delivery=delivery,
        payload=payload[:_MOST_CHARACTERS],
        is_cut=len(payload) > _MOST_CHARACTERS,
        may_replay=may_replay and delivery.state != DeliveryState.STORED,
    )


def chips_of(filters: DeliveryFilters) -> list[Chip]:
    """The filters that are on."""
    labels = {
        "state": DeliveryState(filters.state).label if filters.state else "",
        "event": EventKind(filters.kind).label if filters.kind else "",
    }
    return chips_for(filters.named(), labels)


def menus(filters: DeliveryFilters) -> dict[str, list[Choice]]:
    """The entries of the two menus."""
    return {
        "states": menu_of(DeliveryState.choices, filters.state),
        "events": menu_of(EventKind.choices, filters.kind),
    }


def csv_rows(found: Iterable[Delivery]) -> Iterator[tuple[object, ...]]:
    """Yield the header, then each delivery as cells, without its payload."""
    yield CSV_HEADER
    for one in found:
        yield (
            one.pk, _text(one.received_at), one.event_type, one.kind, one.state, one.attempts, one.duplicates, one.lead,
            one.note, one.error,
        )  # fmt: skip


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
