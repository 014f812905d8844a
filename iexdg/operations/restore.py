"""Puts a backup back: database and stored files, all or nothing, and never over what is there without being asked.

Afterwards everyone signs in again, and a workspace is in observe mode, as one that is seen for the first time: what was
running or approved when the backup was made may have ended since, and nothing continues on its own.
"""

import os
import shutil
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from iexdg.operations.backup import DATABASE, FILES, Manifest, read_manifest
from iexdg.operations.dumps import BackupError, engine, load
from iexdg.operations.heartbeat import BEAT, LIMIT_S, QUEUES, heartbeat_age, worker_name
from iexdg.team.audit.record import record
from iexdg.team.models import CacheEntry, Member
from iexdg.workspaces.models import Mode, Workspace


@dataclass(frozen=True)
class Restored:
    """What was put back, and the workspaces that are in observe mode now."""

    manifest: Manifest
    files: int
    observing: list[str]


def manifest_of(path: Path) -> Manifest:
    """Read what a backup says about itself, and check that it fits here.

    Raises: BackupError - it is no backup, of another engine, or made by a later version.
    """
    with _opened(path) as archive:
        manifest = read_manifest(archive)
    if manifest.engine != engine():
        raise BackupError(
            f"This backup is of {manifest.engine} and the configured database is {engine()}. "
            "Set DATABASE_URL to a database of that kind, then restore."
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if unknown := sorted(set(manifest.migrations) - known - _replaced()):
        raise BackupError(
            f"This backup was made by a later version, which has {len(unknown)} more migrations, {unknown[0]} first. "
            "Install that version, then restore."
        )
    return manifest


def what_is_there() -> str:
    """What a restore would replace, in words; "" where there is nothing."""
    try:
        people = Member.objects.count()
    except DatabaseError:
        people = 0
    finally:
        connection.close()
    media = Path(settings.MEDIA_ROOT)
    files = sum(1 for path in media.rglob("*") if path.is_file()) if media.is_dir() else 0
    found = [f"{people} members"] * bool(people) + [f"{files} stored files"] * bool(files)
    return " and ".join(found)


def require_stopped() -> None:
    """Refuse while the product runs: its processes would go on with rows that are gone.

    Raises: BackupError - which process was seen just now.
    """
    for name in (*map(worker_name, QUEUES), BEAT):
        try:
            age = heartbeat_age(name)
        except (redis.RedisError, OSError):
            return
        if age is not None and age <= LIMIT_S:
            raise BackupError(f"The product is running: {name} was seen {age:.0f} s ago. Stop it, then restore.")


def restore(path: Path) -> Restored:
    """Replace database and stored files by those of a backup, and migrate them to this version.

    Raises: BackupError - the database was not replaced, and the files are as they were.
    """
    manifest = manifest_of(path)
    media = Path(settings.MEDIA_ROOT)
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=media.parent) as folder:
        try:
            with _opened(path) as archive:
                archive.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BackupError(f"The backup cannot be read: {error}. Use another one.") from None
        unpacked = Path(folder) / FILES
        unpacked.mkdir(exist_ok=True)
        load(Path(folder) / DATABASE)
        _swap(unpacked, media, Path(folder) / "before")
        files = sum(1 for one in media.rglob("*") if one.is_file())
    call_command("migrate", interactive=False, verbosity=0)
    return Restored(manifest, files, _quieten(manifest))


def _opened(path: Path) -> tarfile.TarFile:
    try:
        return tarfile.open(path, mode="r:gz")
    except FileNotFoundError:
        raise BackupError(f"There is no file {path}. Name one that `manage.py backup` made.") from None
    except (tarfile.TarError, OSError, EOFError):
        raise BackupError("This file is no backup of this product. Name one that `manage.py backup` made.") from None


def _replaced() -> set[str]:
    """Migrations that a squashed one of this version stands for."""
    on_disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    return {f"{app}.{name}" for one in on_disk for app, name in one.replaces}


def _swap(new: Path, place: Path, old: Path) -> None:
    if place.exists():
        os.replace(place, old)
    shutil.move(new, place)


def _quieten(manifest: Manifest) -> list[str]:
    """End every session, forget failed attempts to sign in, and let workspaces observe until an admin has looked."""
    Session.objects.all().delete()
    CacheEntry.objects.all().delete()
    writing = list(Workspace.objects.filter(mode=Mode.WRITE).order_by("pk"))
    for workspace in writing:
        Workspace.objects.filter(pk=workspace.pk).update(mode=Mode.OBSERVE)
        record(
            "workspace:restored",
            f"{workspace.name} was restored from a backup of {manifest.made_at[:16]} and put in observe mode",
            subject=f"workspace:{workspace.pk}",
            before={"mode": Mode.WRITE},
            after={"mode": Mode.OBSERVE},
        )
    return [workspace.name for workspace in writing]
