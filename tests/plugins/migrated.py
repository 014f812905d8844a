"""The database of a test run begins migrated; `migrate` itself still runs, and finds nothing to do."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core import management
from django.db import connections

from tests.migrated import copy_into, migrated_file, migrated_template
from tests.plugins.rows import touches_rows


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make it before the first test that needs it: on a slow machine that takes longer than a test may."""
    if not any(map(touches_rows, session.items)):
        return
    if connections["default"].vendor == "sqlite":
        migrated_file()
    else:
        connections["default"].settings_dict["TEST"]["TEMPLATE"] = migrated_template(settings.DATABASE_URL)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Let `migrate` find a copy of the migrated file in the empty database that Django has just made."""
    patch = pytest.MonkeyPatch()
    run = management.call_command

    def call_command(name: Any, *arguments: Any, **options: Any) -> Any:
        if name == "migrate":
            _begin_migrated(connections[options.get("database", "default")])
        return run(name, *arguments, **options)

    patch.setattr(management, "call_command", call_command)
    yield
    patch.undo()


def _begin_migrated(connection: Any) -> None:
    if connection.vendor != "sqlite" or connection.introspection.table_names():
        return
    connection.ensure_connection()
    copy_into(connection.connection)
