"""Stores an uploaded file, reads it completely, and guesses its column mapping."""

import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sending.loading import refusal_to_load
from iexdg.team.audit.record import record
from iexdg.team.models import Member
from iexdg.ui.formatting import plural
from leads.errors import CampaignRefusedError
from leads.events import log
from leads.importing.errors import Ask, NotCheckableError, OpenQuestionError, UnreadableFileError
from leads.importing.guess import MAPPING_ASKS, answered, column_of
from leads.importing.mapping import check_mapping, header_key
from leads.importing.mark_columns import LEFT_OUT_ASK, meaning_of_name
from leads.importing.marks import DO_NOT_MAIL, MARKS, UNSUBSCRIBED
from leads.importing.offer import Offer, offer_for, remembered
from leads.importing.reading.shape import Shape, kind_of_workbook
from leads.importing.sniffing import ANY_SHAPE, Table, read_table
from leads.importing.stage import path_of, shape_of
from leads.lists.target import refusal_to_take
from leads.models import Import, ImportState, LeadList, MappedBy, SavedMapping
from leads.sources import Source
from leads.states import move_import

# States in which the columns can still be changed: no credit was spent yet.
CHECKABLE = (ImportState.UPLOADED, ImportState.MAPPED, ImportState.FAILED)

_LONGEST_NAME = 255
_LONGEST_TITLE = 80


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


def store_upload(
    file: Uploaded,
    *,
    campaign: Campaign | None = None,
    lead_list: LeadList | None = None,
    by: Member | None,
    via: str | None = None,
    wanted: Shape = ANY_SHAPE,
    source: Source | None = None,
    mapping: dict[str, str] | None = None,
) -> Import:
    """Store a file and find out how it is read, as far as `wanted` leaves it open; state uploaded.

    Shapes: campaign, lead_list - exactly one of them, where its people go; source, mapping - of a move, whose file was
        written here: where its people are, and what its columns are.

    Raises: CampaignRefusedError - nothing may be loaded into the campaign or the list; UnreadableFileError - the file
        cannot be used. Neither an import nor a file is left behind.
    """
    refusal = refusal_to_take(lead_list) if lead_list is not None else refusal_to_load(_one_of(campaign))
    if refusal:
        raise CampaignRefusedError(refusal)
    folder = Path(settings.MEDIA_ROOT) / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        stored = _save(file, path)
        table = read_table(path, wanted)
        into = lead_list or _one_of(campaign)
        offer = offer_for(table, into=into, by=by) if mapping is None else Offer(mapping, MappedBy.HEADER)
        path = _with_suffix(path, table.shape)
        with transaction.atomic():
            imported = _create(replace(stored, path=path), table, offer, source or Source(), (campaign, lead_list), by)
            _record_upload(imported, table, by=by, via=via)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return imported


def _one_of(campaign: Campaign | None) -> Campaign:
    if campaign is None:
        raise ValueError("a file goes into a campaign or into a list")
    return campaign


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
    return path.rename(path.with_suffix(f".{kind_of_workbook(shape.encoding)}" if shape.is_workbook else ".csv"))


def _create(
    stored: StoredFile,
    table: Table,
    offer: Offer,
    source: Source,
    into: tuple[Campaign | None, LeadList | None],
    by: Member | None,
) -> Import:
    campaign, lead_list = into
    return Import.objects.create(
        source_campaign=source.campaign,
        source_list=source.lead_list,
        takes_replied=source.takes_replied,
        workspace_id=(lead_list or _one_of(campaign)).workspace_id,
        campaign=campaign,
        lead_list=lead_list,
        file_name=stored.name,
        file_path=str(stored.path.relative_to(settings.MEDIA_ROOT)),
        file_size=stored.size,
        sha256=stored.digest,
        encoding=table.shape.encoding,
        delimiter=table.shape.delimiter,
        sheet=table.shape.sheet,
        header_line=table.header_line,
        header=table.header,
        reading=table.reading,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        mapping=offer.mapping,
        mapped_by=offer.mapped_by,
        asks=offer.asks_as_json,
        column_remarks=[*_titles_that_mark(stored.name, table), *offer.remarks],
    )


def _titles_that_mark(file_name: str, table: Table) -> list[str]:
    """A sentence for a file name, a sheet or a title above the table that says: these people must not be written to."""
    above = [(f"Line {line}", text) for line, text in table.reading.get("top", []) if line < table.header_line]
    titles = [("The name of the file", file_name), ("The name of the sheet", table.shape.sheet), *above]
    return [
        f"{where} says “{text[:_LONGEST_TITLE]}”: check that these people may be written to."
        for where, text in titles
        if meaning_of_name(text) in {UNSUBSCRIBED, DO_NOT_MAIL}
    ]


def _record_upload(imported: Import, table: Table, *, by: Member | None, via: str | None) -> None:
    words, verb = f"Uploaded {imported.file_name} for {imported.into}", "import:file:uploaded"
    if imported.is_move:
        words, verb = f"Prepared a move from {imported.source_name} to {imported.into}", "import:move:prepared"
        log(imported, f"From {imported.source_name}: {plural(table.count, 'person', 'people')}")
    else:
        log(imported, f"Uploaded, {plural(table.count, 'line')}")
    record(
        verb,
        words,
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
    _read_again(imported, shape, use_memory=True)
    return imported


def guess_again(imported: Import) -> Import:
    """Guess the columns from their names, without what was remembered; state uploaded.

    Raises: UnreadableFileError - the file cannot be read; NotCheckableError - the import is running or finished.
        Nothing was changed then.
    """
    _read_again(imported, settled_shape(imported), use_memory=False)
    return imported


def settled_shape(imported: Import) -> Shape:
    """How the file is read, without what is still asked: that is found, and asked, again."""
    shape = shape_of(imported)
    asked = {ask["what"] for ask in imported.asks}
    if "encoding" in asked:
        return replace(shape, encoding="", delimiter="", header_line=0)
    if "sheet" in asked:
        return replace(shape, sheet="", header_line=0)
    return replace(shape, header_line=0) if "header_line" in asked else shape


def _read_again(imported: Import, shape: Shape, *, use_memory: bool) -> None:
    try:
        table = read_table(path_of(imported), shape)
    except OSError:
        raise UnreadableFileError("the stored file is no longer there", "Upload it again") from None
    offer = offer_for(table, into=imported.target, by=imported.uploaded_by, use_memory=use_memory)
    _change(
        imported,
        to=ImportState.UPLOADED,
        header=table.header,
        encoding=table.shape.encoding,
        delimiter=table.shape.delimiter,
        sheet=table.shape.sheet,
        header_line=table.header_line,
        reading=table.reading,
        mapping=offer.mapping,
        mapped_by=offer.mapped_by,
        asks=offer.asks_as_json,
        column_remarks=[*_titles_that_mark(imported.file_name, table), *offer.remarks],
    )


def choose_columns(
    imported: Import,
    mapping: dict[str, str],
    *,
    by: Member | None = None,
    by_hand: bool = False,
    remember: bool = False,
    via: str | None = None,
) -> Import:
    """Set the mapping and request the check: state checking.

    Shapes: by - who chose, for the audit; by_hand - a person named columns, even if the result equals the guess;
    remember - keep a choice that differs from the guess for that member's next file. Only a choice on the page is
    kept: a mapping that was tried on the command line must not be offered there.

    Raises: OpenQuestionError - how the file is read, or what a column means, is still to be chosen; MappingError - the
        mapping is not valid; NotCheckableError - the import is running or finished. Nothing was changed then.
    """
    asks = [Ask(**ask) for ask in imported.asks]
    reading = [ask for ask in asks if ask.what not in MAPPING_ASKS]
    full, still_open = answered(mapping, asks)
    if reading or still_open:
        raise OpenQuestionError(reading or still_open)
    full = check_mapping(full, imported.header)
    offered, mapped_by = dict(imported.mapping), imported.mapped_by
    if by_hand or full != offered:
        mapped_by = MappedBy.YOU
    with transaction.atomic():
        _change(
            imported, to=ImportState.CHECKING, mapping=full, mapped_by=mapped_by, asks=[], flags={},
            due_at=timezone.now(),
        )  # fmt: skip
        _record_ignored_marks(imported, offered, asks, by=by, via=via)
        if remember and by is not None:
            _remember(imported, by)
    return imported


def _remember(imported: Import, by: Member) -> None:
    """Keep a person's own choice; taking the guess again forgets an earlier one."""
    if imported.mapped_by == MappedBy.HEADER:
        saved = remembered(imported.target, by, imported.header)
        if saved is not None:
            saved.delete()
        return
    SavedMapping.objects.update_or_create(
        campaign=imported.campaign,
        lead_list=imported.lead_list,
        member=by,
        header_sha256=header_key(imported.header),
        defaults={"mapping": imported.mapping, "used_at": timezone.now()},
    )


def _record_ignored_marks(
    imported: Import, offered: dict[str, str], asks: list[Ask], *, by: Member | None, via: str | None
) -> None:
    """Record that people whom a column marks are loaded all the same, and by whose choice."""
    marking = {column for column, target in offered.items() if target in MARKS}
    marking |= {column_of(ask.choices[0]) for ask in asks if ask.what == LEFT_OUT_ASK}
    loaded = [column for column, target in imported.mapping.items() if column in marking and target not in MARKS]
    if not loaded:
        return
    names = ", ".join(f"“{column}”" for column in loaded)
    record(
        "import:marks:ignored",
        f"Lines that {names} marks are not left out of {imported.file_name}",
        subject=f"import:{imported.pk}",
        by=by,
        via=via,
        campaign_ref=imported.campaign_id,
        after={"columns": loaded},
    )
    who = by.name if by else "The command line"
    log(imported, f"{who} chose not to leave out lines that {names} marks"[:300], "warn")


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
