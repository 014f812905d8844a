"""The receiver as templates read it: a part of the page of webhooks, and a page of its own for an admin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.webhooks.errors import ReceiverUnavailableError
from iexdg.webhooks.models import Receiver
from iexdg.webhooks.queries import Lately, lately
from iexdg.webhooks.receivers import SECRET_HEADER, address_of, receiver_of, secret_of
from iexdg.webhooks.subscribing import (
    BySecret,
    by_secret,
    disabled_among,
    missing_events,
    needed_words,
    ours_among,
)
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectKind
from iexdg.workspace_objects.sections import Section
from iexdg.workspaces.models import Workspace


@dataclass(frozen=True)
class ReceiverShown:
    """The receiver for one reader.

    Shapes: address, secret - "" for whoever may not see them; problem - why there is none, or it cannot be shown;
        missing - what is not subscribed, in words; stale, refused, disabled - how many webhooks, in words, send the
        former secret, send none that is accepted, and are disabled by Instantly; "" for none.
    """

    is_made: bool
    problem: str
    address: str
    secret: str
    header: str
    rotated_at: datetime | None
    former_until: datetime | None
    lately: Lately
    read: Kept
    subscriptions: int
    missing: str
    stale: str
    refused: str
    disabled: str
    may_change: bool
    may_write: bool


def section_of(workspace: Workspace, member: Member) -> Section:
    """Build the part of the page of webhooks; the secret is on the receiver's own page."""
    return Section("webhooks/_receiver.html", shown_receiver(workspace, member=member))


def shown_receiver(workspace: Workspace, *, member: Member, with_secret: bool = False) -> ReceiverShown:
    """Build what is shown of the receiver."""
    receiver = receiver_of(workspace)
    may_change = member.may(Action.WEBHOOKS, workspace)
    (read,) = kept(workspace, ObjectKind.WEBHOOK)
    address, secret, problem = _opened(receiver, with_secret=with_secret)
    ours = ours_among(receiver, read.items) if receiver is not None and not problem else []
    secrets = by_secret(receiver, ours) if receiver is not None else BySecret((), (), ())
    until = receiver.former_until if receiver is not None else None
    return ReceiverShown(
        is_made=receiver is not None,
        problem=problem,
        address=address if may_change else "",
        secret=secret if may_change else "",
        header=SECRET_HEADER,
        rotated_at=receiver.rotated_at if receiver is not None else None,
        former_until=until if until is not None and until > timezone.now() else None,
        lately=lately(workspace),
        read=read,
        subscriptions=len(ours),
        missing=_missing(read, ours),
        stale=_number(secrets.former),
        refused=_number(secrets.refused),
        disabled=_number(disabled_among(ours)),
        may_change=may_change,
        may_write=may_change and workspace.may_write,
    )


def _opened(receiver: Receiver | None, *, with_secret: bool) -> tuple[str, str, str]:
    """The address, the secret where it is wanted, and why they cannot be shown."""
    if receiver is None:
        return "", "", ""
    try:
        return address_of(receiver), secret_of(receiver) if with_secret else "", ""
    except ReceiverUnavailableError as error:
        return "", "", str(error)


def _missing(read: Kept, ours: Sequence[Item]) -> str:
    """What is not subscribed, as a sentence: "Replies and bounces are not subscribed." """
    if read.read_at is None:
        return ""
    words = [needed_words(name) for name in missing_events(ours)]
    if not words:
        return ""
    named = [words[0], *(word[0].lower() + word[1:] for word in words[1:])]
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]


def _number(webhooks: Sequence[Item]) -> str:
    return plural(len(webhooks), "webhook") if webhooks else ""
