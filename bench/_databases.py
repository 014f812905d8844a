"""Throw-away databases for a measurement."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

KINDS = ("sqlite", "postgres")
SERVERS = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://root@127.0.0.1:5432/postgres")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database of this kind, dropped afterwards; empty for SQLite, which needs none."""
    if kind == "sqlite":
        yield ""
        return
    import psycopg  # noqa: PLC0415  a measurement on SQLite does not carry it

    server = _server()
    name = f"outreach_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _server() -> str:
    import psycopg  # noqa: PLC0415

    for url in SERVERS:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.Error:
            continue
        return url
    raise SystemExit(f"No Postgres answers. Tried: {', '.join(SERVERS)}")
