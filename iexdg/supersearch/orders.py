"""Enrichments: recorded before anything is spent, moved by one table.

    -> asked
    asked -> sent | refused
    sent -> running | unknown | refused
    unknown -> running | abandoned
    running -> listing | failed | overdue
    overdue -> running
    listing -> imported | listed
    abandoned -> unknown

`carry_out.py` makes the calls. Nothing is sent a second time: what was sent is only read.
"""

import secrets
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly.supersearch import EnrichmentOrder
from iexdg.states import StateTable, has_come
from iexdg.supersearch.errors import EnrichmentRefusedError
from iexdg.supersearch.models import OPEN_ENRICHMENT, Enrichment, EnrichmentState, Search
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.connected import connected_workspaces, require_write_mode
from iexdg.workspaces.models import Workspace

ENRICHMENTS = StateTable(
    "Enrichment",
    starts=(EnrichmentState.ASKED,),
    moves={
        EnrichmentState.ASKED: (EnrichmentState.SENT, EnrichmentState.REFUSED),
        EnrichmentState.SENT: (EnrichmentState.RUNNING, EnrichmentState.UNKNOWN, EnrichmentState.REFUSED),
        EnrichmentState.UNKNOWN: (EnrichmentState.RUNNING, EnrichmentState.ABANDONED),
        EnrichmentState.RUNNING: (EnrichmentState.LISTING, EnrichmentState.FAILED, EnrichmentState.OVERDUE),
        EnrichmentState.OVERDUE: (EnrichmentState.RUNNING,),
        EnrichmentState.LISTING: (EnrichmentState.IMPORTED, EnrichmentState.LISTED),
        EnrichmentState.ABANDONED: (EnrichmentState.UNKNOWN,),
    },
)
# Assumed: Instantly publishes no price of an address in its API; its own app names one credit for each.
CREDITS_PER_PERSON = Decimal(1)
MOST_PEOPLE = 10_000
# A count that is older is read again before it is paid for.
COUNT_FRESH_FOR = timedelta(hours=1)
# How long the end of an enrichment is awaited.
WATCH_FOR = timedelta(hours=2)
LEASE = timedelta(seconds=120)
_LONGEST_NAME = 120


def price_of(people: int) -> Decimal:
    """Return what an enrichment may cost at most, in credits."""
    return CREDITS_PER_PERSON * people


def order(
    search: Search, *, into: Campaign, most: int, price: Decimal, by: Member, via: str | None = None
) -> Enrichment:
    """Record that credits are to be spent on the people of a search; `carry_out` does it.

    Shapes: most - people; price - credits, as the member confirmed it.
    Raises: NotAllowedError, ObserveModeError; EnrichmentRefusedError - not counted, more people than found, another
        price than confirmed, too few credits, or one is open. Nothing was recorded.
    """
    workspace = search.workspace
    require(by, Action.SUPERSEARCH, workspace)
    require_write_mode(workspace)
    reason = _why_not(search, into, most, price)
    if reason:
        raise EnrichmentRefusedError(reason)
    now = timezone.now()
    balance = Workspace.objects.values_list("credits_left", flat=True).get(pk=workspace.pk)
    try:
        with transaction.atomic():
            made = Enrichment.objects.create(
                workspace=workspace,
                search=search,
                campaign=into,
                most=most,
                price=price,
                # Unique, so that a list with this name was made by this enrichment and no other.
                list_name=f"{search.name[:_LONGEST_NAME]} (SuperSearch {secrets.token_hex(4)})",
                by=by,
                asked_at=now,
                changed_at=now,
                due_at=now,
                credits_before=balance,
            )
            _record(made, "asked", f"Request to spend up to {price} credits on {plural(most, 'lead')}", by=by, via=via)
            return made
    except IntegrityError:
        raise EnrichmentRefusedError("An enrichment of this search is in progress. Wait until it has ended.") from None


def _why_not(search: Search, into: Campaign, most: int, price: Decimal) -> str:
    if into.workspace_id != search.workspace_id or into.vanished_at is not None:
        return "Choose a campaign of this workspace."
    now = timezone.now()
    if search.count is None or search.read_at is None or search.error or search.read_at < now - COUNT_FRESH_FOR:
        return "Its count is not known, or older than an hour. Press Count again, then decide."
    if not 1 <= most <= min(search.count, MOST_PEOPLE):
        return f"Choose between 1 and {min(search.count, MOST_PEOPLE):,} leads."
    if price != price_of(most):
        return "The price has changed since it was shown. Look at it again, then confirm."
    left = Workspace.objects.values_list("credits_left", flat=True).get(pk=search.workspace_id)
    if left is not None and left < price:
        return f"It may cost {price:,.0f} credits, and {left:,.2f} are left. Choose fewer leads."
    return ""


class SpendIntent:
    """An enrichment as the intent of a write that spends credits."""

    def __init__(self, made: Enrichment) -> None:
        self.rows = Enrichment.objects.filter(pk=made.pk)
        self.made = made

    def begin(self) -> bool:
        """Record that it is sent now; False where it was sent or closed before."""
        now = timezone.now()
        watch_until = now + WATCH_FOR
        facts: dict[str, Any] = {"sent_at": now, "changed_at": now, "watch_until": watch_until, "due_at": now}
        return bool(ENRICHMENTS.move(self.rows, to=EnrichmentState.SENT, expected=EnrichmentState.ASKED, **facts))

    def done(self, answer: EnrichmentOrder) -> None:
        """Keep the ids of what was made; its end is awaited."""
        follow(self.made, resource=answer.resource_remote_id, job=answer.job_remote_id or "")

    def refused(self, error: ClientError) -> None:
        """Close it with Instantly's words: nothing was spent."""
        refuse(self.made, str(error))

    def unknown(self, error: ClientError) -> None:
        """Store the error; whether its list exists decides."""
        leave_unknown(self.made, str(error))


def follow(made: Enrichment, *, resource: str, job: str = "") -> None:
    """Record that Instantly has it: its list is known."""
    facts = {"resource_remote_id": resource[:64], "job_remote_id": job[:64], "error": ""}
    if _move(made, EnrichmentState.RUNNING, (EnrichmentState.SENT, EnrichmentState.UNKNOWN), **facts):
        _record(made, "running", "Started")


def look_again(made: Enrichment, *, by: Member) -> bool:
    """Await the end of an enrichment that is overdue once more, or look again for one that was abandoned.

    Raises: NotAllowedError; EnrichmentRefusedError - another one of the search is open; nothing was changed.
    """
    require(by, Action.SUPERSEARCH, made.workspace)
    now = timezone.now()
    facts = {"watch_until": now + WATCH_FOR, "due_at": now, "closed_at": None, "error": ""}
    try:
        with transaction.atomic():
            is_moved = _move(made, EnrichmentState.RUNNING, (EnrichmentState.OVERDUE,), **facts) or _move(
                made, EnrichmentState.UNKNOWN, (EnrichmentState.ABANDONED,), **facts
            )
    except IntegrityError:
        raise EnrichmentRefusedError("An enrichment of this search is in progress. Wait until it has ended.") from None
    if is_moved:
        _record(made, "again", "Look again", by=by)
    return bool(is_moved)


def abandon(made: Enrichment, *, by: Member) -> bool:
    """Close an enrichment without answer whose list did not appear within 30 minutes; only a person decides that.

    Raises: NotAllowedError.
    """
    require(by, Action.SUPERSEARCH, made.workspace)
    if not made.is_lost:
        return False
    reason = "No answer came and no list appeared; whether credits were spent is not known."
    facts = {"closed_at": timezone.now(), "error": reason}
    if not _move(made, EnrichmentState.ABANDONED, (EnrichmentState.UNKNOWN,), **facts):
        return False
    _record(made, "abandoned", "Abandoned", by=by, note=reason)
    return True


def leave_unknown(made: Enrichment, reason: str) -> None:
    """Leave it open: it may have been carried out."""
    if _move(made, EnrichmentState.UNKNOWN, (EnrichmentState.SENT,), error=reason[:300]):
        _record(made, "unknown", "No answer came", note=reason)


def refuse(made: Enrichment, reason: str) -> None:
    """Close it: it was certainly not carried out."""
    expected = (EnrichmentState.ASKED, EnrichmentState.SENT)
    close(made, EnrichmentState.REFUSED, expected, "Refused", error=reason[:300])


def end(made: Enrichment) -> None:
    """Record that Instantly has finished it; its people are listed once the list has caught up."""
    _move(made, EnrichmentState.LISTING, (EnrichmentState.RUNNING,), ended_at=timezone.now(), error="")


def close(made: Enrichment, state: EnrichmentState, expected: Collection[str], words: str, **facts: Any) -> None:
    """Close it in a state."""
    if _move(made, state, expected, closed_at=timezone.now(), **facts):
        _record(made, state.value, words, note=str(facts.get("error", "")))


def _move(made: Enrichment, state: EnrichmentState, expected: Collection[str], **facts: Any) -> int:
    this = Enrichment.objects.filter(pk=made.pk)
    return ENRICHMENTS.move(this, to=state, expected=expected, changed_at=timezone.now(), **facts)


def claim(pk: int) -> Enrichment | None:
    """Lease an open enrichment for this process; None where it is closed, or another process has it."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    connected = connected_workspaces().order_by()
    mine = Enrichment.objects.filter(free, pk=pk, state__in=OPEN_ENRICHMENT, workspace__in=connected)
    if not mine.update(lease_until=now + LEASE):
        return None
    return Enrichment.objects.select_related("workspace", "search", "campaign", "by").get(pk=pk)


def release(made: Enrichment, *, due_in: timedelta) -> None:
    """Give the lease back, and say when it is looked at next."""
    Enrichment.objects.filter(pk=made.pk).update(lease_until=None, due_at=timezone.now() + due_in)


def look_now(workspace: Workspace) -> list[int]:
    """Make the enrichments that run due at once, since one was announced as completed; returns their ids."""
    running = Enrichment.objects.filter(workspace=workspace, state=EnrichmentState.RUNNING)
    running.update(due_at=timezone.now())
    return list(running.values_list("pk", flat=True))


def enrichments_to_continue(workspace: Workspace) -> QuerySet[Enrichment]:
    """Open enrichments of a workspace that are due and that no process has."""
    now = timezone.now()
    free = Q(lease_until__isnull=True) | has_come("lease_until", now, longest=LEASE)
    due = has_come("due_at", now, longest=timedelta(minutes=5))
    return Enrichment.objects.filter(free, due, workspace=workspace, state__in=OPEN_ENRICHMENT).order_by("pk")


def _record(
    made: Enrichment, verb: str, summary: str, *, by: Member | None = None, via: str | None = None, note: str = ""
) -> None:
    after = {"leads": made.most, "credits": str(made.price), "campaign": made.campaign.name} if verb == "asked" else {}
    record(
        f"supersearch:{verb}",
        f"{summary}: {made.search.name}",
        subject=f"supersearch:{made.workspace_id}:{made.search_id}",
        by=by,
        via=via,
        after=after,
        note=note,
    )
