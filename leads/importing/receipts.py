"""Imports a file of receipts: what was verified elsewhere is used here for as long as it is fresh, and not paid again.

Nothing is asked of Instantly and nothing is loaded. An import that follows uses the receipts as it uses its own.
"""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace
from leads.importing.errors import UnreadableFileError
from leads.importing.receipt_lines import ReceiptLine, columns_of, receipt_of
from leads.importing.records import raw_records, survey
from leads.importing.sniffing import ANY_SHAPE
from leads.importing.upload import Uploaded
from leads.models import Receipt, ReceiptFile, Verdict
from leads.queries import latest_receipts
from leads.verification.receipts import REUSABLE, fresh_since, store_imported

# It is read while its page waits; more than so many lines would keep it waiting too long.
MOST_LINES = 200_000
_CHUNK = 500
# So many refused lines are named, the others are counted.
MOST_NAMED = 200


@dataclass
class ReceiptsImported:
    """What became of every line: lines = stored + known + kept_newer + refused.

    Shapes: stored - receipts that were added; fresh - those of them that an import uses now, until they are too old;
        known - the same receipt was here; kept_newer - a newer receipt of the address was here, or one of the same
        moment that says something else, and stays; refused - lines that are no receipt; problems - (line, why) of the
        first of these.
    """

    file: ReceiptFile
    lines: int = 0
    stored: int = 0
    fresh: int = 0
    known: int = 0
    kept_newer: int = 0
    refused: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def as_json(self) -> dict[str, Any]:
        """The numbers, and the refused lines that are named."""
        return {
            "file": self.file.file_name,
            "lines": self.lines,
            "imported": self.stored,
            "fresh": self.fresh,
            "stale": self.stored - self.fresh,
            "known": self.known,
            "kept_newer": self.kept_newer,
            "refused": self.refused,
            "refused_lines": [{"line": line, "reason": reason} for line, reason in self.problems],
        }

    @property
    def words(self) -> str:
        """The numbers in a sentence."""
        return (
            f"{plural(self.lines, 'line')}: {plural(self.stored, 'receipt')} imported, {self.fresh:,} of them fresh; "
            f"{self.known:,} known before, {self.kept_newer:,} with a newer receipt here, {self.refused:,} refused."
        )


def import_receipts(
    workspace: Workspace, file: Uploaded, *, by: Member | None, via: str | None = None
) -> ReceiptsImported:
    """Store the receipts of a file. The file itself is not kept. The same file again adds nothing.

    Raises: UnreadableFileError - the file cannot be read, or is no file of receipts. It can be read only up to some
        line where its limits end it there: what stood above may have been stored by then, and can be imported again.
    """
    path, digest = _saved(file)
    try:
        return _import(workspace, path, file.name or "receipts.csv", digest, by=by, via=via)
    finally:
        path.unlink(missing_ok=True)


def _saved(file: Uploaded) -> tuple[Path, str]:
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path, digest, size = folder / f"receipts-{uuid.uuid4().hex}", hashlib.sha256(), 0
    try:
        with path.open("wb") as target:
            for chunk in file.chunks():
                size += len(chunk)
                if size > settings.UPLOAD_MAX_BYTES:
                    limit_mb = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
                    raise UnreadableFileError(f"the file is larger than {limit_mb} MB", "Split it and import the parts")
                digest.update(chunk)
                target.write(chunk)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path, digest.hexdigest()


def _import(
    workspace: Workspace, path: Path, name: str, digest: str, *, by: Member | None, via: str | None
) -> ReceiptsImported:
    found = survey(path, ANY_SHAPE)
    if found.questions:
        raise UnreadableFileError(
            "it can be read in more than one way", "Upload it as it was exported, as CSV in UTF-8"
        )
    if found.count > MOST_LINES:
        raise UnreadableFileError(f"it has more than {MOST_LINES:,} lines", "Split it and import the parts")
    records = raw_records(path, found.shape)
    columns = columns_of(next(records))
    now = timezone.now()
    done = ReceiptsImported(
        ReceiptFile.objects.create(
            workspace=workspace, file_name=Path(name).name[:255], sha256=digest, by=by, imported_at=now
        )
    )
    try:
        _store_all((receipt_of(one, columns, now) for one in records), done)
    finally:
        # Also where reading ends early: what was stored until then stays, and its file says how much that is.
        _record(done, by=by, via=via)
    return done


def _store_all(lines: Iterator[ReceiptLine], done: ReceiptsImported) -> None:
    while chunk := list(islice(lines, _CHUNK)):
        done.lines += len(chunk)
        for one in chunk:
            if one.problem:
                done.refused += 1
                if len(done.problems) < MOST_NAMED:
                    done.problems.append((one.line, one.problem))
        _store([one for one in chunk if not one.problem], done)


def _store(lines: Sequence[ReceiptLine], done: ReceiptsImported) -> None:
    """Store those receipts of a chunk that are newer than what is known of their address."""
    newest = latest_receipts(done.file.workspace_id, {one.email for one in lines})
    # (when, verdict, catch-all) of the newest receipt of an address, also of one that this chunk adds.
    known = {email: (one.answered_at, one.verdict, one.catch_all) for email, one in newest.items()}
    new: list[ReceiptLine] = []
    for one in lines:
        before = known.get(one.email)
        if before is not None and before[0] is not None and before[0] >= one.when:
            is_same = before == (one.when, one.verdict, one.catch_all)
            done.known, done.kept_newer = done.known + is_same, done.kept_newer + (not is_same)
            continue
        known[one.email] = (one.when, one.verdict, one.catch_all)
        new.append(one)
    stored = store_imported(done.file, [_receipt(one, done.file) for one in new], [one.verdict for one in new])
    done.stored += stored
    # Another import of the same file stored the rest at this moment.
    done.known += len(new) - stored
    since = fresh_since()
    done.fresh += sum(_is_fresh(one, since) for one in new) if stored == len(new) else 0


def _is_fresh(one: ReceiptLine, since: datetime) -> bool:
    return one.verdict in REUSABLE and one.when >= since


def _receipt(one: ReceiptLine, file: ReceiptFile) -> Receipt:
    """The receipt without its verdict, which is recorded once it is stored."""
    return Receipt(
        workspace_id=file.workspace_id,
        email=one.email,
        remote_verdict=one.word,
        catch_all=one.catch_all,
        credits_used=one.credits,
        asked_at=one.when,
        # One without a verdict in time was paid for: before it is asked for again, Instantly is read.
        sent_at=one.when if one.verdict == Verdict.PENDING else None,
        posted_at=one.when,
        answered_at=one.when,
        path=one.path,
        came_with=file,
        origin=one.origin,
    )


def _record(done: ReceiptsImported, *, by: Member | None, via: str | None) -> None:
    ReceiptFile.objects.filter(pk=done.file.pk).update(lines=done.lines, stored=done.stored)
    record(
        "receipt:file:imported",
        f"Imported {plural(done.stored, 'receipt')} from {done.file.file_name}",
        subject=f"workspace:{done.file.workspace_id}",
        by=by,
        via=via,
        after={
            "id": done.file.pk,
            "lines": done.lines,
            "imported": done.stored,
            "known": done.known,
            "kept_newer": done.kept_newer,
            "refused": done.refused,
        },
    )
