"""Takes a file in: stores it, reads it from end to end, guesses what its columns mean."""

import hashlib
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from iexdg.audit.record import record
from iexdg.team.models import Member
from leads.importing.errors import MappingError, NotCheckableError, UnreadableFileError
from leads.importing.mapping import EMAIL, check_mapping, guess_mapping, header_key
from leads.importing.records import WORKBOOK, Shape
from leads.importing.sniffing import Table, read_table, sniff
from leads.importing.stage import path_of
from leads.models import Import, ImportEvent, ImportState, SavedMapping

# States in which the columns may still be chosen (again): nothing was spent yet.
CHECKABLE = (ImportState.UPLOADED, ImportState.MAPPED, ImportState.FAILED)


class Uploaded(Protocol):
    """What Django gives for an uploaded file, and `django.core.files.File` for one on disk."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the content piece by piece."""


def store_upload(file: Uploaded, *, campaign: Campaign, by: Member | None, via: str | None = None) -> Import:
    """Store a file for a campaign and find out how it is to be read; state uploaded.

    Raises: UnreadableFileError - the file cannot be used; neither a row nor a file is left.
    """
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    stored = folder / uuid.uuid4().hex
    try:
        digest, size = _save(file, stored)
        table = read_table(stored, sniff(stored))
        mapping = _offered_mapping(campaign, table)
        stored = _with_suffix(stored, table.shape)
        with transaction.atomic():
            return _create(file.name or "leads.csv", stored, digest, size, table, mapping, campaign, by, via)
    except BaseException:
        stored.unlink(missing_ok=True)
        raise


def _save(file: Uploaded, stored: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with stored.open("wb") as target:
        for chunk in file.chunks():
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                most = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
                raise UnreadableFileError(f"the file is larger than {most} MB", "Split it and upload the parts")
            digest.update(chunk)
            target.write(chunk)
    return digest.hexdigest(), size


def _with_suffix(stored: Path, shape: Shape) -> Path:
    return stored.rename(stored.with_suffix(".xlsx" if shape.encoding == WORKBOOK else ".csv"))


def _offered_mapping(campaign: Campaign, table: Table) -> dict[str, str]:
    """What was chosen for this header last time, else a guess."""
    saved = SavedMapping.objects.filter(
        workspace_id=campaign.workspace_id, header_sha256=header_key(table.header)
    ).first()
    if saved:
        return dict(saved.mapping)
    mapping = guess_mapping(table.header, [record.cells for record in table.sample])
    if EMAIL not in mapping.values() and not _any_address(table):
        raise UnreadableFileError(
            "no column holds e-mail addresses", "Add a column named Email and upload again", line=table.header_line
        )
    return mapping


def _any_address(table: Table) -> bool:
    return any("@" in cell for record in table.sample for cell in record.cells)


def _create(
    name: str,
    stored: Path,
    digest: str,
    size: int,
    table: Table,
    mapping: dict[str, str],
    campaign: Campaign,
    by: Member | None,
    via: str | None,
) -> Import:
    now = timezone.now()
    imported = Import.objects.create(
        workspace_id=campaign.workspace_id,
        campaign=campaign,
        file_name=Path(name).name[:255],
        file_path=str(stored.relative_to(settings.MEDIA_ROOT)),
        file_size=size,
        sha256=digest,
        encoding=table.shape.encoding,
        delimiter=table.shape.delimiter,
        header=table.header,
        mapping=mapping,
        uploaded_by=by,
        uploaded_at=now,
    )
    ImportEvent.objects.create(imported=imported, at=now, text=f"uploaded, {table.count:,} lines")
    record(
        "import:file:uploaded",
        f"Uploaded {imported.file_name} for {campaign.name}",
        subject=f"import:{imported.pk}",
        by=by,
        via=via,
        campaign_ref=campaign.pk,
        after={"lines": table.count, "bytes": size, "encoding": table.shape.encoding},
    )
    return imported


def read_again(imported: Import, shape: Shape) -> Table:
    """Read the stored file in another way, without changing anything.

    Raises: UnreadableFileError - it cannot be read that way.
    """
    return read_table(path_of(imported), shape)


def choose_columns(imported: Import, mapping: dict[str, str], *, shape: Shape | None = None) -> Import:
    """Fix how the file is read and what its columns mean, remember it, and ask for the check: state checking.

    Raises: MappingError - the columns do not make leads; UnreadableFileError - not readable in that shape;
        NotCheckableError - it is running or finished. Nothing was changed then.
    """
    shape = shape or Shape(imported.encoding, imported.delimiter)
    header = list(imported.header)
    if shape != Shape(imported.encoding, imported.delimiter):
        header = read_again(imported, shape).header
    if not header:
        raise MappingError("The file has no columns. Upload it again.")
    full = check_mapping(mapping, header)
    now = timezone.now()
    with transaction.atomic():
        changed = Import.objects.filter(pk=imported.pk, state__in=CHECKABLE).update(
            state=ImportState.CHECKING,
            mapping=full,
            header=header,
            encoding=shape.encoding,
            delimiter=shape.delimiter,
            error="",
            due_at=now,
        )
        if not changed:
            raise NotCheckableError("This import is running or finished. Upload the file again to map it anew.")
        SavedMapping.objects.update_or_create(
            workspace_id=imported.workspace_id,
            header_sha256=header_key(header),
            defaults={"mapping": full, "used_at": now},
        )
    imported.refresh_from_db()
    return imported
