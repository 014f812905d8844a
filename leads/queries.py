"""Reads of imports, rows, receipts and the leads mirror."""

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.queries import with_campaign_line
from iexdg.ui.folding import folded, has_words
from iexdg.workspaces.models import Workspace
from leads.derived.search import SHORTEST, containing, matching
from leads.models import (
    AnswerCount,
    Import,
    Lead,
    LeadCount,
    LeadList,
    LeadStatus,
    ListedLead,
    ReactionCount,
    Reason,
    Receipt,
    Row,
    RowCount,
    RowState,
    Suppression,
    Verdict,
)

_Carrier = TypeVar("_Carrier", Lead, Row)

# States of rows in other imports that are going to be sent to Instantly, or may be there. What was loaded is in the
# mirror: a person who was deleted in Instantly can be loaded again, whatever was loaded before.
IN_FLIGHT = (RowState.VERIFIED, RowState.LOADING, RowState.UNKNOWN)
# Merge variables that have their own column in Lead and in Row; Instantly takes the others from the payload.
COLUMN_OF = {
    "firstName": "first_name",
    "lastName": "last_name",
    "companyName": "company_name",
    "jobTitle": "job_title",
}
# The same for Row, with the columns that are sent in a lead's payload.
ROW_COLUMN_OF = {**COLUMN_OF, "phone": "phone", "website": "website", "personalization": "personalization"}
# Variables that every lead has, since they come from its address.
NEVER_EMPTY = frozenset({"email", "companyDomain"})
# A list of at most this many leads is searched by reading it: that is quick, and finds words of any length.
READ_THROUGH = 10_000
_MOST_WORDS = 5
# Of a longer word the index finds the beginning, which tells people apart; each three letters more, such as those of a
# mail domain, would cost a run through everyone who has them.
_MOST_LETTERS = 12
# Final verdicts; addresses with any other verdict can be verified again.
_ANSWERS = (Verdict.VERIFIED, Verdict.INVALID, Verdict.OTHER)


@dataclass(frozen=True, slots=True)
class Collision:
    """Why an address must not be loaded again."""

    reason: Reason
    detail: str


def among(values: Iterable[str]) -> RawSQL:
    """Any of these values, for a condition `…__in`: one parameter, where a list would be one for each of a thousand."""
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(values))])
    return RawSQL("SELECT unnest(%s::text[])", [list(values)])


def collisions(imported: Import, emails: Collection[str]) -> dict[str, Collision]:
    """Find the addresses that are already in a campaign, as far as mirrored, or waiting in another import."""
    found: dict[str, Collision] = {}
    if imported.lead_list is not None:
        in_list = Collision(Reason.IN_LIST, imported.lead_list.name[:300])
        found |= dict.fromkeys(_in_list(imported.lead_list, emails), in_list)
    for email, campaign_pk, name in _mirrored(imported, emails).values_list("email", "campaign_id", "campaign__name"):
        if campaign_pk == imported.campaign_id:
            found[email] = Collision(Reason.IN_CAMPAIGN, name[:300])
        else:
            found.setdefault(email, Collision(Reason.IN_OTHER_CAMPAIGN, name[:300]))
    for email, name, import_pk in _in_other_imports(imported, emails):
        found.setdefault(email, Collision(Reason.IN_OTHER_IMPORT, f"import {import_pk} into {name}"[:300]))
    return found


def mirrored_before(imported: Import, emails: Collection[str], moment: datetime) -> dict[int, set[str]]:
    """The addresses of a campaign that Instantly listed last before the moment, by campaign."""
    found: dict[int, set[str]] = {}
    older = _mirrored(imported, emails).filter(synced_at__lt=moment)
    for email, campaign_pk in older.values_list("email", "campaign_id"):
        found.setdefault(campaign_pk, set()).add(email)
    return found


def _mirrored(imported: Import, emails: Collection[str]) -> QuerySet[Lead]:
    """The mirrored leads with these addresses. A campaign that is gone holds no one."""
    leads = Lead.objects.filter(workspace_id=imported.workspace_id, email__in=among(emails), vanished_at__isnull=True)
    leads = leads.filter(campaign__vanished_at__isnull=True).order_by()
    # Whoever is moved is in the campaign that they leave.
    return leads if imported.source_campaign_id is None else leads.exclude(campaign_id=imported.source_campaign_id)


def _in_other_imports(imported: Import, emails: Collection[str]) -> Iterable[tuple[str, str, int]]:
    others = Import.objects.filter(workspace_id=imported.workspace_id, started_at__isnull=False).exclude(pk=imported.pk)
    others = others.filter(counts__state__in=IN_FLIGHT, counts__number__gt=0).distinct()
    # Listed explicitly, so that the database uses the (import, address) index instead of reading whole imports.
    pks = list(others.order_by().values_list("pk", flat=True))
    if not pks:
        return []
    rows = Row.objects.filter(imported_id__in=pks, email__in=among(emails), state__in=IN_FLIGHT)
    into = Coalesce("imported__campaign__name", "imported__lead_list__name")
    return rows.order_by().values_list("email", into, "imported_id")


def _in_list(lead_list: LeadList, emails: Collection[str]) -> Iterable[str]:
    listed = ListedLead.objects.filter(lead_list=lead_list, email__in=among(emails), vanished_at__isnull=True)
    return listed.order_by().values_list("email", flat=True)


def people_per_company(workspace_pk: int, domains: Collection[str]) -> dict[str, int]:
    """Count the people in all campaigns for some companies."""
    leads = Lead.objects.filter(workspace_id=workspace_pk, company_domain__in=among(domains), vanished_at__isnull=True)
    pairs = leads.order_by().values_list("company_domain").annotate(people=Count("email", distinct=True))
    return dict(pairs)


def fresh_receipts(workspace_pk: int) -> QuerySet[Receipt]:
    """Final receipts that are fresh enough to be used again."""
    oldest = timezone.now() - timedelta(days=settings.RECEIPT_LIFE_DAYS)
    return Receipt.objects.filter(workspace_id=workspace_pk, verdict__in=_ANSWERS, answered_at__gte=oldest)


def rows_to_pay(imported: Import) -> QuerySet[Row]:
    """New rows whose address has neither a fresh receipt nor an open one."""
    known = fresh_receipts(imported.workspace_id).filter(email=OuterRef("email"))
    asked = Receipt.objects.filter(
        workspace_id=imported.workspace_id, email=OuterRef("email"), answered_at__isnull=True
    )
    return Row.objects.filter(imported=imported, state=RowState.NEW).exclude(Exists(known)).exclude(Exists(asked))


def imports_of(workspace: Workspace) -> QuerySet[Import]:
    """All imports, newest first, with the line of their campaign or list and uploader."""
    imports = Import.objects.filter(workspace=workspace).select_related("lead_list", "uploaded_by")
    return with_campaign_line(imports).order_by("-pk")


def imports_with(workspace: Workspace, words: str) -> QuerySet[Import]:
    """Imports in whose file name, campaign or list every word occurs, newest first."""
    return imports_of(workspace).filter(has_words(words, "file_name", "campaign__name", "lead_list__name"))


def tallies(imports: Collection[int]) -> dict[int, dict[str, int]]:
    """Rows per state of several imports in one query."""
    counted: dict[int, dict[str, int]] = {pk: {} for pk in imports}
    counts = RowCount.objects.filter(imported_id__in=imports, number__gt=0)
    for pk, state, number in counts.values_list("imported_id", "state", "number"):
        counted[pk][state] = counted[pk].get(state, 0) + number
    return counted


def same_file_before(imported: Import) -> Import | None:
    """The newest earlier import of the identical file into the same campaign or list."""
    place = {"campaign_id": imported.campaign_id, "lead_list_id": imported.lead_list_id}
    same = Import.objects.filter(**place, sha256=imported.sha256, pk__lt=imported.pk)
    return same.order_by("-pk").first()


def rows_in(imported: Import, *states: str) -> int:
    """How many rows of an import are in one of these states."""
    counts = RowCount.objects.filter(imported=imported, state__in=states)
    return counts.aggregate(number=Sum("number"))["number"] or 0


def rows_by_outcome(imported: Import) -> dict[tuple[str, str], int]:
    """How many rows of an import are in which state for which reason."""
    counts = RowCount.objects.filter(imported=imported, number__gt=0)
    return {(state, reason): number for state, reason, number in counts.values_list("state", "reason", "number")}


def listed_leads(workspace_pk: int, *, campaign_pk: int | None = None) -> int:
    """How many leads Instantly still lists, in a campaign."""
    counts = LeadCount.objects.filter(campaign__workspace_id=workspace_pk, vanished=False)
    if campaign_pk is not None:
        counts = counts.filter(campaign_id=campaign_pk)
    return counts.aggregate(number=Sum("number"))["number"] or 0


def listed_by_status(workspace_pk: int) -> dict[int | None, int]:
    """How many leads Instantly still lists with each status; None where it reported no status."""
    counts = LeadCount.objects.filter(campaign__workspace_id=workspace_pk, vanished=False, number__gt=0)
    found = counts.order_by().values_list("status").annotate(listed=Sum("number"))
    return {int(status) if status else None: listed for status, listed in found}


def people_by_status(campaign_pk: int) -> list[tuple[int | None, bool, int]]:
    """How many leads of a campaign Instantly still lists, as (status, whether an e-mail went to them, number)."""
    counts = LeadCount.objects.filter(campaign_id=campaign_pk, vanished=False, number__gt=0)
    found = counts.values_list("status", "contacted", "number")
    return [(int(status) if status else None, contacted, number) for status, contacted, number in found]


def reactions(campaign_pk: int) -> dict[str, int]:
    """How many listed leads of a campaign opened, clicked and replied at least once."""
    count = ReactionCount.objects.filter(campaign_id=campaign_pk, vanished=False).first() or ReactionCount()
    return {"opened": count.opened, "clicked": count.clicked, "replied": count.replied}


def search_leads(workspace: Workspace, words: str = "", *, campaign_pk: int | None = None) -> QuerySet[Lead]:
    """Leads that Instantly still lists, newest first, narrowed by campaign and by words in address, name, company."""
    if campaign_pk is None:
        leads = Lead.objects.filter(workspace=workspace, vanished_at__isnull=True)
    else:
        # Filtered by campaign first, so that the database uses the index on the campaign.
        leads = Lead.objects.filter(campaign_id=campaign_pk, campaign__workspace=workspace, vanished_at__isnull=True)
    leads = leads.select_related("campaign").order_by("-pk")
    return matching(leads, words.split()[:_MOST_WORDS])


def containing_words(leads: QuerySet[Lead], words: str) -> QuerySet[Lead]:
    """Those of the leads in which every word occurs somewhere, found by reading each."""
    return containing(leads, words.split()[:_MOST_WORDS])


def indexed_words(words: str) -> str:
    """What of the words is looked up in the index of the search: the beginnings of those that are long enough."""
    return " ".join(word[:_MOST_LETTERS] for word in words.split()[:_MOST_WORDS] if len(folded(word)) >= SHORTEST)


def latest_receipts(workspace_pk: int, emails: Collection[str]) -> dict[str, Receipt]:
    """The newest answered receipt of each address that has one."""
    receipts = Receipt.objects.filter(workspace_id=workspace_pk, email__in=emails, answered_at__isnull=False)
    return newest_of_address(receipts)


def newest_of_address(answered: QuerySet[Receipt]) -> dict[str, Receipt]:
    """The newest of these receipts for each address; all of them are answered."""
    # Sorted here: SQLite would read all receipts of the workspace by their time to have these in order.
    in_order = sorted(answered.order_by(), key=lambda receipt: (receipt.answered_at, receipt.pk))
    return {receipt.email: receipt for receipt in in_order}


def with_gap(leads: QuerySet[Lead], name: str) -> QuerySet[Lead]:
    """Leads with an empty merge variable such as companyName."""
    return _empty(leads, name, COLUMN_OF, "variables")


def rows_with_gap(rows: QuerySet[Row], name: str) -> QuerySet[Row]:
    """Rows with an empty merge variable."""
    return _empty(rows, name, ROW_COLUMN_OF, "custom_variables")


def _empty(found: QuerySet[_Carrier], name: str, columns: Mapping[str, str], others: str) -> QuerySet[_Carrier]:
    if name in NEVER_EMPTY:
        return found.none()
    if name in columns:
        return found.filter(**{columns[name]: ""})
    return found.annotate(
        merge_value=Coalesce(KeyTextTransform(name, others), Value(""), output_field=TextField())
    ).filter(merge_value="")


def also_elsewhere(leads: QuerySet[Lead]) -> QuerySet[Lead]:
    """Leads whose address is also active in another campaign of the workspace, asked of the leads themselves."""
    others = Lead.objects.filter(
        workspace_id=OuterRef("workspace_id"),
        email=OuterRef("email"),
        vanished_at__isnull=True,
        status=LeadStatus.ACTIVE,
    ).exclude(campaign_id=OuterRef("campaign_id"))
    return leads.filter(Exists(others))


def answers_since(workspace_pk: int, days: Sequence[datetime]) -> tuple[int, list[int]]:
    """Count the answers since the first moment, and the verified ones between each moment and the next.

    Shapes: days - moments, oldest first, each taken as the beginning of its hour; returns (answers, one number per
    moment). Catch-all is not verified here.
    """
    begins = [f"{day.astimezone(UTC):%Y-%m-%d %H}" for day in days]
    counts = AnswerCount.objects.filter(workspace_id=workspace_pk, hour__gte=begins[0], number__gt=0)
    answers, per_day = 0, [0] * len(days)
    for hour, passed, number in counts.values_list("hour", "passed", "number"):
        answers += number
        if passed:
            per_day[bisect_right(begins, hour) - 1] += number
    return answers, per_day


def lead_of(workspace: Workspace, pk: int) -> Lead | None:
    """One lead of the workspace with its campaign, also one that has vanished."""
    return Lead.objects.filter(workspace=workspace, pk=pk).select_related("campaign__workspace").first()


def lead_with(workspace: Workspace, email: str) -> Lead | None:
    """A lead of the workspace with this address, one that is still listed before one that is not."""
    if not email:
        return None
    found = Lead.objects.filter(workspace=workspace, email=email).order_by()
    return min(found[:50], key=lambda lead: (lead.vanished_at is not None, -lead.pk), default=None)


def same_address(lead: Lead) -> QuerySet[Lead]:
    """The same person in the other campaigns of the workspace, also where they have vanished; in no order.

    In the order of their ids SQLite would read every lead of the workspace instead of the index of addresses.
    """
    others = Lead.objects.filter(workspace_id=lead.workspace_id, email=lead.email).exclude(pk=lead.pk)
    return others.select_related("campaign").order_by()


def receipts_of(workspace_pk: int, email: str) -> QuerySet[Receipt]:
    """Every verification of an address, the newest first."""
    found = Receipt.objects.filter(workspace_id=workspace_pk, email=email)
    return found.select_related("paid_by", "came_with").order_by("-asked_at")


def rows_of_address(workspace_pk: int, email: str) -> QuerySet[Row]:
    """The rows of all imports with this address, the newest first."""
    # Listed explicitly, so that the database uses the (import, address) index instead of reading whole imports.
    imports = list(Import.objects.filter(workspace_id=workspace_pk).order_by().values_list("pk", flat=True))
    rows = Row.objects.filter(imported_id__in=imports, email=email)
    return rows.select_related("imported__campaign", "imported__lead_list", "batch").order_by("-pk")


def blocked_values(workspace_pk: int, email: str) -> list[str]:
    """What of this address is on the mirrored block list: the address, its domain, both or nothing."""
    values = [email, email.rpartition("@")[2]]
    found = Suppression.objects.filter(workspace_id=workspace_pk, value__in=values)
    return list(found.order_by("value").values_list("value", flat=True))
