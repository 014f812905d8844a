"""Requests to change mailboxes: recorded before anything is sent, moved by one table, closed by a read-back.

    -> asked
    asked -> sent | refused
    sent -> sent | confirmed | unknown | refused
    unknown -> sent | confirmed | unknown | refused

`carry_out.py` makes the calls. Whoever requests the same again joins the open change; what contradicts an open change
is refused, except a pause: stopping wins over an open resume.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.background_jobs import BackgroundJob
from iexdg.mailboxes.errors import ChangeRefusedError
from iexdg.mailboxes.models import OPEN_CHANGE, ChangeState, Mailbox, MailboxChange, Wanted
from iexdg.states import StateTable, has_come
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import connected_workspaces, require_write_mode
from iexdg.workspaces.models import Mode, Workspace

MAILBOX_CHANGES = StateTable(
    "MailboxChange",
    starts=(ChangeState.ASKED,),
    moves={
        ChangeState.ASKED: (ChangeState.SENT, ChangeState.REFUSED),
        ChangeState.SENT: (ChangeState.SENT, ChangeState.CONFIRMED, ChangeState.UNKNOWN, ChangeState.REFUSED),
        ChangeState.UNKNOWN: (ChangeState.SENT, ChangeState.CONFIRMED, ChangeState.UNKNOWN, ChangeState.REFUSED),
    },
)
_LEFT = (ChangeState.SENT, ChangeState.UNKNOWN)
# Everything else needs Action.MAILBOXES.
_NEEDS = {
    Wanted.PAUSE: Action.PAUSE,
    Wanted.CONNECT: Action.CONNECT_MAILBOXES,
    Wanted.DELETE: Action.CONNECT_MAILBOXES,
}
# Longer than one carrying out may take, calls of a slow Instantly included.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Ordered:
    """What a request came to: the changes of one group, and one sentence for each mailbox that was refused."""

    group: int
    changes: tuple[MailboxChange, ...]
    refusals: tuple[str, ...] = ()


def order(
    workspace: Workspace,
    emails: Sequence[str],
    wanted: Wanted,
    *,
    by: Member | None,
    via: str | None = None,
    values: dict[str, Any] | None = None,
) -> Ordered:
    """Record that mailboxes are to be changed; `carry_out` does it.

    Works in observe mode for a pause alone: stopping is never forbidden.
    Raises: NotAllowedError, ObserveModeError, ChangeRefusedError - nothing was recorded.
    """
    if by is not None:
        require(by, _NEEDS.get(wanted, Action.MAILBOXES), workspace)
    if wanted != Wanted.PAUSE:
        require_write_mode(workspace)
    asked = list(dict.fromkeys(email.strip().lower() for email in emails))
    try:
        with transaction.atomic():
            return _order(workspace, asked, wanted, by, via, values or {})
    except IntegrityError:
        raise ChangeRefusedError(
            "Someone requested a change of these mailboxes just now. Look, then try again."
        ) from None


def _order(
    workspace: Workspace, emails: list[str], wanted: Wanted, by: Member | None, via: str | None, values: dict[str, Any]
) -> Ordered:
    # Which mailbox is connected by signing in is not known before: such a request has no address and joins no other.
    named = [email for email in emails if email]
    there = MailboxChange.objects.filter(workspace=workspace, email__in=named, about=wanted.about)
    if wanted == Wanted.PAUSE:
        refuse(there.filter(wanted__in=[Wanted.RESUME, Wanted.FIX]), "A pause was requested.")
    open_ones = {one.email: one for one in there.filter(state__in=OPEN_CHANGE)}
    joined = [one for one in open_ones.values() if (one.wanted, one.values) == (wanted, values)]
    others = [one for one in open_ones.values() if one not in joined]
    new = _created(workspace, [email for email in emails if email not in open_ones], wanted, by, values)
    if new:
        _record(new, "asked", f"Request to {wanted.label}", by=by, via=via, after=values)
    changes = (*new, *joined)
    return Ordered(changes[0].group if changes else 0, changes, _refusals(others))


def _refusals(open_ones: Sequence[MailboxChange]) -> tuple[str, ...]:
    words = "a request to {} is open. Wait until it is confirmed."
    return tuple(f"{one.email}: {words.format(one.get_wanted_display())}" for one in open_ones)


def _created(
    workspace: Workspace, emails: list[str], wanted: Wanted, by: Member | None, values: dict[str, Any]
) -> list[MailboxChange]:
    now, boxes = timezone.now(), Mailbox.objects.filter(workspace=workspace, email__in=emails)
    before = {box.email: {name: getattr(box, name, None) for name in values} for box in boxes} if values else {}
    rows = MailboxChange.objects.bulk_create(
        MailboxChange(
            workspace=workspace,
            email=email,
            wanted=wanted,
            about=wanted.about,
            before=before.get(email, {}),
            values=values,
            by=by,
            asked_at=now,
            changed_at=now,
        )
        for email in emails
    )
    if rows:
        MailboxChange.objects.filter(pk__in=[row.pk for row in rows]).update(group=rows[0].pk)
        for row in rows:
            row.group = rows[0].pk
    return rows


class OrderIntent:
    """Changes that are sent by one call, as the intent of a write. Only the read-back shows what became of them."""

    def __init__(self, changes: Collection[MailboxChange]) -> None:
        self.rows = MailboxChange.objects.filter(pk__in=[one.pk for one in changes])
        self.attempts = max((one.attempts for one in changes), default=0) + 1

    def begin(self) -> bool:
        """Count the attempt; False where every one of them was closed meanwhile."""
        now = timezone.now()
        sent = {"sent_at": now, "changed_at": now, "answered_at": None, "job": "", "error": ""}
        return bool(
            MAILBOX_CHANGES.move(self.rows, to=ChangeState.SENT, expected=OPEN_CHANGE, attempts=self.attempts, **sent)
        )

    def done(self, answer: object) -> None:
        """Note that it was accepted, and by which job it is done."""
        now = timezone.now()
        job = answer.remote_id[:64] if isinstance(answer, BackgroundJob) else ""
        self.rows.update(answered_at=now, changed_at=now, job=job)

    def refused(self, error: ClientError) -> None:
        """Close them with Instantly's words: it was certainly not carried out."""
        refuse(self.rows, str(error))

    def unknown(self, error: ClientError) -> None:
        """Store the error; the read-back decides."""
        leave_unknown(self.rows, str(error))


def confirm(rows: QuerySet[MailboxChange]) -> int:
    """Close changes that read back as requested; returns how many."""
    return _close(rows.filter(state__in=_LEFT), ChangeState.CONFIRMED, _LEFT, "")


def refuse(rows: QuerySet[MailboxChange], reason: str) -> int:
    """Close open changes that were not carried out; returns how many."""
    return _close(rows.filter(state__in=OPEN_CHANGE), ChangeState.REFUSED, OPEN_CHANGE, reason)


def leave_unknown(rows: QuerySet[MailboxChange], reason: str = "") -> None:
    """Leave changes open whose outcome could not be read; the sweep reads them again."""
    facts = {"error": reason[:300]} if reason else {}
    MAILBOX_CHANGES.move(rows, to=ChangeState.UNKNOWN, expected=_LEFT, changed_at=timezone.now(), **facts)


def _close(rows: QuerySet[MailboxChange], state: ChangeState, expected: Collection[str], error: str) -> int:
    closed = list(rows)
    now = timezone.now()
    with transaction.atomic():
        moved = MAILBOX_CHANGES.move(
            MailboxChange.objects.filter(pk__in=[one.pk for one in closed]),
            to=state,
            expected=expected,
            closed_at=now,
            changed_at=now,
            lease_until=None,
            error=error[:300],
        )
        if moved:
            wanted = Wanted(closed[0].wanted)
            _record(closed, state.value, f"{state.label.capitalize()}: {wanted.label}", note=error)
    return moved


def claim(group: int) -> list[MailboxChange]:
    """Lease the open changes of a group for this process; what another process has is left out."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    mine = MailboxChange.objects.filter(
        free, group=group, state__in=OPEN_CHANGE, workspace__in=connected_workspaces().order_by()
    )
    # The time of the lease is the mark of who took it: two processes cannot have the same rows.
    taken = [pk for pk in mine.values_list("pk", flat=True) if mine.filter(pk=pk).update(lease_until=now + LEASE)]
    found = MailboxChange.objects.filter(pk__in=taken).select_related("workspace", "by")
    return list(found.order_by("pk"))


def release(changes: Collection[MailboxChange]) -> None:
    """Give the lease back."""
    MailboxChange.objects.filter(pk__in=[one.pk for one in changes]).update(lease_until=None)


def still_allowed(changes: Sequence[MailboxChange]) -> list[MailboxChange]:
    """Return those that may still be sent: where the workspace was put into observe mode, only pauses are."""
    may_write = Workspace.objects.filter(pk=changes[0].workspace_id, mode=Mode.WRITE).exists() if changes else True
    kept = [one for one in changes if may_write or one.wanted == Wanted.PAUSE]
    if len(kept) < len(changes):
        left = [one.pk for one in changes if one not in kept]
        refuse(MailboxChange.objects.filter(pk__in=left), "The workspace was put into observe mode.")
    return kept


def _record(
    changes: Sequence[MailboxChange], verb: str, summary: str, *, by: Member | None = None, via: str | None = None,
    after: dict[str, Any] | None = None, note: str = "",
) -> None:  # fmt: skip
    first = changes[0]
    whom = first.email or "a mailbox" if len(changes) == 1 else plural(len(changes), "mailbox", "mailboxes")
    record(
        f"mailbox:{first.wanted}:{verb}",
        f"{summary}, {whom}",
        subject=f"mailboxes:{first.workspace_id}:{first.group}",
        by=by,
        via=via,
        before=first.before if len(changes) == 1 else {},
        after=after or {},
        note=note,
    )
