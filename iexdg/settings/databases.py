"""How a database URL becomes Django's DATABASES entry, for SQLite and Postgres alike."""

from pathlib import Path
from typing import Any

import environ

_SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE takes the write lock at BEGIN, so two writers queue instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=67108864;PRAGMA journal_size_limit=67108864;"
    ),
}


def sqlite(path: Path) -> dict[str, Any]:
    """Return the entry for a SQLite file in write-ahead mode."""
    # A connection is kept by its thread: a new one reads the whole schema before its first query.
    kept = {"CONN_MAX_AGE": None}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": dict(_SQLITE_OPTIONS), **kept}


def from_url(url: str) -> dict[str, Any]:
    """Return the entry for `postgres://user:password@host:port/name` or `sqlite:///path`."""
    parsed: dict[str, Any] = environ.Env.db_url_config(url)
    if "sqlite" in parsed["ENGINE"]:
        return sqlite(Path(parsed["NAME"]))
    # The pool replaces persistent connections: there are more threads than Postgres should have connections.
    return {**parsed, "OPTIONS": {"pool": {"min_size": 0, "max_size": 20, "timeout": 20}}, "CONN_MAX_AGE": 0}
