"""Which tables a query reads from the first row to the last, on SQLite and on Postgres."""

import re
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Whole tables: what FTS5 reads is its own index.
_SQLITE_SCAN = re.compile(r"\bSCAN (?!(?:leads_leadsearch|inbox_threadsearch|sqlite_master)\b)(\w+)(?! USING)")


def whole_tables(work: Callable[[], object], *, at_least: int) -> dict[str, list[str]]:
    """The queries of some work that begin without an index, and the tables that they read.

    Shapes: at_least - how many queries the work has, so that a test notices when nothing is looked at.
    """
    with CaptureQueriesContext(connection) as captured:
        work()
    queries = [one["sql"] for one in captured.captured_queries if one["sql"].startswith("SELECT")]
    assert len(queries) >= at_least
    return {sql[:200]: found for sql in queries if (found := _scans(_explained(sql)))}


def _explained(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of tables without rows Postgres would read all: it would be right, and say nothing.
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}" if connection.vendor == "sqlite" else f"EXPLAIN {sql}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def _scans(plan: str) -> list[str]:
    return _SQLITE_SCAN.findall(plan) if connection.vendor == "sqlite" else re.findall(r"Seq Scan on (\w+)", plan)
