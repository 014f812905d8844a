"""A backup: the database as it was at one moment and the stored files, in one archive that says what is in it.

It is made while the product runs. The database is copied first: every file that it names was stored before, and stored
files never change. Keys are not in it (the signing key, Instantly's, the database's): they are kept apart.
"""

import json
import os
import tarfile
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from iexdg.operations.dumps import BackupError, dump, engine

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database", "files"


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `migrations`: every one that its database has, as "app.name"."""

    format: int
    engine: str
    made_at: str
    product: str
    migrations: list[str]


@dataclass(frozen=True)
class Backup:
    """A backup that was made. Units: size in bytes."""

    path: Path
    size: int
    files: int
    manifest: Manifest


def make_backup(target: Path | None = None) -> Backup:
    """Write a backup into a file that only its owner may read; without a name into VAR_DIR/backups.

    Raises: BackupError - it could not be made, or the file is there already; nothing is left of it.
    """
    now = timezone.now()
    path = target or Path(settings.VAR_DIR) / "backups" / f"outreach-{now:%Y-%m-%d-%H%M%S}.tar.gz"
    if path.exists():
        raise BackupError(f"{path} exists already. Name another file.")
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="backup-", dir=path.parent) as folder:
            copy = Path(folder) / DATABASE
            dump(copy)
            manifest = _manifest(now.isoformat())
            files = _pack(unfinished, copy, manifest)
        os.replace(unfinished, path)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error.strerror}. Free space, then try again.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size, files, manifest)


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """Read what a backup says about itself.

    Raises: BackupError - it is no backup of this product, or one of a later form.
    """
    try:
        member = archive.extractfile(MANIFEST)
        found: dict[str, Any] = json.loads(member.read()) if member else {}
        manifest = Manifest(**found)
    except (KeyError, TypeError, ValueError, tarfile.TarError, OSError, EOFError):
        raise BackupError("This file is no backup of this product. Name one that `manage.py backup` made.") from None
    if manifest.format != FORMAT:
        raise BackupError("This backup was made by a later version. Install that version, then restore.")
    return manifest


def applied_migrations() -> list[str]:
    """Every migration that the database has, as "app.name"."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _manifest(made_at: str) -> Manifest:
    try:
        product = version("iexdg-outreach")
    except PackageNotFoundError:
        product = ""
    return Manifest(FORMAT, engine(), made_at, product, applied_migrations())


def _pack(target: Path, copy: Path, manifest: Manifest) -> int:
    """Write the archive; returns how many stored files are in it."""
    media = Path(settings.MEDIA_ROOT)
    count = 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
        about = copy.with_name(MANIFEST)
        about.write_text(json.dumps(asdict(manifest)), encoding="utf-8")
        archive.add(about, MANIFEST)
        archive.add(copy, DATABASE)
        for path in sorted(media.rglob("*")) if media.is_dir() else []:
            if path.is_file() and not path.is_symlink():
                archive.add(path, f"{FILES}/{path.relative_to(media).as_posix()}")
                count += 1
    return count
