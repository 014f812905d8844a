"""Reads of the block list: its values by filter, and the people in campaigns whom it blocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from iexdg.ui.sorting import SortColumn
from iexdg.workspaces.models import Workspace
from leads.companies import FREEMAIL
from leads.derived.kept import kept as kept_result
from leads.derived.kept import people_changes
from leads.domains import domain_as_stored
from leads.models import BlockSource, BlockState, Lead, LeadStatus, Suppression

KINDS = {"address": "addresses", "domain": "domains"}
COLUMNS = {
    "value": SortColumn("value"),
    "state": SortColumn("state"),
    "source": SortColumn("source"),
    "since": SortColumn("since", falls_first=True),
}
# These people get no further e-mail from their campaign, blocked or not.
_FINISHED = (LeadStatus.COMPLETED, LeadStatus.BOUNCED, LeadStatus.UNSUBSCRIBED, LeadStatus.SKIPPED)


@dataclass(frozen=True)
class BlockFilters:
    """The filters of the page, read from the query string and validated here."""

    words: str = ""
    kind: str = ""
    source: str = ""
    state: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "BlockFilters":
        """Read filters; invalid values are ignored."""
        kind, source, state = (query.get(name, "") for name in ("kind", "source", "state"))
        return cls(
            words=query.get("q", "").strip().lower()[:200],
            kind=kind if kind in KINDS else "",
            source=source if source in BlockSource.values else "",
            state=state if state in BlockState.values else "",
        )

    def named(self) -> dict[str, object]:
        """The filters by their names in the query string."""
        return {"q": self.words, "kind": self.kind, "source": self.source, "state": self.state}

    @property
    def any(self) -> bool:
        """Whether any filter is set."""
        return self != BlockFilters()

    @property
    def _named(self) -> Q:
        """The values with the words in them, as they were typed or as a domain is stored."""
        return Q(value__contains=self.words) | Q(value__contains=domain_as_stored(self.words))

    def matching(self, workspace: Workspace, *, without: str = "") -> QuerySet[Suppression]:
        """The values that match all filters, or all but one."""
        found = Suppression.objects.filter(workspace=workspace)
        conditions = {
            "q": self._named if self.words else Q(),
            "kind": Q(is_domain=self.kind == "domain") if self.kind else Q(),
            "source": Q(source=self.source) if self.source else Q(),
            "state": Q(state=self.state) if self.state else Q(),
        }
        for name, condition in conditions.items():
            if name != without:
                found = found.filter(condition)
        return found


@dataclass(frozen=True)
class BlockedPeople:
    """How many people of one campaign are blocked, and how many of them have not finished it."""

    campaign: int
    people: int
    unfinished: int


def people_blocked_by(workspace_pk: int, value: str) -> QuerySet[Lead]:
    """The listed leads that one value blocks."""
    leads = Lead.objects.filter(workspace=workspace_pk, vanished_at__isnull=True).order_by()
    if "@" in value:
        return leads.filter(email=value)
    # People at free mail providers have no company domain, so they are found by their address.
    return leads.filter(email__endswith=f"@{value}") if value in FREEMAIL else leads.filter(company_domain=value)


def blocked_people(workspace_pk: int) -> list[BlockedPeople]:
    """The campaigns with people who are in them although they are blocked; kept until a lead or the list changes."""
    depends_on, _ = people_changes(workspace_pk)
    found = kept_result("blocked_people", workspace_pk, depends_on, lambda: (_counted(workspace_pk), None))
    return [BlockedPeople(*one) for one in found]


def _counted(workspace_pk: int) -> list[tuple[Any, ...]]:
    listed = Suppression.objects.filter(workspace=workspace_pk).order_by()
    domains = listed.filter(is_domain=True)
    condition = Q(email__in=listed.filter(is_domain=False).values("value"))
    condition |= Q(company_domain__in=domains.values("value"))
    for provider in domains.filter(value__in=FREEMAIL).values_list("value", flat=True):
        condition |= Q(email__endswith=f"@{provider}")
    leads = Lead.objects.filter(condition, workspace=workspace_pk, vanished_at__isnull=True).order_by()
    unfinished = Count("pk", filter=~Q(status__in=_FINISHED) | Q(status__isnull=True))
    counted = leads.values_list("campaign").annotate(people=Count("pk"), unfinished=unfinished)
    return sorted(counted, key=lambda one: (-one[2], -one[1], one[0]))
