"""The verifications of the last seven days, newest first: what the figures of the control room lead to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from iexdg.ui.filters import CountedChoice, counted_choices, number_in, query_of
from iexdg.workspaces.models import Workspace
from leads.models import CatchAll, Receipt, Verdict
from leads.pages.person import ReceiptLine, receipt_line
from leads.queries import answers_since

PAGE_ROWS = 50
DAYS = 7
_PASSED = Q(verdict=Verdict.VERIFIED, catch_all=CatchAll.NO)
OUTCOMES = {"passed": ("passed", _PASSED), "refused": ("refused", ~_PASSED)}


@dataclass(frozen=True)
class ReceiptsPage:
    """One page of the list. Shapes: since - the first moment that is counted; total - of the chosen outcome."""

    address: str
    since: datetime
    total: int
    choices: list[CountedChoice]
    lines: list[ReceiptLine]
    first_url: str
    next_url: str


def counted_since(now: datetime) -> datetime:
    """When the seven days begin: answers are counted by the hour."""
    return (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)


def receipts_url(outcome: str) -> str:
    """The address of the verifications with this outcome: passed or refused."""
    return f"{reverse('leads:receipts')}?outcome={outcome}"


def receipts_page(workspace: Workspace, query: Mapping[str, str]) -> ReceiptsPage:
    """Build one page. Shapes: query - of the address."""
    outcome = query.get("outcome", "")
    outcome = outcome if outcome in OUTCOMES else ""
    since, place = counted_since(timezone.now()), max(1, number_in(query.get("page", "")) or 1)
    answered, passed_per_day = answers_since(workspace.pk, [since])
    counts = {"passed": sum(passed_per_day), "refused": answered - sum(passed_per_day)}
    found = Receipt.objects.filter(workspace=workspace, answered_at__gte=since).select_related("paid_by", "came_with")
    if outcome:
        found = found.filter(OUTCOMES[outcome][1])
    first = (place - 1) * PAGE_ROWS
    receipts = list(found.order_by("-answered_at", "-pk")[first : first + PAGE_ROWS + 1])
    named = {"outcome": outcome}
    return ReceiptsPage(
        address=reverse("leads:receipts"),
        since=since,
        total=counts.get(outcome, answered),
        choices=counted_choices(named, "outcome", [(key, label, counts[key]) for key, (label, _) in OUTCOMES.items()]),
        lines=[receipt_line(receipt) for receipt in receipts[:PAGE_ROWS]],
        first_url=(query_of(named) or "?") if place > 1 else "",
        next_url=query_of({**named, "page": place + 1}) if len(receipts) > PAGE_ROWS else "",
    )
