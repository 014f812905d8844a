"""Creates the triggers and the search index after every `migrate`, and counts what is there.

Not a migration of its own: SQLite changes a table by copying it, and the copy has no triggers, so a later migration of
leads or rows would lose them silently. Here they are looked for each time and created again, with a recount.
"""

from typing import Any

from django.db import connection, transaction

from leads.derived import counts, search
from leads.derived.counts import COUNTERS, Trigger

_LOCKED = ("leads_row", "leads_lead", "leads_receipt")


def keep_derived(**_: Any) -> None:
    """Receiver of post_migrate: create what is missing. Without the tables of this version it does nothing."""
    tables = connection.introspection.table_names()
    if not {*_LOCKED, *(counter.table for counter in COUNTERS)} <= set(tables):
        return
    search.create_index()
    wanted = [*counts.triggers(), *search.triggers()]
    if {trigger.name for trigger in wanted} <= _existing():
        return
    with transaction.atomic():
        _create(wanted)
        for counter in COUNTERS:
            counts.recount(counter)
        search.rebuild_index()


def missing_triggers() -> list[str]:
    """Names of the triggers that should be there and are not."""
    existing = _existing()
    return [trigger.name for trigger in [*counts.triggers(), *search.triggers()] if trigger.name not in existing]


def _create(wanted: list[Trigger]) -> None:
    existing = _existing()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # No row changes between the recount and the first trigger.
            cursor.execute(f"LOCK TABLE {', '.join(_LOCKED)} IN SHARE ROW EXCLUSIVE MODE")
        for trigger in wanted:
            if trigger.name in existing:
                continue
            for statement in trigger.statements:
                cursor.execute(statement)


def _existing() -> set[str]:
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {name for (name,) in cursor.fetchall()}
