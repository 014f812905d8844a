"""Copies the database into one file and back, each engine with its own tool: SQLite's backup, pg_dump and psql."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection

# Everything of ours is in the schema `public`; what belongs to an extension stays.
_DROP_ALL = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', one.name);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE 'DROP ROUTINE IF EXISTS ' || one.name || ' CASCADE';
  END LOOP;
END $$;
"""


class BackupError(Exception):
    """A backup could not be made or put back; the message says why and what to do next."""


def engine() -> str:
    """The engine of the database: sqlite or postgresql."""
    return str(connection.vendor)


def dump(target: Path) -> None:
    """Copy the database as it is at one moment, while others write to it.

    Raises: BackupError - it could not be copied; the target is not complete then.
    """
    if engine() == "sqlite":
        _copy_sqlite(Path(connection.settings_dict["NAME"]), target)
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"])


def load(source: Path) -> None:
    """Replace the database by a copy: all of it, or nothing where it fails.

    Raises: BackupError - it was not replaced.
    """
    connection.close()
    if engine() == "sqlite":
        _replace_sqlite(source, Path(connection.settings_dict["NAME"]))
        return
    script, before = source.with_suffix(".sql"), source.with_suffix(".before.sql")
    before.write_text(_DROP_ALL, encoding="ascii")
    _run(["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source)])
    # Both files in one transaction: a failure leaves what was there.
    together = [f"--file={before}", f"--file={script}"]
    _run(["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", *together])


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        opened = sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=60)
        with closing(opened) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            # Without this the copy would be one that needs the two files beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupError(f"The database could not be copied: {error}. Check the disk, then try again.") from None
    _require_sound(target)


def _require_sound(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as copy:
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise BackupError(f"The copy of the database is damaged: {found}. Check the disk, then try again.")


def _replace_sqlite(source: Path, target: Path) -> None:
    _require_sound(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.restoring")
    try:
        shutil.copyfile(source, beside)
        # The write-ahead log of the database that goes belongs to no other one.
        for name in (f"{target.name}-wal", f"{target.name}-shm"):
            target.with_name(name).unlink(missing_ok=True)
        os.replace(beside, target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise BackupError(f"The database could not be replaced: {error.strerror}. Check the disk.") from None


def _run(command: Sequence[str]) -> None:
    """Run a tool of Postgres against the configured database; its password goes through the environment."""
    program = shutil.which(command[0])
    if program is None:
        raise BackupError(f"{command[0]} is not installed. Install postgresql-client, at least as new as the server.")
    done = subprocess.run(
        [program, *command[1:]], env=os.environ | _pg_environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = " ".join((done.stderr.strip().splitlines() or ["no reason given"])[-1].split())
        raise BackupError(f"{command[0]} failed: {last[:300]}. Nothing was changed; correct that, then try again.")


def _pg_environment() -> dict[str, str]:
    found: dict[str, Any] = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    return {name: str(found[key]) for name, key in named.items() if found.get(key)}
