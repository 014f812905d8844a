"""Two kinds of stack: everything embedded, and the same on Postgres and Redis."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.crash.stack import Stack, running

EMBEDDED = pytest.param("embedded", id="sqlite-valkey")
DISTRIBUTED = pytest.param("distributed", id="postgres-redis", marks=pytest.mark.service)


@pytest.fixture(params=[EMBEDDED, DISTRIBUTED])
def services(request: pytest.FixtureRequest) -> dict[str, str]:
    """Addresses of database and broker; none for the embedded kind.

    Both kinds run where a batch is in flight or an answer is lost; other tests use the embedded one.
    """
    if request.param == "embedded":
        return {}
    return {
        "database_url": request.getfixturevalue("migrated_postgres_url"),
        "redis_url": request.getfixturevalue("redis_url"),
    }


@pytest.fixture
def bring_up(services: dict[str, str]) -> Iterator[Callable[..., Stack]]:
    """bring_up(sandbox=(…), knobs={…}) starts a stack that ends with the test."""
    with ExitStack() as until_the_end:

        def start(**options: Any) -> Stack:
            return until_the_end.enter_context(running(Stack(**services, **options)))

        yield start
