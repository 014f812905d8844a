"""Reads of sending accounts, and what their numbers mean. Every function is a fixed number of queries."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from iexdg.mailboxes.models import OPEN_CHANGE, Mailbox, MailboxChange, MailboxDay, Wanted
from iexdg.states import has_come
from iexdg.ui.folding import has_words
from iexdg.ui.sorting import SortColumn
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
# Source: instantly-facts.md §2.0, Account.provider_code (read 2026-11-26).
PROVIDERS = {1: "IMAP/SMTP", 2: "Google", 3: "Microsoft", 4: "AWS", 8: "AirMail", 11: "AirMail Instant"}
# Assumed: Instantly calls a score of 90 and more good; below 80 mail starts to land in spam.
WARM_ENOUGH = 80
# The filters of the list: name in the URL -> (label, condition).
STATE_FILTERS: dict[str, tuple[str, Q]] = {
    "connected": ("connected", Q(status=CONNECTED, setup_pending=False, vanished_at__isnull=True)),
    "paused": ("paused", Q(status=2, vanished_at__isnull=True)),
    "trouble": ("in trouble", Q(status__lt=0, vanished_at__isnull=True)),
    "maintenance": ("in maintenance", Q(status=3, vanished_at__isnull=True)),
    "setup": ("setup not finished", Q(setup_pending=True, vanished_at__isnull=True)),
    "unread": ("not read yet", Q(status__isnull=True, vanished_at__isnull=True)),
    "gone": ("no longer in Instantly", Q(vanished_at__isnull=False)),
}
WARMUP_FILTERS: dict[str, tuple[str, Q]] = {
    "on": ("warming", Q(warmup_status=1)),
    "off": ("warm-up paused", Q(warmup_status=0)),
    "trouble": ("warm-up in trouble", Q(warmup_status__lt=0)),
}
COLUMNS = {
    "mailbox": SortColumn(Lower("email")),
    "status": SortColumn("status"),
    "warmup": SortColumn("warmup_status", falls_first=True),
    "score": SortColumn("warmup_score", falls_first=True),
    "today": SortColumn("sent_today", falls_first=True),
    "cap": SortColumn("daily_limit", falls_first=True),
    "problem": SortColumn("problem_at", falls_first=True),
}
# A change that was just requested is with a worker already; the sweep ignores it for this long.
_SWEEP_AFTER = timedelta(seconds=3)
# As Sender.is_ready, for the database to choose by.
_IS_READY = Q(vanished_at__isnull=True, status=CONNECTED, setup_pending=False)
_LONGEST_LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Filters:
    """What a list of mailboxes shows; an empty field shows all. Shapes: senders - of the campaign that is chosen;
    tagged - addresses that have the tag that is chosen.
    """

    q: str = ""
    state: str = ""
    warmup: str = ""
    provider: int | None = None
    campaign: int | None = None
    senders: tuple[str, ...] | None = None
    tag: str = ""
    tagged: tuple[str, ...] | None = None


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
        """Its state in words."""
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
    boxes = Mailbox.objects.filter(workspace=workspace).exclude(_IS_READY)
    return frozenset(boxes.values_list("email", flat=True))


def provider_words(code: int | None) -> str:
    """The name of a provider; an unknown code is shown as received."""
    return "unknown provider" if code is None else PROVIDERS.get(code, f"provider {code}")


def mailboxes(workspace: Workspace, filters: Filters) -> QuerySet[Mailbox]:
    """The mailboxes that match; those that Instantly no longer lists only where they are asked for."""
    found = Mailbox.objects.filter(workspace=workspace)
    if filters.state in STATE_FILTERS:
        found = found.filter(STATE_FILTERS[filters.state][1])
    else:
        found = found.filter(vanished_at__isnull=True)
    if filters.warmup in WARMUP_FILTERS:
        found = found.filter(WARMUP_FILTERS[filters.warmup][1])
    if filters.provider is not None:
        found = found.filter(provider_code=filters.provider)
    if filters.campaign is not None:
        found = found.filter(email__in=filters.senders or ())
    if filters.tag:
        found = found.filter(email__in=filters.tagged or ())
    return found.filter(has_words(filters.q, "email", "first_name", "last_name"))


def days_of(boxes: Collection[Mailbox], since: date) -> dict[int, list[MailboxDay]]:
    """The days of each mailbox, oldest first, by its id."""
    grouped: dict[int, list[MailboxDay]] = {box.pk: [] for box in boxes}
    for day in MailboxDay.objects.filter(mailbox__in=[box.pk for box in boxes], day__gte=since).order_by("day"):
        grouped[day.mailbox_id].append(day)
    return grouped


def warmups_of(boxes: Collection[Mailbox], since: date) -> dict[int, list[tuple[int | None, int | None]]]:
    """(landed in the inbox, sent) of each day of each mailbox, oldest first, by its id.

    No rows as objects: a page of the list has several hundred days.
    """
    grouped: dict[int, list[tuple[int | None, int | None]]] = {box.pk: [] for box in boxes}
    found = MailboxDay.objects.filter(mailbox__in=list(grouped), day__gte=since).order_by("day")
    for pk, inbox, sent in found.values_list("mailbox", "warmup_inbox", "warmup_sent"):
        grouped[pk].append((inbox, sent))
    return grouped


def providers_of(workspace: Workspace) -> list[int]:
    """The provider codes that occur in a workspace."""
    codes = Mailbox.objects.filter(workspace=workspace).order_by("provider_code")
    return [code for code in codes.values_list("provider_code", flat=True).distinct() if code is not None]


def newest_changes(workspace: Workspace, emails: Collection[str]) -> dict[tuple[str, str], MailboxChange]:
    """The newest change of each mailbox about each thing, by (address, about)."""
    there = MailboxChange.objects.filter(workspace=workspace, email__in=emails).order_by()
    newest = there.values("email", "about").annotate(newest=Max("id")).values("newest")
    return {(one.email, one.about): one for one in MailboxChange.objects.filter(pk__in=newest)}


def changes_of(workspace: Workspace, *, email: str = "", group: int | None = None) -> QuerySet[MailboxChange]:
    """The changes of one mailbox, the newest first, or of one group by address."""
    found = MailboxChange.objects.filter(workspace=workspace).select_related("by")
    return found.filter(email=email).order_by("-id") if group is None else found.filter(group=group).order_by("email")


def groups_to_continue(workspace: Workspace) -> list[tuple[int, str]]:
    """(group, wanted) of the open changes that no process has leased."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=_LONGEST_LEASE)
    asked = has_come("asked_at", now - _SWEEP_AFTER, longest=_SWEEP_AFTER)
    waiting = MailboxChange.objects.filter(free, asked, workspace=workspace, state__in=OPEN_CHANGE)
    return list(waiting.order_by("group").values_list("group", "wanted").distinct())


def vitals_to_read(workspace: Workspace, now: datetime) -> QuerySet[Mailbox]:
    """The mailboxes whose mail records someone asked for and nobody has read yet."""
    return Mailbox.objects.filter(workspace=workspace, vitals_asked_at__isnull=False, vitals_asked_at__lte=now)


def disconnected_since(workspace: Workspace) -> QuerySet[Mailbox]:
    """The mailboxes that worked when they were read and fail now."""
    failing = Mailbox.objects.filter(workspace=workspace, disconnected_at__isnull=False, vanished_at__isnull=True)
    return failing.filter(status__lt=0).order_by("email")


def gone_since(workspace: Workspace, since: datetime) -> QuerySet[Mailbox]:
    """The mailboxes that Instantly stopped listing since a time, and that were not being deleted here then."""
    ours = MailboxChange.objects.filter(
        Q(closed_at__isnull=True) | Q(closed_at__gte=OuterRef("vanished_at")),
        workspace=workspace,
        email=OuterRef("email"),
        wanted=Wanted.DELETE,
        asked_at__lte=OuterRef("vanished_at"),
    )
    gone = Mailbox.objects.filter(~Exists(ours), workspace=workspace, vanished_at__gte=since)
    return gone.order_by("email")
