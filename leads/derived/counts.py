"""The counters: the triggers that keep them, the recount, and the comparison of the two.

A trigger runs in the transaction that changes the rows, whichever code changed them, so a count is never behind and
never ahead. On SQLite it runs per row, on Postgres once per statement. Two transactions that change several imports
take them in ascending order, so that they cannot wait for each other in a circle.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from leads.derived.trigger import Trigger, changed_rows


@dataclass(frozen=True)
class Counter:
    """One counter table.

    Shapes: table, source - the counts and what they count; keys - column -> expression over the source, with "{0}" for
        its row; sums - column -> expression that is added up; watched - the columns whose change counts as a change,
        empty where every update does.
    """

    table: str
    source: str
    keys: dict[str, str]
    sums: dict[str, str]
    watched: tuple[str, ...] = ()


ROW_COUNTS = Counter(
    "leads_rowcount",
    "leads_row",
    {"imported_id": "{0}.imported_id", "state": "{0}.state", "reason": "{0}.reason"},
    {"number": "1"},
)
LEAD_COUNTS = Counter(
    "leads_leadcount",
    "leads_lead",
    {
        "campaign_id": "{0}.campaign_id",
        "status": "COALESCE(CAST({0}.status AS varchar(12)), '')",
        "vanished": "({0}.vanished_at IS NOT NULL)",
        "contacted": "({0}.last_contact_at IS NOT NULL)",
    },
    {"number": "1"},
    # What a finding or a filter depends on; opens and clicks change all day.
    (
        "workspace_id", "campaign_id", "email", "first_name", "last_name", "company_name", "job_title",
        "company_domain", "variables", "status", "last_contact_at", "vanished_at",
    ),
)  # fmt: skip
REACTION_COUNTS = Counter(
    "leads_reactioncount",
    "leads_lead",
    {"campaign_id": "{0}.campaign_id", "vanished": "({0}.vanished_at IS NOT NULL)"},
    {
        "number": "1",
        "opened": "CASE WHEN {0}.opens > 0 THEN 1 ELSE 0 END",
        "clicked": "CASE WHEN {0}.clicks > 0 THEN 1 ELSE 0 END",
        "replied": "CASE WHEN {0}.replies > 0 THEN 1 ELSE 0 END",
    },
    ("campaign_id", "vanished_at", "opens", "clicks", "replies"),
)
RECEIPT_COUNTS = Counter(
    "leads_receiptcount",
    "leads_receipt",
    {
        "workspace_id": "{0}.workspace_id",
        "payer": "COALESCE({0}.paid_by_id, 0)",
        "answered": "({0}.answered_at IS NOT NULL)",
    },
    {"number": "1", "hundredths": "CAST(ROUND({0}.credits_used * 100) AS bigint)"},
    ("workspace_id", "email", "verdict", "catch_all", "credits_used", "answered_at", "paid_by_id"),
)
ANSWER_COUNTS = Counter(
    "leads_answercount",
    "leads_receipt",
    {
        "workspace_id": "{0}.workspace_id",
        # SQLite stores a moment as this text, in UTC.
        "hour": "COALESCE("
        + (
            "substr({0}.answered_at, 1, 13)"
            if connection.vendor == "sqlite"
            else "to_char({0}.answered_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"
        )
        + ", '')",
        "passed": "({0}.verdict = 'verified' AND {0}.catch_all = 'no')",
    },
    {"number": "1"},
    ("workspace_id", "verdict", "catch_all", "answered_at"),
)
COUNTERS = (ROW_COUNTS, LEAD_COUNTS, REACTION_COUNTS, RECEIPT_COUNTS, ANSWER_COUNTS)


def triggers() -> list[Trigger]:
    """The triggers of every counter, in the language of the connected database."""
    make = _sqlite if connection.vendor == "sqlite" else _postgres
    return [trigger for counter in COUNTERS for trigger in make(counter)]


def recount(counter: Counter) -> None:
    """Count everything again. `changes` grows, so that nothing kept from before passes for current."""
    keys, sums = list(counter.keys), list(counter.sums)
    zero = ", ".join(f"{name} = 0" for name in sums)
    of_row = [
        text.format("s") for text in [*counter.keys.values(), *(f"SUM({sum_})" for sum_ in counter.sums.values())]
    ]
    counted = ", ".join(f"{name} = excluded.{name}" for name in sums)
    places = ", ".join(str(place) for place in range(1, len(keys) + 1))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {counter.table} SET {zero}, changes = changes + 1")
        cursor.execute(
            f"INSERT INTO {counter.table} ({', '.join([*keys, *sums, 'changes'])})"
            f" SELECT {', '.join([*of_row, '1'])} FROM {counter.source} s WHERE true GROUP BY {places}"
            f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {counted}"
        )


def differences(counter: Counter) -> int:
    """How many counts differ from a recount; 0 always, unless triggers were missing for a while."""
    keys, sums = list(counter.keys), list(counter.sums)
    of_row = [f"{text.format('s')} AS {name}" for name, text in counter.keys.items()]
    of_row += [f"-SUM({text.format('s')}) AS {name}" for name, text in counter.sums.items()]
    places = ", ".join(str(place) for place in range(1, len(keys) + 1))
    off = " OR ".join(f"SUM({name}) <> 0" for name in sums)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT COUNT(*) FROM (SELECT {', '.join(keys)} FROM ("
            f"SELECT {', '.join([*keys, *sums])} FROM {counter.table}"
            f" UNION ALL SELECT {', '.join(of_row)} FROM {counter.source} s GROUP BY {places}"
            f") both_ways GROUP BY {places} HAVING {off}) off"
        )
        return int(cursor.fetchone()[0])


# -- SQLite ----------------------------------------------------------------------------------------


def _sqlite(counter: Counter) -> Iterator[Trigger]:
    less, more = _sqlite_change(counter, "OLD", -1), _sqlite_change(counter, "NEW", 1)
    of, when = "", ""
    if counter.watched:
        of = f" OF {', '.join(counter.watched)}"
        when = f" WHEN {' OR '.join(f'OLD.{name} IS NOT NEW.{name}' for name in counter.watched)}"
    for event, condition, body in (
        ("INSERT", "", more),
        (f"UPDATE{of}", when, f"{less} {more}"),
        ("DELETE", "", less),
    ):
        name = f"{counter.table}_{event[:6].lower()}"
        create = f"CREATE TRIGGER {name} AFTER {event} ON {counter.source} FOR EACH ROW{condition} BEGIN {body} END"
        yield Trigger(name, counter.source, (create,))


def _sqlite_change(counter: Counter, row: str, sign: int) -> str:
    """The statement that counts one row, or takes it off again."""
    keys = {name: text.format(row) for name, text in counter.keys.items()}
    added = {name: f"{sign} * {text.format(row)}" for name, text in counter.sums.items()}
    if sign < 0:
        # Not an upsert: while an import is deleted, its counts may be gone before its rows are.
        set_ = ", ".join(f"{name} = {name} + ({text})" for name, text in added.items())
        where = " AND ".join(f"{name} = {text}" for name, text in keys.items())
        return f"UPDATE {counter.table} SET {set_}, changes = changes + 1 WHERE {where};"
    columns = ", ".join([*keys, *added, "changes"])
    values = ", ".join([*keys.values(), *added.values(), "1"])
    set_ = ", ".join(f"{name} = {name} + excluded.{name}" for name in [*added, "changes"])
    return (
        f"INSERT INTO {counter.table} ({columns}) VALUES ({values})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {set_};"
    )


# -- Postgres --------------------------------------------------------------------------------------


def _postgres(counter: Counter) -> Iterator[Trigger]:
    """One function and one trigger per event: a trigger that sees a whole statement may have one event only."""
    new, old = _postgres_part(counter, "new_rows r", "1"), _postgres_part(counter, "old_rows r", "-1")
    changed = f"{old} UNION ALL {new}"
    if counter.watched:
        changed = _postgres_part(counter, f"({changed_rows(counter.watched)}) r", "r.sign")
    bodies = {
        "INSERT": (_postgres_upsert(counter, new), "NEW TABLE AS new_rows"),
        "UPDATE": (_postgres_upsert(counter, changed), "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        "DELETE": (_postgres_decrement(counter, old), "OLD TABLE AS old_rows"),
    }
    for event, (body, tables) in bodies.items():
        name = f"{counter.table}_{event.lower()}"
        runs = f"AS $$ BEGIN {body}; RETURN NULL; END $$"
        function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {runs}"
        create = (
            f"CREATE TRIGGER {name} AFTER {event} ON {counter.source} REFERENCING {tables}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
        yield Trigger(name, counter.source, (function, create))


def _postgres_part(counter: Counter, rows: str, sign: str) -> str:
    """What each of the rows, called "r", adds to which count."""
    keys = [f"{text.format('r')} AS {name}" for name, text in counter.keys.items()]
    sums = [f"{sign} * {text.format('r')} AS {name}" for name, text in counter.sums.items()]
    return f"SELECT {', '.join([*keys, *sums])} FROM {rows}"


def _postgres_upsert(counter: Counter, changed: str) -> str:
    keys = ", ".join(counter.keys)
    sums = ", ".join(f"SUM({name})" for name in counter.sums)
    set_ = ", ".join(f"{name} = {counter.table}.{name} + excluded.{name}" for name in [*counter.sums, "changes"])
    # Ordered, so that two statements that change the same counts lock them in the same order.
    return (
        f"INSERT INTO {counter.table} ({keys}, {', '.join(counter.sums)}, changes)"
        f" SELECT {keys}, {sums}, COUNT(*) FROM ({changed}) changed GROUP BY {keys} ORDER BY {keys}"
        f" ON CONFLICT ({keys}) DO UPDATE SET {set_}"
    )


def _postgres_decrement(counter: Counter, old: str) -> str:
    """Not an upsert: while an import is deleted, its counts may be gone before its rows are."""
    keys = ", ".join(counter.keys)
    sums = ", ".join(f"SUM({name}) AS {name}" for name in counter.sums)
    set_ = ", ".join(f"{name} = {counter.table}.{name} + gone.{name}" for name in counter.sums)
    same = " AND ".join(f"{counter.table}.{name} = gone.{name}" for name in counter.keys)
    return (
        f"UPDATE {counter.table} SET {set_}, changes = changes + gone.rows"
        f" FROM (SELECT {keys}, {sums}, COUNT(*) AS rows FROM ({old}) each_row GROUP BY {keys}) gone WHERE {same}"
    )
