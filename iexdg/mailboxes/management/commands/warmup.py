"""Turns the warm-up of mailboxes on or off, and waits for Instantly's job and the read-back where asked to."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar

from iexdg.mailboxes.carry_out import carry_out
from iexdg.mailboxes.errors import ChangeRefusedError, MailboxError, UnknownMailboxError
from iexdg.mailboxes.models import ChangeState, Mailbox, MailboxChange, Wanted
from iexdg.mailboxes.orders import Ordered, order
from iexdg.mailboxes.sync import sync_mailboxes
from iexdg.mailboxes.tasks import carry_out_group
from iexdg.operations.enqueue import enqueue
from iexdg.team.audit.models import Via
from iexdg.team.commands import Outcome, PlainCommand, acting_member, add_member_argument
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import current_workspace
from iexdg.workspaces.errors import WorkspaceError
from iexdg.workspaces.models import Workspace

_WANTED = {"enable": Wanted.WARMUP_ON, "disable": Wanted.WARMUP_OFF}
_TIMEOUT_S, _POLL_EVERY_S = 180.0, 1.0


class Command(PlainCommand):
    """Open to operators, like the buttons."""

    help = "Turn the warm-up of mailboxes on or off; with --wait until Instantly reads back."
    expected: ClassVar[tuple[type[Exception], ...]] = (WorkspaceError, MailboxError)

    def arguments(self, parser: ArgumentParser) -> None:
        """Name what to do, the mailboxes and the member."""
        parser.add_argument("what", choices=sorted(_WANTED), help="turn warm-up on or off")
        parser.add_argument("mailboxes", metavar="MAILBOX", nargs="+", help="address of a mailbox")
        parser.add_argument("--wait", action="store_true", help="carry it out here and wait for the outcome")
        add_member_argument(parser)

    def work(self, **options: Any) -> Outcome:
        """Record the request, carry it out or leave it to the workers, report the outcome of each mailbox."""
        workspace, member = current_workspace(), acting_member(options, Action.MAILBOXES)
        emails = _known(workspace, options["mailboxes"])
        ordered = order(workspace, emails, _WANTED[options["what"]], by=member, via=Via.CLI)
        if not ordered.changes:
            raise ChangeRefusedError(" ".join(ordered.refusals))
        if options["wait"]:
            _wait(ordered)
        else:
            for group in _groups(ordered):
                enqueue(carry_out_group, group)
        return _outcome(ordered, is_waited_for=options["wait"])


def _known(workspace: Workspace, asked: list[str]) -> list[str]:
    """Return the addresses as they are mirrored; what is not known yet is read once.

    Raises: UnknownMailboxError - one of them is no mailbox of the workspace; nothing was changed.
    """
    emails = [email.strip().lower() for email in asked]
    there = Mailbox.objects.filter(workspace=workspace, email__in=emails, vanished_at__isnull=True)
    if there.count() < len(set(emails)):
        sync_mailboxes(workspace)
    missing = sorted(set(emails) - set(there.values_list("email", flat=True)))
    if missing:
        raise UnknownMailboxError(f"{', '.join(missing)} is no mailbox of {workspace.name}. Nothing was changed.")
    return emails


def _groups(ordered: Ordered) -> list[int]:
    return sorted({change.group for change in ordered.changes})


def _wait(ordered: Ordered) -> None:
    """Carry out in this process; where a worker has some of it, wait for that."""
    ends_at = time.monotonic() + _TIMEOUT_S
    while True:
        for group in _groups(ordered):
            carry_out(group)
        if not any(change.is_open for change in _read(ordered)) or time.monotonic() > ends_at:
            return
        time.sleep(_POLL_EVERY_S)


def _read(ordered: Ordered) -> list[MailboxChange]:
    return list(MailboxChange.objects.filter(pk__in=[one.pk for one in ordered.changes]).order_by("email"))


def _outcome(ordered: Ordered, *, is_waited_for: bool) -> Outcome:
    changes = _read(ordered)
    facts = {
        "changes": [
            {
                "mailbox": one.email,
                "wanted": one.wanted,
                "state": one.state,
                "job": one.job,
                "confirmed_at": one.closed_at if one.state == ChangeState.CONFIRMED else None,
                "error": one.error,
            }
            for one in changes
        ],
        "refused": list(ordered.refusals),
    }
    if not is_waited_for:
        return Outcome(facts, f"Requested for {plural(len(changes), 'mailbox', 'mailboxes')}.", _failure(ordered, []))
    left = [one for one in changes if one.state != ChangeState.CONFIRMED]
    confirmed = f"{plural(len(changes) - len(left), 'mailbox', 'mailboxes')} confirmed, read back."
    return Outcome(facts, confirmed, _failure(ordered, left))


def _failure(ordered: Ordered, left: list[MailboxChange]) -> str:
    words = [f"{one.email} is not confirmed: {one.get_state_display()}. {one.error}" for one in left]
    return " ".join([*words, *ordered.refusals])
