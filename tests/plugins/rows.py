"""Marks every test that touches the database, `rows`, and of these the ones that CI runs on both, `both_databases`.

CI runs all tests of rows on Postgres, and on SQLite those whose statements, locks or commands differ between the two;
`make test` runs everything on SQLite. What starts the whole product runs on SQLite, and on Postgres where it says so.
"""

import pytest

_DATABASE = {"db", "transactional_db"}
# Written for each database, or about locks, commits and what is staged: see `iexdg/inbox/search.py`, `leads/derived`.
BOTH_DATABASES = (
    "tests/campaigns/sending/",
    "tests/iexdg/crm/",
    "tests/iexdg/inbox/",
    "tests/iexdg/operations/",
    "tests/iexdg/search/",
    "tests/iexdg/workspaces/test_join_migration.py",
    "tests/leads/derived/",
    "tests/leads/importing/",
    "tests/leads/imports/",
    "tests/leads/loading/",
    "tests/leads/test_lead_events.py",
    "tests/leads/test_selection.py",
    "tests/leads/verification/",
    "tests/plugins/",
    "tests/test_migrated.py",
    "tests/test_one_connection.py",
)


def touches_rows(item: pytest.Item) -> bool:
    """Tell whether a test has a database, by its mark or by a fixture that it or its fixtures ask for."""
    by_fixture = not _DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
    return by_fixture or item.get_closest_marker("django_db") is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not touches_rows(item):
            continue
        item.add_marker("rows")
        if item.nodeid.startswith(BOTH_DATABASES):
            item.add_marker("both_databases")
