"""Turns a mapped file into rows: reads it once, cleans every line, and decides for each whether it can be a lead.

Every line becomes a row; unusable ones are skipped with a reason. `rows_total` is updated in the transaction that
writes the rows, so a check that was killed resumes where it stopped; choosing the columns sets it to zero, which makes
the next check start over. Nothing here spends a credit, and campaigns are only read.
"""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.clients.http.errors import ClientError, PartlyUnreadError
from iexdg.operations.storage import storage_trouble
from iexdg.ui.formatting import plural
from leads.blocklist.mirror import blocked_among
from leads.companies import company_key
from leads.events import log
from leads.importing.address_filter import AddressFilter
from leads.importing.bulk import Staged, insert_rows, json_list, json_object
from leads.importing.check import plan_for
from leads.importing.errors import UnreadableFileError
from leads.importing.flagged import leave_out_marked_elsewhere
from leads.importing.flags import code_of, mailbox_key
from leads.importing.known import KnownNumbers
from leads.importing.lines import COMPANY_NAME, Line
from leads.importing.reading.shape import Shape
from leads.importing.records import cleaned_lines
from leads.lists.mirror import mirror_people
from leads.mirror import mirror_addresses, mirror_campaign_leads, mirror_is_fresh
from leads.models import Import, ImportState, Reason, Row, RowState
from leads.queries import among, collisions, mirrored_before, people_per_company
from leads.sources import refresh_source, why_stay
from leads.states import move_import

CHUNK_ROWS = 1000
# SQLite has one writer at a time; without a pause between two deletes a sign-in would wait for all of them. Staging
# needs none: the next lines are received and checked without the lock, in a third of the time or more.
_SQLITE_YIELD_S = 0.005
# Beyond this many companies or mailboxes new ones are not kept: the remark is optional and must not cost memory.
_MAX_COMPANIES = 200_000


def _always() -> bool:
    return True


def path_of(imported: Import) -> Path:
    """Where the stored file is."""
    return Path(settings.MEDIA_ROOT) / imported.file_path


def shape_of(imported: Import) -> Shape:
    """How the stored file of an import is read."""
    return Shape(imported.encoding, imported.delimiter, imported.sheet, imported.header_line)


def check_import(import_pk: int, *, keep_going: Callable[[], bool] = _always) -> None:
    """Stage and check every line of an import in state checking; in any other state do nothing.

    `keep_going` is called between chunks; False leaves the import as it is, for the worker that now holds the lease.
    Afterwards the state is mapped; failed, with the line, if the file is unreadable; or uploaded again, with the cause,
    if Instantly's lists of leads could not be read (without them someone could be loaded twice).
    Raises: DatabaseError, OSError - the rows could not be stored; the import is as it was.
    """
    imported = Import.objects.select_related("campaign__workspace", "lead_list__workspace").get(pk=import_pk)
    if imported.state != ImportState.CHECKING:
        return
    try:
        finished = _check(imported, keep_going)
    except ClientError as error:
        whose = "The campaign's leads" if imported.lead_list_id is None else "The people of the list"
        words = f"{whose} could not be read, so nothing was checked. {error}"
        _finish_check(imported, ImportState.UPLOADED, words)
        return
    except (UnreadableFileError, OSError) as error:
        if storage_trouble(error):
            raise
        _delete_staged_rows(imported, _always)
        _finish_check(imported, ImportState.FAILED, str(error))
        return
    if finished:
        _finish_check(imported, ImportState.MAPPED, "")


def stop_check(imported: Import, reason: str) -> None:
    """End a check that cannot go on, with the cause: a person starts it again, and it continues where it stopped."""
    _finish_check(imported, ImportState.UPLOADED, reason)


def _check(imported: Import, keep_going: Callable[[], bool]) -> bool:
    """Read Instantly's lists and stage the lines; False if `keep_going` ended it."""
    started = timezone.now()
    _refresh_mirrors(imported, keep_going)
    if not imported.rows_total and not _delete_staged_rows(imported, keep_going):
        return False
    with _frugal():
        return _stage(imported, keep_going, started)


@contextmanager
def _frugal() -> Iterator[None]:
    """Keep the garbage collector from reading the whole program again and again, and SQLite from mapping its file."""
    frozen_before = gc.get_freeze_count() > 0
    if not frozen_before:
        gc.freeze()
    before = _map_at_most(0)
    try:
        yield
    finally:
        _map_at_most(before)
        if not frozen_before:
            gc.unfreeze()


def _map_at_most(size: int) -> int:
    """Limit how many bytes of a SQLite file are mapped into memory; returns the limit before."""
    if connection.vendor != "sqlite":
        return 0
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute(f"PRAGMA mmap_size = {size:d}")
    return int(before[0]) if before else 0


def _refresh_mirrors(imported: Import, keep_going: Callable[[], bool]) -> None:
    """Refresh the mirror of this campaign or list; other campaigns only if they were never read (beat refreshes them
    regularly).
    """
    refresh_source(imported)
    if imported.lead_list is not None:
        mirror_people(imported.lead_list)
    if imported.campaign is not None and not mirror_is_fresh(imported.campaign):
        _refresh_mirror(imported, imported.campaign, keep_going)
    others = Campaign.objects.filter(
        workspace_id=imported.workspace_id, leads_mirrored_at__isnull=True, vanished_at__isnull=True
    )
    for campaign in others.select_related("workspace"):
        _refresh_mirror(imported, campaign, keep_going)


def _refresh_mirror(imported: Import, campaign: Campaign, keep_going: Callable[[], bool]) -> None:
    """Read who is in a campaign. A record that cannot be understood does not stop the check: it stays as it was known,
    and Instantly itself loads no one who is in a campaign.
    """
    try:
        mirror_campaign_leads(campaign, after_page=keep_going)
    except PartlyUnreadError as error:
        _tell_unread(imported, campaign, error)


def _tell_unread(imported: Import, campaign: Campaign, error: PartlyUnreadError) -> None:
    log(imported, f"Leads of {campaign.name}: {error}", "warn")


def _finish_check(imported: Import, state: ImportState, error: str) -> None:
    """Leave the state checking, unless another process already did."""
    with transaction.atomic():
        this = Import.objects.filter(pk=imported.pk)
        if not move_import(this, to=state, expected=ImportState.CHECKING, error=error[:500], due_at=None):
            return
        if state == ImportState.MAPPED:
            rows = Import.objects.values_list("rows_total", flat=True).get(pk=imported.pk)
            log(imported, f"Checked {plural(rows, 'line')}", "ok")
        else:
            log(imported, f"Check failed: {error}", "bad")


def _delete_staged_rows(imported: Import, keep_going: Callable[[], bool]) -> bool:
    """Delete the rows of an earlier check, in chunks; False if `keep_going` ended it."""
    while True:
        if not keep_going():
            return False
        pks = list(Row.objects.filter(imported=imported).order_by().values_list("pk", flat=True)[: CHUNK_ROWS * 5])
        if not pks:
            Import.objects.filter(pk=imported.pk).update(rows_total=0, flags={})
            imported.flags = {}
            return True
        Row.objects.filter(pk__in=pks).delete()
        _yield_to_writers()


def _stage(imported: Import, keep_going: Callable[[], bool], started: datetime) -> bool:
    plan = plan_for(imported.header, imported.mapping)
    flags = Counter(imported.flags)
    total = imported.rows_total
    seen = _seen_so_far(imported)
    stream = cleaned_lines(path_of(imported), shape_of(imported), plan, skipped=total)
    while chunk := list(islice(stream, CHUNK_ROWS)):
        if not keep_going():
            return False
        _check_lines(imported, chunk, seen, started)
        total += len(chunk)
        flags.update(code_of(flag) for one in chunk if not one.reason for flag in one.flags)
        with transaction.atomic():
            insert_rows(_row(imported.pk, one) for one in chunk)
            Import.objects.filter(pk=imported.pk).update(rows_total=total, flags=flags)
    leave_out_marked_elsewhere(imported)
    return True


def _yield_to_writers() -> None:
    if connection.vendor == "sqlite":
        time.sleep(_SQLITE_YIELD_S)


@dataclass
class _Seen:
    """What the rows so far have in common with later ones: people per company, and the first line of each mailbox.

    `addresses` knows which ones certainly are not among them.
    """

    addresses: AddressFilter = field(default_factory=AddressFilter)
    companies: KnownNumbers = field(default_factory=lambda: KnownNumbers(_MAX_COMPANIES))
    mailboxes: KnownNumbers = field(default_factory=lambda: KnownNumbers(_MAX_COMPANIES))


def _check_lines(imported: Import, chunk: list[Line], seen: _Seen, started: datetime) -> None:
    """Leave out and flag what only the database and the lines before can tell."""
    candidates = {one.email for one in chunk if one.email and not one.reason}
    earlier = _earlier_in_file(imported, seen.addresses.perhaps(candidates))
    _confirm_mirrored(imported, candidates, started)
    taken = collisions(imported, candidates) | why_stay(imported, candidates)
    blocked = blocked_among(imported.workspace_id, candidates)
    for one in chunk:
        if not one.email or one.reason:
            continue
        if one.email in earlier:
            _leave_out(one, Reason.DUPLICATE_IN_FILE, f"first on line {earlier[one.email]}")
        elif one.email in blocked:
            _leave_out(one, Reason.IN_BLOCKLIST, f"blocked by {blocked[one.email]}")
        elif one.email in taken:
            _leave_out(one, taken[one.email].reason, taken[one.email].detail)
        earlier.setdefault(one.email, one.line)
    kept = [one for one in chunk if not one.reason]
    _flag_companies(imported, kept, seen.companies)
    for one in kept:
        _flag_mailbox(one, seen.mailboxes)


def _leave_out(one: Line, reason: Reason, detail: str) -> None:
    one.reason, one.detail = reason, detail
    if "note" in one.flags:
        one.flags.remove("note")


def _flag_mailbox(one: Line, mailboxes: KnownNumbers) -> None:
    """Flag another spelling of a mailbox that an earlier line has."""
    key = mailbox_key(one.email)
    if not key:
        return
    first = mailboxes.get(key)
    if first is None:
        mailboxes.set(key, one.line)
    else:
        one.flags.append(f"same_person:{first}")


def _confirm_mirrored(imported: Import, emails: set[str], started: datetime) -> None:
    """Ask Instantly whether those who would be skipped are still there: they may have been deleted meanwhile."""
    for campaign_pk, older in mirrored_before(imported, emails, started).items():
        campaign = Campaign.objects.select_related("workspace").get(pk=campaign_pk)
        try:
            mirror_addresses(campaign, older)
        except PartlyUnreadError as error:
            # Who could not be read is still taken to be there.
            _tell_unread(imported, campaign, error)


def _earlier_in_file(imported: Import, emails: set[str]) -> dict[str, int]:
    """Line of the first row of each address in the previous chunks; read from the database to keep memory constant."""
    # Sorted here: with ORDER BY, SQLite scans all rows of the import by line instead of using the address index.
    if not emails:
        return {}
    rows = Row.objects.filter(imported=imported, email__in=among(emails)).order_by().values_list("email", "line")
    return dict(sorted(rows, key=lambda row: -row[1]))


def _flag_companies(imported: Import, kept: list[Line], companies: KnownNumbers) -> None:
    keys = [company_key(one.email, one.fields[COMPANY_NAME]) for one in kept]
    fresh = {key for key in keys if key and key not in companies}
    if fresh and companies.has_room:
        for key, people in people_per_company(imported.workspace_id, fresh).items():
            companies.set(key, people)
    limit = settings.COMPANY_LIMIT
    for one, key in zip(kept, keys, strict=True):
        if key and companies.count(key) > limit:
            one.flags.append("company")


def _seen_so_far(imported: Import) -> _Seen:
    """What the rows that an earlier check has staged have in common with later ones."""
    seen = _Seen()
    every = Row.objects.filter(imported=imported).order_by().values_list("email", flat=True)
    seen.addresses.perhaps(every.iterator(chunk_size=5000))
    rows = Row.objects.filter(imported=imported, state=RowState.NEW).order_by()
    for email, company_name, line in rows.values_list("email", "company_name", "line").iterator(chunk_size=5000):
        key, mailbox = company_key(email, company_name), mailbox_key(email)
        if key:
            seen.companies.count(key)
        if mailbox:
            seen.mailboxes.set(mailbox, min(line, seen.mailboxes.get(mailbox) or line))
    return seen


def _row(import_pk: int, one: Line) -> Staged:
    state = RowState.SKIPPED if one.reason else RowState.NEW
    return (
        import_pk,
        one.line,
        json_list(one.cells),
        one.email,
        json_object(one.variables),
        json_list(one.flags),
        str(state),
        str(one.reason),
        one.detail[:300],
        *one.fields,
    )
