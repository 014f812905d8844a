"""Routes deliveries: what they hint at is asked for. Nothing is believed of a payload but where to look.

    -> stored
    stored -> routed | ignored | failed
    routed -> stored
    ignored -> stored
    failed -> stored

Only a replay, which a person asks for, leads back to *stored*. A worker that died leaves a lease that runs out, and
every try is counted before it begins: a delivery that kills workers ends as *failed* and holds up no other.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.webhooks.events import Event, event_of
from iexdg.webhooks.handlers import Hint, handlers_of
from iexdg.webhooks.models import Delivery, DeliveryState, EventKind
from iexdg.workspace_objects.interests import own_labels
from iexdg.workspaces.connected import connected_workspaces
from iexdg.workspaces.models import Workspace

DELIVERIES = StateTable(
    "Delivery",
    starts=(DeliveryState.STORED,),
    moves={
        DeliveryState.STORED: (DeliveryState.ROUTED, DeliveryState.IGNORED, DeliveryState.FAILED),
        DeliveryState.ROUTED: (DeliveryState.STORED,),
        DeliveryState.IGNORED: (DeliveryState.STORED,),
        DeliveryState.FAILED: (DeliveryState.STORED,),
    },
)
MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=60)
_FIRST_WAIT = timedelta(seconds=5)
# While a message waits in the broker, the sweep sends no second one.
_QUEUED_FOR = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=10)
_A_SWEEP = 300


def route(pk: int) -> None:
    """Route one delivery; nothing where it is routed, another worker has it, or it is not due again yet.

    Raises: whatever a handler raises; the try is counted, and the sweep begins the next one later.
    """
    delivery = _claim(pk)
    if delivery is None:
        return
    if delivery.attempts > MOST_ATTEMPTS:
        _close(delivery, DeliveryState.FAILED, error=delivery.error or "Its routing was interrupted every time.")
        return
    event = _labelled(delivery.workspace, event_of(delivery.body))
    if event.workspace and event.workspace != delivery.workspace.remote_id:
        _close(delivery, DeliveryState.IGNORED, note="It names another workspace of Instantly.")
        return
    hint = Hint(delivery.pk, delivery.workspace, delivery.received_at, event)
    try:
        words = [handler(hint) for handler in handlers_of(event.kind)]
    except BaseException as error:
        _put_off(delivery, f"{type(error).__name__}: {error}")
        raise
    note = " ".join(word for word in words if word)
    state = DeliveryState.ROUTED if note else DeliveryState.IGNORED
    _close(delivery, state, note=note or "Nothing is read because of it.", kind=event.kind)


def _labelled(workspace: Workspace, event: Event) -> Event:
    """A label of the workspace arrives under its own name."""
    if event.kind is not EventKind.UNKNOWN or not event.name:
        return event
    own = {label.casefold() for label, _ in own_labels(workspace).values()}
    if event.name.casefold() not in own:
        return event
    return Event(
        EventKind.INTEREST, event.name, event.workspace, event.campaign, event.lead, event.mailbox, event.email
    )


def replay(deliveries: Iterable[Delivery], *, by: Member, via: str | None = None) -> list[int]:
    """Have deliveries routed once more; returns the ids of those that were not waiting anyway.

    Raises: NotAllowedError - nothing was changed.
    """
    replayed, now = [], timezone.now()
    for delivery in deliveries:
        require(by, Action.SYNC, delivery.workspace)
        again = {"attempts": 0, "due_at": now, "lease_until": None, "closed_at": None, "note": "", "error": ""}
        expected = (DeliveryState.ROUTED, DeliveryState.IGNORED, DeliveryState.FAILED)
        this = Delivery.objects.filter(pk=delivery.pk)
        with transaction.atomic():
            if not DELIVERIES.move(this, to=DeliveryState.STORED, expected=expected, changed_at=now, **again):
                continue
            subject = f"webhooks:{delivery.workspace_id}:{delivery.pk}"
            words = f"Replay of a delivery: {delivery.get_kind_display()}"
            record("webhooks:delivery:replayed", words, subject=subject, by=by, via=via)
        replayed.append(delivery.pk)
    return replayed


def deliveries_to_route(workspace: Workspace) -> list[int]:
    """Take the deliveries whose message the broker lost, the oldest first, and keep the next sweep from them."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    due = has_come("due_at", now, longest=_LONGEST_WAIT)
    stored = Delivery.objects.filter(free, due, workspace=workspace, state=DeliveryState.STORED)
    pks = list(stored.order_by("due_at").values_list("pk", flat=True)[:_A_SWEEP])
    if pks:
        Delivery.objects.filter(pk__in=pks, state=DeliveryState.STORED).update(due_at=now + _QUEUED_FOR)
    return pks


def waiting(workspace: Workspace) -> QuerySet[Delivery]:
    """The deliveries that are not routed yet."""
    return Delivery.objects.filter(workspace=workspace, state=DeliveryState.STORED)


def _claim(pk: int) -> Delivery | None:
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    connected = connected_workspaces().order_by()
    mine = Delivery.objects.filter(free, pk=pk, state=DeliveryState.STORED, workspace__in=connected)
    if not mine.update(lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Delivery.objects.select_related("workspace").get(pk=pk)


def _close(delivery: Delivery, state: DeliveryState, *, note: str = "", error: str = "", kind: str = "") -> None:
    now = timezone.now()
    DELIVERIES.move(
        Delivery.objects.filter(pk=delivery.pk),
        to=state,
        expected=DeliveryState.STORED,
        kind=kind or delivery.kind,
        closed_at=now,
        changed_at=now,
        due_at=None,
        lease_until=None,
        note=note[:300],
        error=error[:300],
    )


def _put_off(delivery: Delivery, error: str) -> None:
    if delivery.attempts >= MOST_ATTEMPTS:
        _close(delivery, DeliveryState.FAILED, error=error)
        return
    now = timezone.now()
    wait = _FIRST_WAIT * 2 ** (delivery.attempts - 1)
    this = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.STORED)
    this.update(due_at=now + wait, lease_until=None, error=error[:300], changed_at=now)
