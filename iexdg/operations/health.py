"""Checks of what IEXDG Outreach needs, in words without secrets."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor

from iexdg.operations import heartbeat
from iexdg.operations.storage import storage_trouble

logger = logging.getLogger(__name__)

_BROKER_ANSWERS_WITHIN_S = 2


@dataclass(frozen=True)
class Health:
    """One dependency. `next_step` says what to do where it is not ok."""

    ok: bool
    detail: str
    next_step: str = ""


def database() -> Health:
    """Check that the database answers, and that it can be written."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # Writes nothing, and is refused where writing is.
            cursor.execute("UPDATE django_migrations SET app = app WHERE id < 0")
    # The driver's message may contain host and user: it goes to the log, not to a page.
    except (DatabaseError, ImproperlyConfigured) as error:
        logger.debug("The database does not answer: %s", error)
        trouble = storage_trouble(error)
        if trouble is not None:
            return Health(False, f"cannot be written: {trouble.cause}", f"{trouble.remedy.capitalize()}.")
        return Health(False, "does not answer", "Check that the database runs and that DATABASE_URL is right.")
    return Health(True, f"{connection.vendor} answers")


def broker() -> Health:
    """Check that the broker answers."""
    timeout = _BROKER_ANSWERS_WITHIN_S
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=timeout, socket_timeout=timeout) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        logger.debug("The broker does not answer: %s", error)
        return Health(False, "does not answer", "Start the product with `make up`, or check REDIS_URL.")
    return Health(True, "answers")


def worker() -> Health:
    """Check for a recent heartbeat of a worker on every queue."""
    return _recent_heartbeats([heartbeat.worker_name(queue) for queue in heartbeat.QUEUES], list(heartbeat.QUEUES))


def beat() -> Health:
    """Check for a recent heartbeat of beat."""
    return _recent_heartbeats([heartbeat.BEAT], ["beat"])


def migrations() -> Health:
    """Check that the database has every migration of this version."""
    try:
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except (DatabaseError, ImproperlyConfigured, NodeNotFoundError) as error:
        logger.debug("Migrations cannot be compared: %s", error)
        return Health(False, "cannot be compared", "Fix the database first.")
    if missing:
        return Health(False, f"{missing} not applied", "Run `make up` again, or `manage.py prepare`.")
    return Health(True, "all applied")


DEPENDENCIES: dict[str, Callable[[], Health]] = {
    "database": database,
    "broker": broker,
    "worker": worker,
    "beat": beat,
    "migrations": migrations,
}


def dependencies() -> dict[str, Health]:
    """Check all of them; a failing one never hides the others."""
    return {name: check() for name, check in DEPENDENCIES.items()}


def _recent_heartbeats(names: list[str], labels: list[str]) -> Health:
    try:
        ages = [heartbeat.heartbeat_age(name) for name in names]
    except (redis.RedisError, OSError) as error:
        logger.debug("Heartbeats cannot be read: %s", error)
        return Health(False, "unknown: the broker does not answer", "Fix the broker first.")
    words = [f"{word} {_age(age)}" for word, age in zip(labels, ages, strict=True)]
    if all(age is not None and age <= heartbeat.LIMIT_S for age in ages):
        return Health(True, ", ".join(words))
    return Health(False, ", ".join(words), "Start the product with `make up`, or read the log of the process.")


def _age(age: float | None) -> str:
    return "never seen" if age is None else f"seen {age:.0f} s ago"
