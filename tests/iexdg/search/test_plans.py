"""Every query of a search begins with an index: none reads all rows of a table, on SQLite and on Postgres."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from iexdg.search.pages import search_page
from iexdg.team.models import Member
from iexdg.workspaces.models import Workspace
from leads import selection

pytestmark = pytest.mark.django_db
# Whole tables: what FTS5 reads is its own index.
_SQLITE_SCAN = re.compile(r"\bSCAN (?!(?:leads_leadsearch|inbox_threadsearch|sqlite_master)\b)(\w+)(?! USING)")


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of tables without rows Postgres would read all: it would be right, and say nothing.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}" if connection.vendor == "sqlite" else f"EXPLAIN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def scans(plan: str) -> list[str]:
    return _SQLITE_SCAN.findall(plan) if connection.vendor == "sqlite" else re.findall(r"Seq Scan on (\w+)", plan)


@pytest.mark.parametrize("words", ["northwind", "ada north", "ada@firm.example.com", "no"])
@pytest.mark.parametrize("read_through", [None, 2], ids=["a list that is read", "a long list"])
def test_no_query_of_a_search_reads_a_whole_table(
    workspace: Workspace,
    member: Callable[..., Member],
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    read_through: int | None,
) -> None:
    if read_through is not None:
        monkeypatch.setattr(selection, "READ_THROUGH", read_through)
    viewer = member("viewer")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        search_page(workspace, viewer, words)
    queries = [one["sql"] for one in captured.captured_queries if one["sql"].startswith("SELECT")]
    assert len(queries) >= 5
    assert {sql[:200]: found for sql in queries if (found := scans(explained(sql)))} == {}
