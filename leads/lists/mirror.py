"""Mirrors Instantly's lead lists, how their addresses were verified, and the people in them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from iexdg.clients.http.errors import ClientError, NotFoundError
from iexdg.clients.instantly.answers import collected
from iexdg.clients.instantly.lead_lists import LeadList as RemoteList
from iexdg.clients.instantly.lead_lists import VerificationStats
from iexdg.clients.instantly.lead_selection import LeadSelection
from iexdg.clients.instantly.leads import Lead as RemoteLead
from iexdg.ui.folding import has_words
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace
from leads.errors import PeopleChangeError
from leads.models import LeadList, ListedLead

STATS_FRESH_FOR = timedelta(minutes=2)
PEOPLE_FRESH_FOR = timedelta(minutes=30)
_CHUNK = 500
_CONTACTS_PER_READ = 100
# New leads can be missing from a list for some seconds (Law 10). Source: instantly-facts.md §6.7 (read 2026-11-22).
LIST_LAG = timedelta(seconds=30)
# Fields of Instantly's counts, in the order in which they are shown.
VERDICTS = ("verified", "invalid", "risky", "catch_all", "job_change", "pending", "pending_in_search")
_COPIED = [
    "email", "first_name", "last_name", "company_name", "job_title", "variables", "status", "verification_status",
    "synced_at", "vanished_at",
]  # fmt: skip


def lists_of(workspace: Workspace) -> QuerySet[LeadList]:
    """The lists of a workspace that Instantly still has."""
    return LeadList.objects.filter(workspace=workspace, vanished_at__isnull=True)


def lasting_lists_of(workspace: Workspace) -> QuerySet[LeadList]:
    """Those of them that are not the temporary list of a verification, which is read by its import and is gone soon."""
    return lists_of(workspace).filter(list_verifications__isnull=True)


def lists_with(workspace: Workspace, words: str) -> QuerySet[LeadList]:
    """The lasting lists in whose name every word occurs, by name."""
    return lasting_lists_of(workspace).filter(has_words(words, "name")).order_by("name", "pk")


def lists_named(workspace: Workspace, text: str) -> list[LeadList]:
    """The lists with this remote id, or with this name; at most two."""
    lists = lists_of(workspace)
    return list((lists.filter(remote_id=text) or lists.filter(name=text)).select_related("workspace")[:2])


def find_list(workspace: Workspace, text: str) -> LeadList:
    """The list with this name or remote id; one that is not mirrored yet is looked up at Instantly once.

    Raises: PeopleChangeError - none or several match; ClientError - Instantly could not be read.
    """
    found = lists_named(workspace, text)
    if not found:
        mirror_lists(workspace)
        found = lists_named(workspace, text)
    if len(found) != 1:
        how_many = "no lead list" if not found else "more than one lead list"
        raise PeopleChangeError(f"There is {how_many} named {text}. Give its id at Instantly.")
    return found[0]


def mirror_lists(workspace: Workspace) -> None:
    """Read all lists, and the counts of those whose counts are old.

    Raises: ClientError - they could not all be read: what was read is stored, and none is marked as gone.
    """
    now = timezone.now()
    found, problem = collected(client_for(workspace).lead_lists.list())
    for one in found:
        store_list(workspace, one)
    if problem is not None:
        raise problem
    gone = lists_of(workspace).filter(synced_at__lt=now - LIST_LAG)
    gone.exclude(remote_id__in=[one.remote_id for one in found]).update(vanished_at=now)
    due = Q(stats_read_at__isnull=True) | Q(stats_read_at__lt=now - STATS_FRESH_FOR)
    for lead_list in lists_of(workspace).filter(due).order_by(F("stats_read_at").asc(nulls_first=True)):
        read_stats(lead_list)


def store_list(workspace: Workspace, remote: RemoteList) -> LeadList:
    """Store one list as Instantly shows it."""
    facts = {
        "name": (remote.name or "")[:200],
        "created_at": remote.created_at,
        "synced_at": timezone.now(),
        "vanished_at": None,
    }
    found, _ = LeadList.objects.update_or_create(workspace=workspace, remote_id=remote.remote_id, defaults=facts)
    return found


def read_stats(lead_list: LeadList) -> None:
    """Read how many people are in a list and how their addresses were verified; a failed read leaves what was known."""
    this = LeadList.objects.filter(pk=lead_list.pk)
    try:
        stats = client_for(lead_list.workspace).lead_lists.verification_stats(lead_list.remote_id)
    except ClientError as error:
        this.update(stats_error=str(error)[:300])
        return
    this.update(people=stats.total, stats=_counts(stats), stats_read_at=timezone.now(), stats_error="")


def _counts(stats: VerificationStats) -> dict[str, int]:
    """What was reported; what was not is missing, and never 0."""
    named = {name: getattr(stats, name) for name in VERDICTS}
    return {name: number for name, number in named.items() if number is not None}


def lists_to_read(workspace: Workspace) -> list[LeadList]:
    """Lists whose people are to be listed again: the mirror is old, or shorter or longer than Instantly counts."""
    limit = timezone.now() - PEOPLE_FRESH_FOR
    lasting = lasting_lists_of(workspace).select_related("workspace")
    return [one for one in lasting if not _is_fresh(one, limit)]


def _is_fresh(lead_list: LeadList, limit: datetime) -> bool:
    read_at, counted_at = lead_list.people_read_at, lead_list.stats_read_at
    if read_at is None or read_at < limit:
        return False
    if lead_list.people is None or counted_at is None or counted_at <= read_at:
        return True
    return lead_list.people == people_in(lead_list).count()


def people_in(lead_list: LeadList) -> QuerySet[ListedLead]:
    """The people whom Instantly last listed in a list, newest first."""
    return ListedLead.objects.filter(lead_list=lead_list, vanished_at__isnull=True)


def mirror_people(lead_list: LeadList) -> None:
    """Read everyone in a list.

    Raises: ClientError - they could not all be read: what was read is stored, and no one is marked as gone.
    """
    started = timezone.now()
    selection = LeadSelection(list_remote_id=lead_list.remote_id)
    leads = client_for(lead_list.workspace).leads.select(selection)
    while True:
        chunk, problem = collected(islice(leads, _CHUNK))
        _store(lead_list, chunk)
        if problem is not None:
            raise problem
        if not chunk:
            break
    with transaction.atomic():
        people_in(lead_list).filter(synced_at__lt=started - LIST_LAG).update(vanished_at=started)
        LeadList.objects.filter(pk=lead_list.pk).update(people_read_at=started)


def mirror_listed(lead_list: LeadList, emails: Collection[str]) -> None:
    """Read whether these addresses are still in a list; those that are not are marked as gone.

    Raises: ClientError - they could not all be read; what was read is stored.
    """
    started, wanted = timezone.now(), sorted(emails)
    leads = client_for(lead_list.workspace).leads
    for place in range(0, len(wanted), _CONTACTS_PER_READ):
        part = wanted[place : place + _CONTACTS_PER_READ]
        found, problem = collected(leads.select(LeadSelection(list_remote_id=lead_list.remote_id, contacts=part)))
        _store(lead_list, found)
        if problem is not None:
            raise problem
        gone = people_in(lead_list).filter(email__in=part, synced_at__lt=started)
        for one in gone:
            if not _exists(lead_list, one.remote_id):
                ListedLead.objects.filter(pk=one.pk).update(vanished_at=started)


def _exists(lead_list: LeadList, remote_id: str) -> bool:
    """Asked by id, since the list lags (Law 10). Whoever has been moved out of the list is no longer in it."""
    try:
        found = client_for(lead_list.workspace).leads.get(remote_id)
    except NotFoundError:
        return False
    return found.list_remote_id == lead_list.remote_id


def _store(lead_list: LeadList, chunk: Iterable[RemoteLead]) -> None:
    now = timezone.now()
    rows = {lead.remote_id: _copy_of(lead, lead_list, now) for lead in chunk}
    ListedLead.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["lead_list", "remote_id"], update_fields=_COPIED
    )


def _copy_of(lead: RemoteLead, lead_list: LeadList, now: datetime) -> ListedLead:
    return ListedLead(
        workspace_id=lead_list.workspace_id,
        lead_list=lead_list,
        remote_id=lead.remote_id,
        email=(lead.email or "").lower()[:320],
        first_name=(lead.first_name or "")[:200],
        last_name=(lead.last_name or "")[:200],
        company_name=(lead.company_name or "")[:300],
        job_title=(lead.job_title or "")[:300],
        variables=dict(lead.payload),
        status=lead.status,
        verification_status=lead.verification_status,
        synced_at=now,
        vanished_at=None,
    )
