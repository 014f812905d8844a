"""What a trigger does with a statement over many rows grows with the rows, not with their square."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign
from leads.derived.counts import COUNTERS, differences
from leads.derived.install import all_triggers
from leads.derived.marks import wrong_marks
from leads.models import Lead, LeadCount

pytestmark = pytest.mark.django_db
_PEOPLE = 5000


def test_a_statement_over_a_whole_campaign_leaves_every_count_and_mark_right(campaign: Campaign) -> None:
    facts = {"campaign": campaign, "workspace": campaign.workspace, "synced_at": timezone.now(), "status": 1}
    Lead.objects.bulk_create(Lead(email=f"person{number}@example.com", **facts) for number in range(_PEOPLE))
    leads = Lead.objects.filter(campaign=campaign)
    assert _counted() == [("1", False, _PEOPLE)]
    leads.update(status=3)
    assert _counted() == [("3", False, _PEOPLE)]
    leads.update(vanished_at=timezone.now())
    assert _counted() == [("3", True, _PEOPLE)]
    assert [differences(counter) for counter in COUNTERS] == [0] * len(COUNTERS)
    assert wrong_marks() == 0
    leads.delete()
    assert _counted() == []


def test_no_trigger_of_postgres_joins_the_rows_of_its_statement() -> None:
    bodies = {
        trigger.name: (trigger.table, trigger.statements[0].partition("BEGIN ")[2].rpartition("; RETURN NULL")[0])
        for trigger in all_triggers()
        if "FOR EACH STATEMENT" in trigger.statements[-1]
    }
    # On SQLite they run per row.
    assert len(bodies) == (21 if connection.vendor == "postgresql" else 0)
    for name, (table, body) in bodies.items():
        with connection.cursor() as cursor:
            for rows in ("old_rows", "new_rows"):
                cursor.execute(f"DROP TABLE IF EXISTS {rows}")
                cursor.execute(f"CREATE TEMPORARY TABLE {rows} (LIKE {table})")
            cursor.execute(f"EXPLAIN (FORMAT JSON) {body}")
            plan = cursor.fetchone()[0]
        plan = json.loads(plan) if isinstance(plan, str) else plan
        joins = [node for node in _nodes(plan[0]["Plan"]) if _is_join(node)]
        joined = [(name, node["Node Type"]) for node in joins if _statement_rows(node) > 1]
        assert joined == []


def _counted() -> list[tuple[str, bool, int]]:
    return list(LeadCount.objects.filter(number__gt=0).values_list("status", "vanished", "number"))


def _is_join(node: dict[str, Any]) -> bool:
    return "Join" in node["Node Type"] or node["Node Type"] == "Nested Loop"


def _statement_rows(node: dict[str, Any]) -> int:
    """How many scans of the rows of the statement are below a node of the plan."""
    return sum(one.get("Relation Name") in {"old_rows", "new_rows"} for one in _nodes(node))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)
