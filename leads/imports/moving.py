"""Prepares a move: people of a campaign or a list become an import into another one, with its gate and watch.

Nothing leaves its place here. The rows are checked, verified and loaded as those of a file, except that loading asks
Instantly to move each person (`leads/loading/moved.py`).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from campaigns.models import Campaign
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action
from iexdg.ui.folding import has_words
from iexdg.ui.spreadsheet import csv_lines
from iexdg.workspaces.models import Workspace
from leads.blocklist.mirror import on_block_list
from leads.errors import MoveError
from leads.importing.mapping import CUSTOM, EMAIL, RESERVED
from leads.importing.reading.shape import Shape
from leads.importing.upload import choose_columns, store_upload
from leads.lists.mirror import people_in
from leads.models import Import, Lead, LeadList, LeadStatus, ListedLead, Verification
from leads.selection import LeadFilters, filtered_leads
from leads.sources import Source

# Columns of the file: name -> the lead's own column, or its variable, and the field that it becomes.
_COLUMNS = {
    "Email": ("email", EMAIL),
    "First name": ("first_name", "first_name"),
    "Last name": ("last_name", "last_name"),
    "Company": ("company_name", "company_name"),
    "Job title": ("job_title", "job_title"),
}
_FROM_VARIABLES = {"Phone": "phone", "Website": "website", "Personalization": "personalization"}
_VARIABLE = re.compile(r"[a-z][A-Za-z0-9_]{0,49}")
_MOST_VARIABLES = 60
# A filter over all campaigns moves people of at most so many: each is an import of its own.
MOST_SOURCES = 20
_READ_AT_ONCE = 2000


@dataclass(frozen=True)
class People:
    """Who is to be moved: the place, and the rows of the mirror of it."""

    source: Source
    rows: QuerySet[Lead] | QuerySet[ListedLead]


@dataclass(frozen=True)
class MoveFigures:
    """What is known of them before anything is read again; each number is part of `people`."""

    people: int
    verified: int
    bounced: int
    unsubscribed: int
    replied: int
    blocked: int
    no_address: int


def people_of_campaign(campaign: Campaign, filters: LeadFilters, *, takes_replied: bool = False) -> People:
    """The people of a campaign that a filter leaves."""
    narrowed = LeadFilters(**{**vars(filters), "campaign": campaign.pk})
    return People(Source(campaign=campaign, takes_replied=takes_replied), filtered_leads(campaign.workspace, narrowed))


def people_of_list(lead_list: LeadList, words: str = "", *, takes_replied: bool = False) -> People:
    """The people of a list in whose address, name or company every word occurs."""
    return People(Source(lead_list=lead_list, takes_replied=takes_replied), listed_with(people_in(lead_list), words))


def one_person(lead: Lead, *, takes_replied: bool = False) -> People:
    """One person of a campaign."""
    rows = Lead.objects.filter(pk=lead.pk, vanished_at__isnull=True)
    return People(Source(campaign=lead.campaign, takes_replied=takes_replied), rows)


def listed_with(rows: QuerySet[ListedLead], words: str) -> QuerySet[ListedLead]:
    """Those of the rows in whose address, name or company every word occurs."""
    few = " ".join(words.split()[:5])
    return rows.filter(has_words(few, "email", "first_name", "last_name", "company_name"))


def figures_of(people: People) -> MoveFigures:
    """Count them in the mirror, in two queries."""
    rows: QuerySet[Any] = people.rows.order_by()
    in_campaign = people.source.campaign is not None
    none = Q(pk__in=[])
    found = rows.aggregate(
        people=Count("pk"),
        verified=Count("pk", filter=Q(verification=Verification.VERIFIED) if in_campaign else none),
        bounced=Count("pk", filter=Q(status=LeadStatus.BOUNCED)),
        unsubscribed=Count("pk", filter=Q(status=LeadStatus.UNSUBSCRIBED)),
        replied=Count("pk", filter=Q(replies__gt=0) if in_campaign else none),
        no_address=Count("pk", filter=Q(email="")),
    )
    emails = rows.values("email")
    blocked = on_block_list(Lead.objects.filter(pk__in=rows.values("pk"))).count() if in_campaign else 0
    if not in_campaign:
        blocked = (
            on_block_list(
                Lead.objects.filter(workspace=people.source.lead_list.workspace_id, email__in=emails)  # type: ignore[union-attr]
            )
            .values("email")
            .distinct()
            .count()
        )
    return MoveFigures(blocked=blocked, **found)


def people_of_campaigns(workspace: Workspace, filters: LeadFilters, *, takes_replied: bool = False) -> list[People]:
    """The people that a filter over all campaigns leaves, by the campaign that they are in.

    Raises: MoveError - they are in more campaigns than can be moved at once.
    """
    found = filtered_leads(workspace, filters).order_by().values_list("campaign_id", flat=True).distinct()
    numbers = sorted(found[: MOST_SOURCES + 1])
    if len(numbers) > MOST_SOURCES:
        raise MoveError(f"They are in more than {MOST_SOURCES} campaigns. Choose a campaign, or narrow the filter.")
    campaigns = Campaign.objects.filter(pk__in=numbers).select_related("workspace").order_by("name", "pk")
    return [people_of_campaign(one, filters, takes_replied=takes_replied) for one in campaigns]


def prepare_moves(
    groups: Iterable[People], *, into: Campaign | LeadList, by: Member, via: str | None = None
) -> list[Import]:
    """Make one import for each campaign that people are moved from; who is in the target already stays.

    Raises: as `prepare_move`, of the first one that is refused; MoveError - no one to move. Nothing was stored then.
    """
    others = [people for people in groups if people.source.place != into and _has_address(people)]
    if not others:
        place = "this campaign" if isinstance(into, Campaign) else "this list"
        raise MoveError(f"No one with an address matches outside of {place}. Change the filter.")
    with transaction.atomic():
        return [prepare_move(people, into=into, by=by, via=via) for people in others]


def _has_address(people: People) -> bool:
    return people.rows.exclude(email="").exists()


def prepare_move(people: People, *, into: Campaign | LeadList, by: Member, via: str | None = None) -> Import:
    """Make the import that moves people into a campaign or a list, and request its check; nothing is spent or moved
    yet. Into a list only verified people are moved as well: whoever is in one is ready for a campaign.

    Raises: NotAllowedError, MoveError (no one to move, or to where they are), CampaignRefusedError (nothing may be
        loaded into the campaign or the list). Nothing was stored then.
    """
    require(by, Action.IMPORT, into.workspace)
    source = people.source
    if source.place is None or source.place.workspace_id != into.workspace_id:
        raise MoveError("Choose a campaign or a list of the same workspace.")
    if source.place == into:
        another = "another campaign, or a list" if isinstance(into, Campaign) else "another list, or a campaign"
        raise MoveError(f"They are in {into.name} already. Choose {another}.")
    if not _has_address(people):
        raise MoveError("No one with an address matches. Change the filter, or read the list again.")
    file, mapping = _file_of(people)
    imported = store_upload(
        file,
        campaign=into if isinstance(into, Campaign) else None,
        lead_list=into if isinstance(into, LeadList) else None,
        by=by,
        via=via,
        wanted=Shape("utf-8", ",", header_line=1),
        source=source,
        mapping=mapping,
    )
    return choose_columns(imported, mapping, by=by, via=via)


class _Written:
    """A file that is written while it is stored."""

    def __init__(self, name: str, rows: Callable[[], Iterable[list[str]]]) -> None:
        self.name: str | None = name
        self._rows = rows

    def chunks(self) -> Iterator[bytes]:
        """Yield the file, some lines at a time."""
        # What would be a formula gets an apostrophe, which the check takes off again.
        for line in csv_lines(self._rows(), with_mark=False):
            yield line.encode()


def _file_of(people: People) -> tuple[_Written, dict[str, str]]:
    """The file of a move, and what each of its columns becomes."""
    variables = _variables_of(people)
    mapping = {name: field for name, (_, field) in _COLUMNS.items()}
    mapping |= _FROM_VARIABLES | {name: CUSTOM + name for name in variables}

    def rows() -> Iterator[list[str]]:
        yield list(mapping)
        for row in _each(people):
            own = [str(getattr(row, column)) for column, _ in _COLUMNS.values()]
            texts = [_text(row.variables.get(name)) for name in [*_FROM_VARIABLES.values(), *variables]]
            yield [*own, *texts]

    return _Written(f"Move from {people.source.name}"[:200], rows), mapping


def _each(people: People) -> Iterator[Lead | ListedLead]:
    rows: QuerySet[Any] = people.rows.exclude(email="").order_by("pk")
    return rows.iterator(chunk_size=_READ_AT_ONCE)


def _variables_of(people: People) -> list[str]:
    """The names of their merge variables that a file can have; the others move with their lead all the same."""
    names: dict[str, None] = {}
    for row in _each(people):
        names |= dict.fromkeys(row.variables)
        if len(names) > _MOST_VARIABLES:
            break
    usable = [name for name in names if _VARIABLE.fullmatch(name) and name.lower() not in RESERVED]
    return sorted(usable)[:_MOST_VARIABLES]


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
