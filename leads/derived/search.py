"""The search for leads by parts of words: three letters anywhere in address, name or company.

One interface over two indexes: FTS5 with trigrams on SQLite, kept by triggers, and pg_trgm on Postgres, kept by the
database itself. Where the index is missing the same leads are found by reading all of them; `manage.py doctor` says so.
"""

from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField
from django.db.models.lookups import Contains

from leads.derived.trigger import Trigger
from leads.models import Lead

# What both indexes are made of. A shorter word is in neither.
SHORTEST = 3
_COLUMNS = ("email", "first_name", "last_name", "company_name")
_TABLE = "leads_leadsearch"
_POSTGRES_INDEX = "lead_search"


class _AllWords(Func):
    """Everything that is searched, as one text; on Postgres exactly the expression of the index."""

    template = "lower(%(expressions)s)"
    arg_joiner = " || ' ' || "


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
    """Leads in which every word occurs somewhere, upper or lower case, newest first."""
    found = leads.order_by("-pk")
    long = [word for word in words if len(word) >= SHORTEST]
    if connection.vendor == "sqlite":
        if long and _has_sqlite_index():
            words = [word for word in words if len(word) < SHORTEST]
            found = _in_sqlite_index(found, long)
        return containing(found, words)
    every = _AllWords(*(F(name) for name in _COLUMNS), output_field=TextField())
    for word in words:
        found = found.filter(Contains(every, word.lower()))
    return found


def containing(leads: QuerySet[Lead], words: list[str]) -> QuerySet[Lead]:
    """Leads in which every word occurs somewhere, found by reading each of `leads`."""
    for word in words:
        anywhere = Q()
        for name in _COLUMNS:
            anywhere |= Q(**{f"{name}__icontains": word})
        leads = leads.filter(anywhere)
    return leads


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
    old, new = (", ".join(f"{row}.{name}" for name in _COLUMNS) for row in ("OLD", "NEW"))
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
    if search_index().ok:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
                cursor.execute(statement)
    except DatabaseError:
        # An SQLite without FTS5, or a role that may not create the extension: the search reads every lead instead.
        return


def rebuild_index() -> None:
    """Fill the index from the leads; Postgres never needs it."""
    if connection.vendor == "sqlite" and _has_sqlite_index():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_TABLE} ({_TABLE}) VALUES ('rebuild')")


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
    # Without positions ("detail") it would be smaller, but every match would have to be read again.
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5({', '.join(_COLUMNS)},"
    " content='leads_lead', content_rowid='id', tokenize='trigram')",
)
_POSTGRES = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    f"CREATE INDEX {_POSTGRES_INDEX} ON leads_lead"
    f" USING gin (lower({_AllWords.arg_joiner.join(_COLUMNS)}) gin_trgm_ops)"
    # Every search reads the new entries that are not sorted in yet: let them be few (in kB).
    " WITH (gin_pending_list_limit = 256)",
)


def _has_sqlite_index() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [_TABLE])
        return cursor.fetchone() is not None
