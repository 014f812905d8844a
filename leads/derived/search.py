"""The search for leads by parts of words: three letters anywhere in address, name or company.

One interface over two indexes: FTS5 with trigrams on SQLite, kept by triggers, and pg_trgm on Postgres, kept by the
database itself. Where the index is missing the same leads are found by reading all of them; `manage.py doctor` says so.
"""

from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models import BooleanField, F, Func, QuerySet

from iexdg.ui.folding import POSTGRES, SQLITE, Folded, folded, has_each
from leads.derived.trigger import Trigger
from leads.models import Lead

# What both indexes are made of. A shorter word is in neither.
SHORTEST = 3
_COLUMNS = ("email", "first_name", "last_name", "company_name")
_TABLE = "leads_leadsearch"
_POSTGRES_INDEX = "lead_search"


class _IsFoundRow(Func):
    """Joins a lead to its row of the SQLite index. An expression, so that it is right inside another statement too."""

    # "+": the index cannot be asked lead by lead, so it is always what is read first.
    template = f"+{_TABLE}.rowid = %(expressions)s"
    output_field = BooleanField()


@dataclass(frozen=True)
class SearchIndex:
    """Whether the search has its index; `next_step` says what to do where it has none."""

    ok: bool
    detail: str
    next_step: str = ""


def matching(leads: QuerySet[Lead], words: list[str]) -> QuerySet[Lead]:
    """Leads in which every word occurs somewhere, upper or lower case, with or without accents, newest first."""
    found = leads.order_by("-pk")
    words = [folded(word) for word in words]
    long = [word for word in words if len(word) >= SHORTEST]
    if connection.vendor == "sqlite" and long and _has_sqlite_index():
        words = [word for word in words if len(word) < SHORTEST]
        found = _in_sqlite_index(found, long)
    return containing(found, words)


def containing(leads: QuerySet[Lead], words: list[str]) -> QuerySet[Lead]:
    """Leads in which every word occurs somewhere, found by reading each of `leads`."""
    # On Postgres this is exactly the expression of the index.
    return leads.filter(has_each(Folded(*(F(name) for name in _COLUMNS)), words)) if words else leads


def older_than(leads: QuerySet[Lead], pk: int) -> QuerySet[Lead]:
    """The part of a list that comes after the lead with this id."""
    if _TABLE in leads.query.extra_tables:
        # Said of the index too: it would begin at the newest lead otherwise.
        leads = leads.extra(where=[f"{_TABLE}.rowid < %s"], params=[pk])  # noqa: S610
    return leads.filter(pk__lt=pk)


def not_older_than(leads: QuerySet[Lead], pk: int) -> QuerySet[Lead]:
    """The part of a list that ends with the lead with this id."""
    if _TABLE in leads.query.extra_tables:
        leads = leads.extra(where=[f"{_TABLE}.rowid >= %s"], params=[pk])  # noqa: S610
    return leads.filter(pk__gte=pk)


def _in_sqlite_index(leads: QuerySet[Lead], words: list[str]) -> QuerySet[Lead]:
    phrases = ['"' + word.replace('"', '""') + '"' for word in words]
    # Joined and ordered by the index itself: it then stops after one page, however many leads match.
    found = leads.extra(  # noqa: S610  constant names; the words are a parameter
        tables=[_TABLE], where=[f"{_TABLE} MATCH %s"], params=[" ".join(phrases)], order_by=[f"-{_TABLE}.rowid"]
    )
    return found.filter(_IsFoundRow(F("pk")))


# -- the indexes -----------------------------------------------------------------------------------


def triggers() -> list[Trigger]:
    """The triggers that keep the index; none where the database keeps it by itself, or there is none."""
    if connection.vendor != "sqlite" or not _has_sqlite_index():
        return []
    columns = ", ".join(_COLUMNS)
    old, new = (_folded_columns(f"{row}.") for row in ("OLD", "NEW"))
    # The values that were indexed have to be given to take a lead out of the index.
    less = f"INSERT INTO {_TABLE} ({_TABLE}, rowid, {columns}) VALUES ('delete', OLD.id, {old});"
    more = f"INSERT INTO {_TABLE} (rowid, {columns}) VALUES (NEW.id, {new});"
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in _COLUMNS)
    events = {
        "insert": ("INSERT", more),
        "update": (f"UPDATE OF {columns}", f"{less} {more}"),
        "delete": ("DELETE", less),
    }
    return [
        Trigger(
            f"{_TABLE}_{name}",
            "leads_lead",
            (
                f"CREATE TRIGGER {_TABLE}_{name} AFTER {event} ON leads_lead FOR EACH ROW"
                f"{f' WHEN {changed}' if name == 'update' else ''} BEGIN {body} END",
            ),
        )
        for name, (event, body) in events.items()
    ]


def create_index() -> None:
    """Create the index where it is missing and this database can have one. Not being able to is no error."""
    if search_index().ok and _is_of_folded():
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _drop_statements():
                cursor.execute(statement)
            for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
                cursor.execute(statement)
    except DatabaseError:
        # An SQLite without FTS5, or a role that may not create the extension: the search reads every lead instead.
        return


def rebuild_index() -> None:
    """Fill the index from the leads; Postgres never needs it."""
    if connection.vendor == "sqlite" and _has_sqlite_index():
        with connection.cursor() as cursor:
            columns = ", ".join(_COLUMNS)
            cursor.execute(f"INSERT INTO {_TABLE} ({_TABLE}) VALUES ('delete-all')")
            cursor.execute(f"INSERT INTO {_TABLE} (rowid, {columns}) SELECT id, {_folded_columns()} FROM leads_lead")


def search_index() -> SearchIndex:
    """Check that the index is there."""
    if connection.vendor == "sqlite":
        if _has_sqlite_index():
            return SearchIndex(True, "FTS5 index of the leads")
        return SearchIndex(
            False,
            "no index: this SQLite has no FTS5 with trigrams, so a search reads every lead",
            "Use an SQLite of 3.34 or newer with FTS5, or Postgres, then run `manage.py migrate`.",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_class WHERE relname = %s AND relkind = 'i'", [_POSTGRES_INDEX])
        if cursor.fetchone():
            return SearchIndex(True, "pg_trgm index of the leads")
    return SearchIndex(
        False,
        "no index: the extension pg_trgm is missing, so a search reads every lead",
        "Have a database administrator run `CREATE EXTENSION pg_trgm` in this database, then run `manage.py migrate`.",
    )


_SQLITE = (
    # Without positions ("detail") it would be smaller, but every match would have to be read again. It keeps no text
    # of its own: what is indexed is folded, because these trigrams know no accents.
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5({', '.join(_COLUMNS)}, content='', tokenize='trigram')",
)
_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE INDEX {_POSTGRES_INDEX} ON leads_lead"
    f" USING gin (({POSTGRES % {'expressions': Folded.arg_joiner.join(_COLUMNS)}}) gin_trgm_ops)"
    # Every search reads the new entries that are not sorted in yet: let them be few (in kB).
    " WITH (gin_pending_list_limit = 256)",
)


def _has_sqlite_index() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [_TABLE])
        return cursor.fetchone() is not None


def _is_of_folded() -> bool:
    """Whether the index is of the folded words; older versions indexed them as they are written."""
    catalogue = {
        "sqlite": ("SELECT sql FROM sqlite_master WHERE name = %s", _TABLE, "content=''"),
        "postgresql": ("SELECT indexdef FROM pg_indexes WHERE indexname = %s", _POSTGRES_INDEX, "NFKD"),
    }
    statement, name, part = catalogue[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
        (found,) = cursor.fetchone()
    return part.lower() in found.lower()


def _drop_statements() -> list[str]:
    """What removes an index with its triggers, so that `install.py` creates and fills it again."""
    if connection.vendor == "postgresql":
        return [f"DROP INDEX IF EXISTS {_POSTGRES_INDEX}"]
    events = ("insert", "update", "delete")
    return [f"DROP TRIGGER IF EXISTS {_TABLE}_{event}" for event in events] + [f"DROP TABLE IF EXISTS {_TABLE}"]


def _folded_columns(row: str = "") -> str:
    return ", ".join(f"{SQLITE}({row}{name})" for name in _COLUMNS)
