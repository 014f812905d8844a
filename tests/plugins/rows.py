"""Marks every test that touches the database, so that CI can run just these on Postgres again: `-m rows`."""

import pytest

_DATABASE = {"db", "transactional_db"}


def touches_rows(item: pytest.Item) -> bool:
    """Tell whether a test has a database, by its mark or by a fixture that it or its fixtures ask for."""
    by_fixture = not _DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
    return by_fixture or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if touches_rows(item):
            item.add_marker("rows")
