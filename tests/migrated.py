"""A SQLite file in which every migration ran once; tests begin with a copy of it.

Running all migrations takes most of the time in which a test run, and each product that tests start, comes up. What
`migrate` does besides, such as creating the derived tables of leads, it does again on the copy. That migrations lead
to the models is tested by `makemigrations --check`; tests of migrations, `make up` in the browser tests and everything
on Postgres run them for real.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".pytest_cache" / "migrated"


def migrated_file() -> Path:
    """Return the file for the migrations of now, made where it is missing; processes that ask together wait for one."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = FOLDER / f"{digest()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not found.exists():
            for older in FOLDER.glob("*.sqlite3"):
                older.unlink()
            _make(found)
    return found


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
        made = Path(folder) / "outreach.sqlite3"
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "iexdg.settings.dev", "VAR_DIR": folder}
        for ours in ("DATABASE_URL", "REDIS_URL"):
            environment.pop(ours, None)
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        # A copy of its own, so that nothing of it is left in a write-ahead log.
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        source, target = sqlite3.connect(made), sqlite3.connect(part)
        source.backup(target)
        source.close()
        target.close()
        part.rename(path)
