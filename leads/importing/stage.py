"""Turns a mapped file into rows: reads it once, cleans every line, and decides for each whether it can be a lead.

Every line becomes a row; unusable ones are skipped with a reason. `rows_total` is updated in the transaction that
writes the rows, so a check that was killed resumes where it stopped; choosing the columns sets it to zero, which makes
the next check start over. Nothing here spends a credit, and campaigns are only read.
"""

import time
from collections import Counter
from collections.abc import Callable
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
from leads.importing.address_filter import AddressFilter
from leads.importing.bulk import STAGED, Staged, as_json, insert_rows
from leads.importing.check import Cleaned, Plan, clean, plan_for
from leads.importing.errors import UnreadableFileError
from leads.importing.flagged import leave_out_marked_elsewhere
from leads.importing.flags import code_of, mailbox_key
from leads.importing.notes_below import NotesBelow
from leads.importing.reading.shape import Record, Shape
from leads.importing.records import records
from leads.mirror import mirror_addresses, mirror_campaign_leads, mirror_is_fresh
from leads.models import Import, ImportEvent, ImportState, Reason, Row, RowState
from leads.queries import among, collisions, mirrored_before, people_per_company
from leads.states import move_import

CHUNK_ROWS = 1000
# SQLite has one writer at a time; without a pause between chunks a sign-in would wait for the whole file.
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
    imported = Import.objects.select_related("campaign__workspace").get(pk=import_pk)
    if imported.state != ImportState.CHECKING:
        return
    try:
        finished = _check(imported, keep_going)
    except ClientError as error:
        _finish_check(
            imported, ImportState.UPLOADED, f"The campaign's leads could not be read, so nothing was checked. {error}"
        )
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
    return _stage(imported, keep_going, started)


def _refresh_mirrors(imported: Import, keep_going: Callable[[], bool]) -> None:
    """Refresh the mirror of this campaign; others only if they were never read (beat refreshes them regularly)."""
    if not mirror_is_fresh(imported.campaign):
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
    words = f"{campaign.name}: {error}"
    ImportEvent.objects.create(imported=imported, at=timezone.now(), tone="warn", text=words[:300])


def _finish_check(imported: Import, state: ImportState, error: str) -> None:
    """Leave the state checking, unless another process already did."""
    now = timezone.now()
    with transaction.atomic():
        this = Import.objects.filter(pk=imported.pk)
        if not move_import(this, to=state, expected=ImportState.CHECKING, error=error[:500], due_at=None):
            return
        if state == ImportState.MAPPED:
            rows = Import.objects.values_list("rows_total", flat=True).get(pk=imported.pk)
            ImportEvent.objects.create(imported=imported, at=now, tone="ok", text=f"checked {plural(rows, 'line')}")
        else:
            ImportEvent.objects.create(imported=imported, at=now, tone="bad", text=f"check failed: {error}"[:300])


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
    stream = records(path_of(imported), shape_of(imported))
    total = imported.rows_total
    last = next(islice(stream, total, None), None)  # the header, or the last row that an earlier worker has staged
    seen = _seen_so_far(imported)
    notes = NotesBelow(last if total else None, is_text=not shape_of(imported).is_workbook)
    while chunk := list(islice(stream, CHUNK_ROWS)):
        if not keep_going():
            return False
        cleaned = _checked(imported, chunk, plan, seen, started)
        _flag_notes(chunk, cleaned, notes)
        total += len(chunk)
        flags.update(code_of(flag) for one in cleaned if not one.reason for flag in one.flags)
        with transaction.atomic():
            insert_rows([_row(imported.pk, record, one) for record, one in zip(chunk, cleaned, strict=True)])
            Import.objects.filter(pk=imported.pk).update(rows_total=total, flags=flags)
        _yield_to_writers()
    leave_out_marked_elsewhere(imported)
    return True


def _flag_notes(chunk: list[Record], cleaned: list[Cleaned], notes: NotesBelow) -> None:
    for record, one in zip(chunk, cleaned, strict=True):
        if notes.is_note(record) and not one.reason:
            one.flags.append("note")


def _yield_to_writers() -> None:
    if connection.vendor == "sqlite":
        time.sleep(_SQLITE_YIELD_S)


@dataclass
class _Seen:
    """What the rows so far have in common with later ones: people per company, and the first line of each mailbox.

    `addresses` knows which ones certainly are not among them.
    """

    addresses: AddressFilter = field(default_factory=AddressFilter)
    companies: Counter[str] = field(default_factory=Counter)
    mailboxes: dict[str, int] = field(default_factory=dict)


def _checked(imported: Import, chunk: list[Record], plan: Plan, seen: _Seen, started: datetime) -> list[Cleaned]:
    cleaned = [_cleaned(record, plan) for record in chunk]
    candidates = {one.email for one in cleaned if one.email and not one.reason}
    earlier = _earlier_in_file(imported, seen.addresses.perhaps(candidates))
    _confirm_mirrored(imported, candidates, started)
    taken, blocked = collisions(imported, candidates), blocked_among(imported.workspace_id, candidates)
    for record, one in zip(chunk, cleaned, strict=True):
        if not one.email or one.reason:
            continue
        if one.email in earlier:
            one.reason, one.detail = Reason.DUPLICATE_IN_FILE, f"first on line {earlier[one.email]}"
        elif one.email in blocked:
            one.reason, one.detail = Reason.IN_BLOCKLIST, f"blocked by {blocked[one.email]}"
        elif one.email in taken:
            one.reason, one.detail = taken[one.email].reason, taken[one.email].detail
        earlier.setdefault(one.email, record.line)
    _flag_companies(imported, cleaned, seen.companies)
    for record, one in zip(chunk, cleaned, strict=True):
        if not one.reason:
            _flag_mailbox(one, record.line, seen.mailboxes)
    return cleaned


def _flag_mailbox(one: Cleaned, line: int, mailboxes: dict[str, int]) -> None:
    """Flag another spelling of a mailbox that an earlier line has."""
    key = mailbox_key(one.email)
    if not key:
        return
    if key in mailboxes:
        one.flags.append(f"same_person:{mailboxes[key]}")
    elif len(mailboxes) < _MAX_COMPANIES:
        mailboxes[key] = line


def _confirm_mirrored(imported: Import, emails: set[str], started: datetime) -> None:
    """Ask Instantly whether those who would be skipped are still there: they may have been deleted meanwhile."""
    for campaign_pk, older in mirrored_before(imported, emails, started).items():
        campaign = Campaign.objects.select_related("workspace").get(pk=campaign_pk)
        try:
            mirror_addresses(campaign, older)
        except PartlyUnreadError as error:
            # Who could not be read is still taken to be there.
            _tell_unread(imported, campaign, error)


def _cleaned(record: Record, plan: Plan) -> Cleaned:
    if record.problem:
        return Cleaned(reason=record.problem, detail=record.detail)
    cleaned = clean(record.cells, plan)
    if cleaned.reason == Reason.NO_EMAIL and record.detail:
        cleaned.detail = record.detail
    return cleaned


def _earlier_in_file(imported: Import, emails: set[str]) -> dict[str, int]:
    """Line of the first row of each address in the previous chunks; read from the database to keep memory constant."""
    # Sorted here: with ORDER BY, SQLite scans all rows of the import by line instead of using the address index.
    if not emails:
        return {}
    rows = Row.objects.filter(imported=imported, email__in=among(emails)).order_by().values_list("email", "line")
    return dict(sorted(rows, key=lambda row: -row[1]))


def _flag_companies(imported: Import, cleaned: list[Cleaned], companies: Counter[str]) -> None:
    kept = [(one, company_key(one.email, one.values.get("company_name", ""))) for one in cleaned if not one.reason]
    fresh = {key for _, key in kept if key and key not in companies}
    if len(companies) < _MAX_COMPANIES:
        companies.update(dict.fromkeys(fresh, 0))
        companies.update(people_per_company(imported.workspace_id, fresh))
    for one, key in kept:
        if key not in companies:
            continue
        companies[key] += 1
        if companies[key] > settings.COMPANY_LIMIT:
            one.flags.append("company")


def _seen_so_far(imported: Import) -> _Seen:
    """What the rows that an earlier check has staged have in common with later ones."""
    seen = _Seen()
    every = Row.objects.filter(imported=imported).order_by().values_list("email", flat=True)
    seen.addresses.perhaps(every.iterator(chunk_size=5000))
    rows = Row.objects.filter(imported=imported, state=RowState.NEW).order_by()
    for email, company_name, line in rows.values_list("email", "company_name", "line").iterator(chunk_size=5000):
        key, mailbox = company_key(email, company_name), mailbox_key(email)
        if key in seen.companies or len(seen.companies) < _MAX_COMPANIES:
            seen.companies[key] += 1
        if mailbox:
            seen.mailboxes[mailbox] = min(line, seen.mailboxes.get(mailbox, line))
    return seen


def _row(import_pk: int, record: Record, one: Cleaned) -> Staged:
    state = RowState.SKIPPED if one.reason else RowState.NEW
    facts = (
        import_pk,
        record.line,
        as_json(record.cells),
        one.email,
        as_json(one.variables) if one.variables else "{}",
        as_json(one.flags) if one.flags else "[]",
        str(state),
        str(one.reason),
        one.detail[:300],
    )
    return facts + tuple([one.values.get(name, "") for name in STAGED[len(facts) :]])
