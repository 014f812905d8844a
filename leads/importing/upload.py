"""Stores an uploaded file, reads it completely, and guesses its column mapping."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending.loading import refusal_to_load
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from leads.errors import CampaignRefusedError
from leads.importing.errors import Ask, NotCheckableError, OpenQuestionError, UnreadableFileError
from leads.importing.mapping import CUSTOM, EMAIL, check_mapping, guess_mapping, header_key
from leads.importing.reading.shape import Shape
from leads.importing.records import records
from leads.importing.sniffing import ANY_SHAPE, Table, read_table
from leads.importing.stage import path_of, shape_of
from leads.models import Import, ImportEvent, ImportState, MappedBy, SavedMapping
from leads.states import move_import

# States in which the columns can still be changed: no credit was spent yet.
CHECKABLE = (ImportState.UPLOADED, ImportState.MAPPED, ImportState.FAILED)

_LONGEST_NAME = 255


class Uploaded(Protocol):
    """The interface of Django's uploaded files, and of `django.core.files.File` for a file on disk."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the content piece by piece."""


@dataclass(frozen=True)
class StoredFile:
    """A file in our storage folder.

    Shapes: name - the original file name without its folder; digest - SHA-256 in hex; size - bytes.
    """

    name: str
    path: Path
    digest: str
    size: int


@dataclass(frozen=True)
class OfferedMapping:
    """A mapping that a person may still change, and where it comes from."""

    mapping: dict[str, str]
    mapped_by: MappedBy


def store_upload(
    file: Uploaded, *, campaign: Campaign, by: Member | None, via: str | None = None, wanted: Shape = ANY_SHAPE
) -> Import:
    """Store a file for a campaign and find out how it is read, as far as `wanted` leaves it open; state uploaded.

    Raises: CampaignRefusedError - nothing may be loaded into the campaign; UnreadableFileError - the file cannot be
        used. Neither an import nor a file is left behind.
    """
    if refusal := refusal_to_load(campaign):
        raise CampaignRefusedError(refusal)
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        stored = _save(file, path)
        table = read_table(path, wanted)
        offer = _offered_mapping(campaign, table, by)
        path = _with_suffix(path, table.shape)
        with transaction.atomic():
            imported = _create(replace(stored, path=path), table, offer, campaign=campaign, by=by)
            _record_upload(imported, table, by=by, via=via)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return imported


def _save(file: Uploaded, path: Path) -> StoredFile:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as target:
        for chunk in file.chunks():
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                limit_mb = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
                raise UnreadableFileError(f"the file is larger than {limit_mb} MB", "Split it and upload the parts")
            digest.update(chunk)
            target.write(chunk)
    return StoredFile(Path(file.name or "leads.csv").name[:_LONGEST_NAME], path, digest.hexdigest(), size)


def _with_suffix(path: Path, shape: Shape) -> Path:
    return path.rename(path.with_suffix(f".{shape.encoding}" if shape.is_workbook else ".csv"))


def _offered_mapping(campaign: Campaign, table: Table, by: Member | None) -> OfferedMapping:
    """The mapping that this member last chose for this campaign and header, otherwise a guess."""
    saved = SavedMapping.objects.filter(campaign=campaign, member=by, header_sha256=header_key(table.header)).first()
    if saved:
        return OfferedMapping(dict(saved.mapping), MappedBy.MEMORY)
    mapping = guess_mapping(table.header, [record.cells for record in table.sample])
    if EMAIL not in mapping.values() and not _any_address(table):
        raise UnreadableFileError(
            "no column has e-mail addresses", "Add a column named Email and upload again", line=table.header_line
        )
    twice = next((name for name in table.repeated.values() if not mapping[name].startswith(CUSTOM)), None)
    if twice:
        raise UnreadableFileError(
            f"two columns are both called “{twice}”", "Rename one of them and upload again", line=table.header_line
        )
    return OfferedMapping(mapping, MappedBy.HEADER)


def _any_address(table: Table) -> bool:
    return any("@" in cell for record in table.sample for cell in record.cells)


def _create(
    stored: StoredFile, table: Table, offer: OfferedMapping, *, campaign: Campaign, by: Member | None
) -> Import:
    return Import.objects.create(
        workspace_id=campaign.workspace_id,
        campaign=campaign,
        file_name=stored.name,
        file_path=str(stored.path.relative_to(settings.MEDIA_ROOT)),
        file_size=stored.size,
        sha256=stored.digest,
        encoding=table.shape.encoding,
        delimiter=table.shape.delimiter,
        sheet=table.shape.sheet,
        header_line=table.header_line,
        header=table.header,
        asks=[asdict(ask) for ask in table.asks],
        reading=table.reading,
        mapping=offer.mapping,
        mapped_by=offer.mapped_by,
        uploaded_by=by,
        uploaded_at=timezone.now(),
    )


def _record_upload(imported: Import, table: Table, *, by: Member | None, via: str | None) -> None:
    ImportEvent.objects.create(imported=imported, at=imported.uploaded_at, text=f"uploaded, {table.count:,} lines")
    record(
        "import:file:uploaded",
        f"Uploaded {imported.file_name} for {imported.campaign.name}",
        subject=f"import:{imported.pk}",
        by=by,
        via=via,
        campaign_ref=imported.campaign_id,
        after={"lines": table.count, "bytes": imported.file_size, "encoding": table.shape.encoding},
    )


def reread_file(imported: Import, shape: Shape) -> Import:
    """Read the stored file with another encoding or delimiter and guess its columns again; state uploaded.

    Raises: UnreadableFileError - the file cannot be read with it; NotCheckableError - the import is running or
        finished. Nothing was changed then.
    """
    table = read_table(path_of(imported), shape)
    offer = _offered_mapping(imported.campaign, table, imported.uploaded_by)
    _change(
        imported,
        to=ImportState.UPLOADED,
        header=table.header,
        mapping=offer.mapping,
        mapped_by=offer.mapped_by,
        encoding=table.shape.encoding,
        delimiter=table.shape.delimiter,
        sheet=table.shape.sheet,
        header_line=table.header_line,
        asks=[asdict(ask) for ask in table.asks],
        reading=table.reading,
    )
    return imported


def choose_columns(imported: Import, mapping: dict[str, str], *, remember_for: Member | None = None) -> Import:
    """Set the mapping and request the check: state checking. With `remember_for`, save it for that member's next file.

    Only a choice on the page is saved: a mapping that was tried on the command line must not be offered there.

    Raises: OpenQuestionError - how the file is read is still to be chosen; MappingError - the mapping is not valid;
        NotCheckableError - the import is running or finished. Nothing was changed then.
    """
    if imported.asks:
        raise OpenQuestionError([Ask(**ask) for ask in imported.asks])
    full = check_mapping(mapping, imported.header)
    now = timezone.now()
    mapped_by = imported.mapped_by if full == imported.mapping else MappedBy.YOU
    with transaction.atomic():
        _change(imported, to=ImportState.CHECKING, mapping=full, mapped_by=mapped_by, due_at=now)
        if remember_for is not None:
            SavedMapping.objects.update_or_create(
                campaign=imported.campaign,
                member=remember_for,
                header_sha256=header_key(imported.header),
                defaults={"mapping": full, "used_at": now},
            )
    return imported


def _change(imported: Import, *, to: ImportState, **changes: Any) -> None:
    this = Import.objects.filter(pk=imported.pk)
    # Zero rows makes the check delete what an earlier one has staged with other columns.
    if not move_import(this, to=to, expected=CHECKABLE, error="", rows_total=0, **changes):
        raise NotCheckableError("This import is running or finished. Upload the file again to map it differently.")
    imported.refresh_from_db()


def sample_of(imported: Import, count: int = 3) -> list[list[str]]:
    """The first readable records, for the mapping page, as they were when the file was read."""
    sample: list[list[str]] = imported.reading.get("sample", [])
    return sample[:count]


def discard(imported: Import, *, by: Member | None, via: str | None = None) -> None:
    """Delete an import that never started, with its rows and its file, as at the end of a dry run.

    Raises: NotCheckableError - it has started; nothing was deleted.
    """
    path = path_of(imported)
    with transaction.atomic():
        removable = Import.objects.filter(pk=imported.pk, state__in=CHECKABLE, started_at__isnull=True)
        if not removable.exists():
            raise NotCheckableError("This import has started, so it cannot be removed.")
        record(
            "import:file:discarded",
            f"Removed {imported.file_name}; it was never started",
            subject=f"import:{imported.pk}",
            by=by,
            via=via,
            campaign_ref=imported.campaign_id,
        )
        removable.delete()
    path.unlink(missing_ok=True)
