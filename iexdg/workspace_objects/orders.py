"""Requests to change objects: recorded before anything is sent, moved by one table, closed by a read-back.

    -> asked
    asked -> sent | refused
    sent -> sent | confirmed | unknown | refused
    unknown -> sent | confirmed | unknown | refused

`carry_out.py` makes the calls. Whoever requests the same again joins the open change; what contradicts an open change
is refused, except a pause: stopping wins over an open resume.
"""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.visible import clean_line
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.models import OPEN_CHANGE, ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspaces.connected import connected_workspaces, require_write_mode
from iexdg.workspaces.models import Workspace

OBJECT_CHANGES = StateTable(
    "ObjectChange",
    starts=(ObjectState.ASKED,),
    moves={
        ObjectState.ASKED: (ObjectState.SENT, ObjectState.REFUSED),
        ObjectState.SENT: (ObjectState.SENT, ObjectState.CONFIRMED, ObjectState.UNKNOWN, ObjectState.REFUSED),
        ObjectState.UNKNOWN: (ObjectState.SENT, ObjectState.CONFIRMED, ObjectState.UNKNOWN, ObjectState.REFUSED),
    },
)
_LEFT = (ObjectState.SENT, ObjectState.UNKNOWN)
# Longer than one carrying out may take, calls of a slow Instantly included.
LEASE = timedelta(seconds=60)
# The address of a webhook may hold a token, and people's addresses belong in no log.
_PRIVATE = {"url", "digest", "headers_digest", "resources", "steps", "senders", "body"}
# Who may request what; a kind that is not listed here asks for its own action before it orders.
NEEDS = {
    ObjectKind.TAG: Action.TAGS,
    ObjectKind.LABEL: Action.TAGS,
    ObjectKind.KEY: Action.KEYS,
    ObjectKind.WEBHOOK: Action.WEBHOOKS,
    ObjectKind.SUBSEQUENCE: Action.SUBSEQUENCES,
    ObjectKind.PLACEMENT: Action.PLACEMENT,
    ObjectKind.CAMPAIGN: Action.DELETE_CAMPAIGNS,
}


def action_of(kind: ObjectKind, verb: Verb) -> Action:
    """Return what a member must be allowed to do: pausing needs no role, resuming is as grave as activating."""
    if verb == Verb.PAUSE:
        return Action.PAUSE
    if (kind, verb) == (ObjectKind.SUBSEQUENCE, Verb.RESUME):
        return Action.ACTIVATE
    return NEEDS[kind]


def shown_name(name: str) -> str:
    """Return a name without what shows nothing. Raises: ObjectChangeRefusedError - nothing of it is left."""
    if cleaned := clean_line(name):
        return cleaned
    raise ObjectChangeRefusedError("Enter a name that can be seen. Nothing was changed.")


def order(
    workspace: Workspace,
    kind: ObjectKind,
    verb: Verb,
    *,
    by: Member | None,
    name: str,
    remote_id: str = "",
    key: str = "",
    values: dict[str, Any] | None = None,
    sealed: str = "",
    reason: str = "",
    via: str | None = None,
) -> ObjectChange:
    """Record that an object is to be changed; `carry_out` does it.

    Shapes: by - None where it is done automatically; key - what there is one open change of, else its id; for
        something new its name; sealed - a secret that is wanted, encrypted. Works in observe mode for a pause alone:
        stopping is never forbidden.
    Raises: NotAllowedError, ObserveModeError, ObjectChangeRefusedError - nothing was recorded.
    """
    if by is not None:
        require(by, action_of(kind, verb), workspace)
    if verb != Verb.PAUSE:
        require_write_mode(workspace)
    wanted, now = values or {}, timezone.now()
    found_by = (key or remote_id or f"new:{name}")[:200]
    there = ObjectChange.objects.filter(workspace=workspace, kind=kind, key=found_by)
    try:
        with transaction.atomic():
            if verb == Verb.PAUSE:
                refuse(there.filter(verb=Verb.RESUME), "A pause was requested.")
            change = ObjectChange.objects.create(
                workspace=workspace,
                kind=kind,
                verb=verb,
                remote_id=remote_id,
                name=name[:300],
                key=found_by,
                values=wanted,
                sealed=sealed,
                reason=reason[:300],
                by=by,
                asked_at=now,
                changed_at=now,
            )
            _record(change, "asked", f"Request to {change.get_verb_display()}", by=by, via=via, note=reason)
            return change
    except IntegrityError:
        return _joined(there, verb, wanted, name)


def _joined(there: QuerySet[ObjectChange], verb: Verb, values: dict[str, Any], name: str) -> ObjectChange:
    open_one = there.filter(state__in=OPEN_CHANGE).first()
    if open_one is not None and (open_one.verb, open_one.values) == (verb, values):
        return open_one
    words = f"a request to {open_one.get_verb_display()} it is open" if open_one else "it is being changed"
    raise ObjectChangeRefusedError(f"{name}: {words}. Wait until that is confirmed, then try again.")


class ChangeIntent:
    """A change as the intent of a write. Only the read-back shows what became of it.

    Shapes: keep - what of the answer is kept in `result`; it must not hold a secret.
    """

    def __init__(self, change: ObjectChange, *, keep: Callable[[Any], dict[str, Any]] | None = None) -> None:
        self.change, self.keep = change, keep
        self.rows = ObjectChange.objects.filter(pk=change.pk)

    def begin(self) -> bool:
        """Count the attempt; False where it was closed meanwhile."""
        now = timezone.now()
        sent = {"sent_at": self.change.sent_at or now, "changed_at": now, "answered_at": None, "error": ""}
        return bool(
            OBJECT_CHANGES.move(
                self.rows, to=ObjectState.SENT, expected=OPEN_CHANGE, attempts=self.change.attempts + 1, **sent
            )
        )

    def done(self, answer: object) -> None:
        """Note that it was accepted, and the id of what was created."""
        now = timezone.now()
        self.rows.update(answered_at=now, changed_at=now, result=self.keep(answer) if self.keep else {})
        remote_id = getattr(answer, "remote_id", "")
        if remote_id and not self.change.remote_id:
            self.rows.update(remote_id=str(remote_id)[:64])

    def refused(self, error: ClientError) -> None:
        """Close it with Instantly's words: it was certainly not carried out."""
        refuse(self.rows, str(error))

    def unknown(self, error: ClientError) -> None:
        """Store the error; the read-back decides."""
        leave_unknown(self.rows, str(error))


class FollowingWrite:
    """A further write of a change that was sent, which may be repeated; the read-back that follows decides."""

    def __init__(self, change: ObjectChange) -> None:
        self.rows = ObjectChange.objects.filter(pk=change.pk)

    def begin(self) -> bool:
        """Whether the change is still open."""
        return self.rows.filter(state__in=OPEN_CHANGE).exists()

    def done(self, answer: object) -> None:
        """Change nothing: the read-back decides."""

    def refused(self, error: ClientError) -> None:
        """Store the error; the read-back decides."""
        self.rows.update(error=str(error)[:300])

    def unknown(self, error: ClientError) -> None:
        """Store the error; the read-back decides."""
        self.rows.update(error=str(error)[:300])


def confirm(rows: QuerySet[ObjectChange]) -> int:
    """Close changes that read back as requested; returns how many."""
    return _close(rows, ObjectState.CONFIRMED, _LEFT, "")


def refuse(rows: QuerySet[ObjectChange], reason: str) -> int:
    """Close open changes that were not carried out; returns how many."""
    return _close(rows, ObjectState.REFUSED, OPEN_CHANGE, reason)


def leave_unknown(rows: QuerySet[ObjectChange], reason: str = "") -> None:
    """Leave changes open whose outcome could not be read; the sweep reads them again."""
    facts = {"error": reason[:300]} if reason else {}
    OBJECT_CHANGES.move(rows, to=ObjectState.UNKNOWN, expected=_LEFT, changed_at=timezone.now(), **facts)


def _close(rows: QuerySet[ObjectChange], state: ObjectState, expected: Collection[str], error: str) -> int:
    now, closed = timezone.now(), 0
    for change in rows.filter(state__in=expected):
        with transaction.atomic():
            this = ObjectChange.objects.filter(pk=change.pk)
            facts = {"closed_at": now, "changed_at": now, "lease_until": None, "error": error[:300], "sealed": ""}
            if not OBJECT_CHANGES.move(this, to=state, expected=expected, **facts):
                continue
            closed += 1
            words = f"{state.label.capitalize()}: {change.get_verb_display()}"
            _record(change, state.value, words, note=error)
    return closed


def claim(pk: int) -> ObjectChange | None:
    """Lease an open change for this process; None where it is closed, or another process has it."""
    now = timezone.now()
    free = has_come("lease_until", now, longest=LEASE)
    mine = ObjectChange.objects.filter(pk=pk, state__in=OPEN_CHANGE, workspace__in=connected_workspaces().order_by())
    unleased = mine.filter(lease_until__isnull=True).update(lease_until=now + LEASE)
    if not unleased and not mine.filter(free).update(lease_until=now + LEASE):
        return None
    return ObjectChange.objects.select_related("workspace", "by").get(pk=pk)


def release(change: ObjectChange) -> None:
    """Give the lease back."""
    ObjectChange.objects.filter(pk=change.pk).update(lease_until=None)


def open_changes(workspace: Workspace, kind: ObjectKind) -> QuerySet[ObjectChange]:
    """Changes of a kind whose outcome is not known yet."""
    return ObjectChange.objects.filter(workspace=workspace, kind=kind, state__in=OPEN_CHANGE)


def _record(
    change: ObjectChange,
    verb: str,
    summary: str,
    *,
    by: Member | None = None,
    via: str | None = None,
    note: str = "",
) -> None:
    record(
        f"{change.kind}:{change.verb}:{verb}",
        f"{summary} {change.get_kind_display()} {change.name}",
        subject=f"objects:{change.workspace_id}:{change.pk}",
        by=by,
        via=via,
        after={name: value for name, value in change.values.items() if name not in _PRIVATE} if verb == "asked" else {},
        note=note,
    )
