"""What some tests need besides Python: Postgres, Redis, Chromium. Absent means skipped, or failed where CI demands it.

Fixtures: `postgres_url`, `migrated_postgres_url`, `redis_url` (each ours alone), `chromium_path`, and a `page`.
REQUIRE_SERVICES=1 and REQUIRE_BROWSER=1 turn a skip into a failure.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import psycopg
import pytest
import redis

from tests.migrated import migrated_template, with_database

_FIXTURES = {"service": {"postgres_server", "redis_url"}, "browser": {"chromium_path"}}
_DEMANDED_BY = {"service": "REQUIRE_SERVICES", "browser": "REQUIRE_BROWSER"}
_POSTGRES = ("postgres://postgres@127.0.0.1:5432/postgres", "postgres://root@127.0.0.1:5432/postgres")
_REDIS = "redis://127.0.0.1:6379/0"
_CLAIM = "claimed by a test run"
_CLAIM_LIFE_S = 3600
# Chromium's background services want the network, which is closed here; root cannot use its sandbox.
_CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def _demanded(kind: str) -> bool:
    return os.environ.get(_DEMANDED_BY[kind], "") not in {"", "0"}


def _absent(kind: str, reason: str) -> NoReturn:
    if _demanded(kind):
        pytest.fail(f"{_DEMANDED_BY[kind]} is set, but {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses these fixtures, so that `-m "not browser"` and the demands below never miss one."""
    for item in items:
        for kind, fixtures in _FIXTURES.items():
            if fixtures & set(getattr(item, "fixturenames", ())):
                item.add_marker(kind)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Fail a service or browser test that was skipped for any reason while it is demanded."""
    outcome: Any = yield
    report = outcome.get_result()
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    for kind, variable in _DEMANDED_BY.items():
        if item.get_closest_marker(kind) and _demanded(kind):
            report.outcome = "failed"
            report.longrepr = f"{variable} is set, but {item.nodeid} was skipped: {report.longrepr}"


def _postgres_server() -> str | None:
    named = os.environ.get("DATABASE_URL", "")
    for url in [named] if named.startswith("postgres") else _POSTGRES:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.Error:
            continue
        return url
    return None


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of a server in which databases may be created."""
    server = _postgres_server()
    if server is None:
        _absent("service", "no Postgres answers on 127.0.0.1:5432 or at DATABASE_URL")
    return server


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """An empty database of its own for one test."""
    with _database_of_one_test(postgres_server, "template1") as url:
        yield url


@pytest.fixture
def migrated_postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own for one test, in which every migration ran."""
    with _database_of_one_test(postgres_server, migrated_template(postgres_server)) as url:
        yield url


@contextmanager
def _database_of_one_test(server: str, template: str) -> Iterator[str]:
    name = f"outreach_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield with_database(server, name)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A numbered Redis database that was empty and is ours for one test."""
    server = os.environ.get("REDIS_URL", "") or _REDIS
    for number in range(15, 0, -1):
        url = with_database(server, str(number)) if not server.startswith("unix") else f"{server}?db={number}"
        client = redis.Redis.from_url(url, socket_connect_timeout=3)
        try:
            if client.dbsize() == 0 and client.set(_CLAIM, 1, nx=True, ex=_CLAIM_LIFE_S):
                break
        except redis.RedisError:
            _absent("service", "no Redis answers on 127.0.0.1:6379 or at REDIS_URL")
        client.close()
    else:
        _absent("service", "no numbered database of the Redis is empty")
    yield url
    client.flushdb()
    client.close()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser that the system has; none is ever downloaded."""
    for name in (os.environ.get("CHROMIUM_PATH", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            # Playwright keeps an event loop running in this thread, which Django takes for asynchronous code.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            return path
    _absent("browser", "no Chromium is installed (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium_path: str) -> dict[str, Any]:
    """Let pytest-playwright drive the system's Chromium."""
    return {**browser_type_launch_args, "executable_path": chromium_path, "args": _CHROMIUM_ARGS}
