"""Creates the triggers and the search index after every `migrate`, and counts and marks what is there.

Not a migration of its own: SQLite changes a table by copying it. The copy has no triggers, so a migration of leads or
rows would lose them silently, and a table that a trigger writes to could not be copied at all. So they are dropped
before the migrations of this app, and created again afterwards with a recount.
"""

from typing import Any

from django.db import connection, transaction

from leads.derived import counts, marks, search
from leads.derived.counts import COUNTERS
from leads.derived.trigger import Trigger

_LOCKED = ("leads_row", "leads_lead", "leads_receipt")


def keep_derived(**_: Any) -> None:
    """Receiver of post_migrate: create what is missing. Without the tables of this version it does nothing."""
    tables = connection.introspection.table_names()
    if not {*_LOCKED, *(counter.table for counter in COUNTERS)} <= set(tables):
        return
    search.create_index()
    wanted = all_triggers()
    if {trigger.name for trigger in wanted} <= _existing():
        return
    with transaction.atomic():
        # Before the triggers are there: Postgres would hand each of them every lead that is marked for the first time.
        marks.mark_again()
        _create(wanted)
        count_again()
        search.rebuild_index()


def all_triggers() -> list[Trigger]:
    """Every trigger of this package, in the language of the connected database."""
    return [*counts.triggers(), *marks.triggers(), *search.triggers()]


def count_again() -> None:
    """Count everything again, and mark every lead again."""
    with transaction.atomic():
        marks.mark_again()
        for counter in COUNTERS:
            counts.recount(counter)


def drop_derived(plan: list[tuple[Any, bool]], **_: Any) -> None:
    """Receiver of pre_migrate: drop the triggers if a migration of this app is going to run."""
    if not any(migration.app_label == "leads" for migration, _ in plan):
        return
    existing = _existing()
    with connection.cursor() as cursor:
        for trigger in all_triggers():
            if trigger.name in existing:
                cursor.execute(drop_statement(trigger))


def drop_statement(trigger: Trigger) -> str:
    """The statement that drops a trigger, in the language of the connected database."""
    on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER {trigger.name}{on}"


def missing_triggers() -> list[str]:
    """Names of the triggers that should be there and are not."""
    existing = _existing()
    return [trigger.name for trigger in all_triggers() if trigger.name not in existing]


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
