"""Mirrors Instantly's placement tests: the list, and of each test where its e-mails landed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from iexdg.clients.http.errors import ClientError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly import placement as remote
from iexdg.clients.instantly.answers import collected
from iexdg.placement.models import PlacementStatus, PlacementTally, PlacementTest
from iexdg.workspace_objects.models import ListReading, ObjectKind
from iexdg.workspaces.connected import client_for
from iexdg.workspaces.models import Workspace

# Source: docs/api/instantly-facts.md §2.6: record_type of a mail that was sent, and of one that arrived.
_SENT, _ARRIVED = 1, 2
# A hundred pages: what one worker reads within its time.
MOST_RECORDS = 10_000
_MOST_REPORTS = 1_000
READ_RESULTS_EVERY = timedelta(minutes=5)
# E-mails of a run are still arriving, and reports still being written, this long after a test was last active.
_SETTLES_FOR = timedelta(hours=2)
_SEED_KINDS_EVERY = timedelta(days=1)


def mirror_tests(workspace: Workspace) -> None:
    """Read the list of tests.

    Raises: ClientError - not all could be read: what was known stays, with the reason.
    """
    now = timezone.now()
    known = PlacementTest.objects.filter(workspace=workspace, vanished_at__isnull=True)
    try:
        listed, problem = collected(client_for(workspace).placement.list())
    except ClientError as error:
        _mark_unread(known, error)
        _note_reading(workspace, ObjectKind.PLACEMENT, now, error)
        raise
    with transaction.atomic():
        for one in listed:
            store(workspace, one, now)
        rest = known.exclude(remote_id__in=[one.remote_id for one in listed])
        if problem is None:
            rest.update(vanished_at=now)
        else:
            _mark_unread(rest, problem)
        _note_reading(workspace, ObjectKind.PLACEMENT, now, problem)
    if problem is not None:
        raise problem


def store(workspace: Workspace, one: remote.PlacementTest, now: datetime) -> PlacementTest:
    """Store one test as it was read."""
    facts: dict[str, Any] = {
        "name": (one.name or "(no name)")[:300],
        "status": one.status,
        "kind": one.kind,
        "senders": [sender.strip().lower() for sender in one.senders],
        "seeds": len(one.recipients) or None,
        "schedule": dict(one.schedule),
        "made_at": one.created_at,
        "next_run_at": one.next_run_at,
        "read_at": now,
        "unknown_since": None,
        "error": "",
        "vanished_at": None,
    }
    if one.status == PlacementStatus.ACTIVE:
        facts["last_active_at"] = now
    first = {"last_active_at": one.created_at} | facts
    row, _ = PlacementTest.objects.update_or_create(
        workspace=workspace, remote_id=one.remote_id, defaults=facts, create_defaults=first
    )
    return row


def forget(workspace: Workspace, remote_id: str) -> None:
    """Mark a test as no longer listed: it was read, and is not there."""
    gone = PlacementTest.objects.filter(workspace=workspace, remote_id=remote_id, vanished_at__isnull=True)
    gone.update(vanished_at=timezone.now())


def due_for_reading(workspace: Workspace) -> QuerySet[PlacementTest]:
    """Tests whose results may differ from what is stored, and were not tried lately."""
    lately = timezone.now() - READ_RESULTS_EVERY
    waited = Q(results_tried_at__isnull=True) | Q(results_tried_at__lte=lately)
    may_differ = Q(results_read_at__isnull=True) | Q(results_read_at__lte=F("last_active_at") + _SETTLES_FOR)
    return PlacementTest.objects.filter(waited, may_differ, workspace=workspace, vanished_at__isnull=True)


def read_results(test: PlacementTest) -> bool:
    """Read where the e-mails of a test landed and its reports; False where they could not be read."""
    now, this = timezone.now(), PlacementTest.objects.filter(pk=test.pk)
    this.update(results_tried_at=now)
    client = client_for(test.workspace)
    try:
        tallies, is_cut = _tallies(test, client)
        sums = client.placement.stats([test.remote_id])
        reports = _reports(client.placement.reports(test.remote_id))
    except ClientError as error:
        this.update(results_error=str(error)[:300])
        this.filter(results_unknown_since__isnull=True).update(results_unknown_since=now)
        return False
    counted = [
        {"received": one.received, "inbox": one.inbox, "spam": one.spam, "category": one.category} for one in sums
    ]
    with transaction.atomic():
        PlacementTally.objects.filter(test=test).delete()
        PlacementTally.objects.bulk_create(tallies)
        this.update(
            results_read_at=now,
            results_unknown_since=None,
            results_error="",
            is_cut=is_cut,
            vendor_sums=counted[0] if counted else {},
            reports=reports,
        )
    return True


def read_seed_kinds(workspace: Workspace) -> None:
    """Read once a day which kinds of mailboxes a test can be sent to; a failure is kept with its reason."""
    now = timezone.now()
    fresh = ListReading.objects.filter(workspace=workspace, kind=ObjectKind.SEED_KIND, error="")
    if fresh.filter(read_at__gt=now - _SEED_KINDS_EVERY).exists():
        return
    try:
        found = client_for(workspace).placement.seed_kinds()
    except ClientError as error:
        _note_reading(workspace, ObjectKind.SEED_KIND, now, error)
        return
    items = [
        {"region": one.region, "sub_region": one.sub_region, "type": one.kind, "esp": one.provider} for one in found
    ]
    _note_reading(workspace, ObjectKind.SEED_KIND, now, None)
    ListReading.objects.filter(workspace=workspace, kind=ObjectKind.SEED_KIND).update(items=items)


def _tallies(test: PlacementTest, client: InstantlyClient) -> tuple[list[PlacementTally], bool]:
    cells: dict[tuple[str, int], PlacementTally] = {}
    records = client.placement.results(test.remote_id)
    for one in islice(records, MOST_RECORDS):
        key = ((one.sender_email or "").strip().lower()[:254], one.recipient_esp or 0)
        cell = cells.setdefault(key, PlacementTally(test=test, sender=key[0], provider=key[1]))
        _count(cell, one)
    return list(cells.values()), next(records, None) is not None


def _count(cell: PlacementTally, one: remote.PlacementResult) -> None:
    cell.sent += one.record_type == _SENT
    if one.record_type != _ARRIVED:
        return
    cell.received += 1
    cell.spam += one.is_spam is True
    cell.category += one.has_category is True and one.is_spam is not True
    cell.inbox += one.is_spam is False and one.has_category is not True
    cell.unauthentic += False in (one.spf_pass, one.dkim_pass, one.dmarc_pass)


def _reports(found: Iterable[remote.DomainReport]) -> list[dict[str, Any]]:
    """Return the newest report of each domain, as the page shows it."""
    newest: dict[str, remote.DomainReport] = {}
    for one in islice(found, _MOST_REPORTS):
        known = newest.get(one.domain or "")
        if known is None or _moment(one) >= _moment(known):
            newest[one.domain or ""] = one
    return [_report(one) for _, one in sorted(newest.items())]


def _moment(one: remote.DomainReport) -> str:
    return one.created_at.isoformat() if one.created_at else ""


def _report(one: remote.DomainReport) -> dict[str, Any]:
    details = [entry for entry in _listed(one.block_lists.get("details")) if entry.get("is_listed") is True]
    rules = _listed(one.spam_report.get("report"))
    return {
        "domain": one.domain,
        "ip": one.domain_ip or "",
        "domain_listings": one.domain_listings,
        "ip_listings": one.ip_listings,
        "lists": [str(entry.get("blacklist") or "")[:120] for entry in details],
        "score": one.spam_score,
        "is_spam": one.spam_report.get("is_spam"),
        "rules": [
            {name: str(rule.get(name) or "")[:200] for name in ("name", "score", "description")} for rule in rules
        ],
        "at": _moment(one),
    }


def _listed(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _note_reading(workspace: Workspace, kind: ObjectKind, now: datetime, problem: ClientError | None) -> None:
    row, _ = ListReading.objects.get_or_create(workspace=workspace, kind=kind)
    this = ListReading.objects.filter(pk=row.pk)
    if problem is not None:
        unknown_since = Coalesce("unknown_since", Value(now))
        this.update(error=str(problem)[:300], unknown_since=unknown_since, changed_at=now)
        return
    this.update(read_at=now, error="", unknown_since=None, changed_at=now)


def _mark_unread(rows: QuerySet[PlacementTest], error: ClientError) -> None:
    rows.update(error=str(error)[:300], unknown_since=Coalesce("unknown_since", Value(timezone.now())))
