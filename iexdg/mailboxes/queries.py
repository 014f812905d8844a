"""Reads of sending accounts, and what their numbers mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date

from iexdg.mailboxes.models import Mailbox
from iexdg.workspaces.models import Workspace

# Source: instantly-facts.md §2.0, Account.status and warmup_status (read 2026-11-22).
_STATUS = {
    1: ("Connected", "ok"),
    2: ("Paused", "idle"),
    3: ("In maintenance", "warn"),
    -1: ("Connection error", "bad"),
    -2: ("Soft bounce", "bad"),
    -3: ("Sending error", "bad"),
}
_WARMUP = {
    0: ("Warm-up paused", "idle"),
    1: ("Warming", "ok"),
    -1: ("Banned from warm-up", "bad"),
    -2: ("Spam folder unknown", "warn"),
    -3: ("Suspended from warm-up", "bad"),
}
CONNECTED = 1
# Assumed: Instantly calls a score of 90 and more good; below 80 mail starts to land in spam.
WARM_ENOUGH = 80


@dataclass(frozen=True)
class Sender:
    """One sending address of a campaign; `mailbox` None means Instantly does not list it."""

    email: str
    mailbox: Mailbox | None

    @property
    def is_ready(self) -> bool:
        """Whether it can send now."""
        box = self.mailbox
        return box is not None and box.vanished_at is None and box.status == CONNECTED and not box.setup_pending

    @property
    def words(self) -> str:
        """Its state for people."""
        if self.mailbox is None or self.mailbox.vanished_at is not None:
            return "Not in this workspace"
        if self.mailbox.setup_pending:
            return "Setup not finished"
        return status_words(self.mailbox.status)[0]

    @property
    def tone(self) -> str:
        """Its state as a meaning."""
        if self.mailbox is None or self.mailbox.vanished_at is not None:
            return "bad"
        return "warn" if self.mailbox.setup_pending else status_words(self.mailbox.status)[1]

    @property
    def warmup(self) -> tuple[str, str]:
        """Its warm-up in words and as a meaning."""
        return warmup_words(self.mailbox.warmup_status if self.mailbox else None)

    @property
    def score(self) -> float | None:
        """Its warm-up score, 0 to 100; None is unknown."""
        return self.mailbox.warmup_score if self.mailbox else None

    def sent_on(self, day: date) -> int | None:
        """What it has sent on this UTC day, all campaigns together; None where that was not read on that day."""
        box = self.mailbox
        if box is None or box.sent_read_at is None or box.sent_read_at.astimezone(UTC).date() != day:
            return None
        return box.sent_today

    @property
    def daily_limit(self) -> int | None:
        """How many e-mails it may send a day; None is unknown."""
        return self.mailbox.daily_limit if self.mailbox else None


def status_words(code: int | None) -> tuple[str, str]:
    """The word and the tone of an account status; an unknown code is shown as received."""
    if code is None:
        return "Not read yet", "warn"
    return _STATUS.get(code, (f"Unknown status {code}", "warn"))


def warmup_words(code: int | None) -> tuple[str, str]:
    """The word and the tone of a warm-up status."""
    if code is None:
        return "Warm-up unknown", "warn"
    return _WARMUP.get(code, (f"Unknown warm-up {code}", "warn"))


def senders(workspace: Workspace, emails: Iterable[str]) -> list[Sender]:
    """Look up sending addresses in the mirror, in the order given, in one query."""
    wanted = [str(email).strip().lower() for email in emails]
    found = {box.email: box for box in Mailbox.objects.filter(workspace=workspace, email__in=wanted)}
    return [Sender(email, found.get(email)) for email in wanted]


def disconnected(workspace: Workspace) -> frozenset[str]:
    """Addresses that cannot send now, of the whole workspace, in one query."""
    boxes = Mailbox.objects.filter(workspace=workspace)
    return frozenset(box.email for box in boxes if not Sender(box.email, box).is_ready)
