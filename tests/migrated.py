"""Databases in which every migration ran once, a SQLite file and one of a Postgres server; tests begin with a copy.

Running all migrations takes most of the time in which a test run, and each product that tests start, comes up. What
`migrate` does besides, such as creating the derived tables of leads, it does again on the copy. That migrations lead
to the models is tested by `makemigrations --check`; tests of migrations, of `manage.py up`, of backups and of
docker-compose.yml run them for real.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django
import psycopg

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache" / "migrated"
_TEMPLATE = "outreach_tpl_"


def migrated_file() -> Path:
    """Return the file for the migrations of now, made where it is missing; processes that ask together wait for one."""
    with _lock():
        found = FOLDER / f"{digest()}.sqlite3"
        if not found.exists():
            for older in FOLDER.glob("*.sqlite3"):
                older.unlink()
            _make(found)
    return found


def migrated_template(server: str) -> str:
    """Return the name of the database to copy on a Postgres server, made where it is missing.

    Copy it with `CREATE DATABASE … TEMPLATE`, which Postgres refuses while somebody is connected to it.
    server: the URL of any database there, with the right to create others. Those of other migrations are dropped.
    """
    name = f"{_TEMPLATE}{digest()}"
    with _lock(), psycopg.connect(server, autocommit=True) as admin:
        there = [row[0] for row in admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'outreach_tpl_%'")]
        if name not in there:
            for older in there:
                admin.execute(f'DROP DATABASE "{older}" WITH (FORCE)')
            part = f"{_TEMPLATE}part"
            admin.execute(f'CREATE DATABASE "{part}"')
            with tempfile.TemporaryDirectory() as folder:
                _migrate(folder, DATABASE_URL=with_database(server, part))
            admin.execute(f'ALTER DATABASE "{part}" RENAME TO "{name}"')
    return name


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def _lock() -> Iterator[None]:
    """Let processes that ask together wait for the one that makes it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest() -> str:
    """A digest of all migrations, ours and those of the packages that are installed, and of the triggers."""
    # Triggers are created after the migrations, and left alone where one of that name is there.
    kinds = (ROOT.glob("*/migrations/*.py"), ROOT.glob("iexdg/*/migrations/*.py"), ROOT.glob("leads/derived/*.py"))
    files = sorted(path for kind in kinds for path in kind)
    texts = [f"{path.relative_to(ROOT)}\n{path.read_text(encoding='utf-8')}" for path in files]
    texts += [django.__version__, (ROOT / "requirements.txt").read_text(encoding="utf-8")]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def copy_into(connection: sqlite3.Connection) -> None:
    """Fill an empty database, in memory or on disk."""
    source = sqlite3.connect(migrated_file())
    try:
        source.backup(connection)
    finally:
        source.close()


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _migrate(folder)
        made = Path(folder) / "outreach.sqlite3"
        # A copy of its own, so that nothing of it is left in a write-ahead log.
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        source, target = sqlite3.connect(made), sqlite3.connect(part)
        source.backup(target)
        source.close()
        target.close()
        part.rename(path)


def _migrate(var_dir: str, **more: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment |= {"DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "VAR_DIR": var_dir, **more}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
