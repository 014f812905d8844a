"""The search for conversations by the beginnings of words: of addresses, subjects, and of what the e-mails say.

One interface over two indexes of ThreadWords, one row for each conversation: FTS5 on SQLite, kept by triggers, and a
GIN index on Postgres, kept by the database itself. Where SQLite has no FTS5 the words are read instead. Triggers and
indexes are created after every `migrate` and dropped before this app's migrations, as in leads/derived/install.py.
"""

from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from iexdg.inbox.models import Thread, ThreadWords
from iexdg.inbox.words import search_words

_TABLE, _INDEX, _SOURCE = "inbox_threadsearch", "thread_words", "inbox_threadwords"
_VECTOR = "to_tsvector('simple', words)"
# More words narrow nothing down, and each is a lookup.
_MOST_WORDS = 12
_SQLITE = (
    # Which conversations have a word is all that is asked, never where in them.
    f"CREATE VIRTUAL TABLE {_TABLE} USING fts5(words, content='{_SOURCE}', content_rowid='thread_id', detail=none,"
    " prefix='2 3 4', tokenize='unicode61 remove_diacritics 0')",
)
_POSTGRES = (f"CREATE INDEX IF NOT EXISTS {_INDEX} ON {_SOURCE} USING gin ({_VECTOR})",)
_LESS = f"INSERT INTO {_TABLE} ({_TABLE}, rowid, words) VALUES ('delete', OLD.thread_id, OLD.words);"
_MORE = f"INSERT INTO {_TABLE} (rowid, words) VALUES (NEW.thread_id, NEW.words);"
_TRIGGERS = {
    f"{_TABLE}_insert": ("INSERT", _MORE),
    f"{_TABLE}_update": ("UPDATE OF words", f"{_LESS} {_MORE}"),
    f"{_TABLE}_delete": ("DELETE", _LESS),
}


def matching(threads: QuerySet[Thread], text: str) -> QuerySet[Thread]:
    """The conversations that have, for every word of a text, a word that begins with it; none where it has no word."""
    words = search_words(text)[:_MOST_WORDS]
    if not words:
        return threads.none()
    if connection.vendor == "postgresql":
        asked = " & ".join(f"{word}:*" for word in words)
        found = f"SELECT thread_id FROM {_SOURCE} WHERE {_VECTOR} @@ to_tsquery('simple', %s)"
        return threads.filter(pk__in=RawSQL(found, [asked]))  # noqa: S611  the words are a parameter
    if has_index():
        asked = " ".join(f'"{word}"*' for word in words)
        found = f"SELECT rowid FROM {_TABLE} WHERE {_TABLE} MATCH %s"
        return threads.filter(pk__in=RawSQL(found, [asked]))  # noqa: S611  the words are a parameter
    known = ThreadWords.objects.all()
    for word in words:
        known = known.filter(words__regex=rf"(^| ){word}")
    return threads.filter(pk__in=known.values("pk"))


def has_index() -> bool:
    """Whether the index is there: of FTS5 on SQLite, of the words on Postgres."""
    catalogue = {
        "sqlite": ("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", _TABLE),
        "postgresql": ("SELECT 1 FROM pg_class WHERE relname = %s AND relkind = 'i'", _INDEX),
    }
    statement, name = catalogue[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement, [name])
        return cursor.fetchone() is not None


def keep_index(**_: Any) -> None:
    """Receiver of post_migrate: create index and triggers where they are missing, and fill the index."""
    if _SOURCE not in connection.introspection.table_names():
        return
    existing = _existing()
    if has_index() and set(existing) == set(_wanted()):
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if not has_index():
                for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
                    cursor.execute(statement)
            for name in _wanted():
                if name not in existing:
                    event, body = _TRIGGERS[name]
                    cursor.execute(f"CREATE TRIGGER {name} AFTER {event} ON {_SOURCE} FOR EACH ROW BEGIN {body} END")
            rebuild_index()
    except DatabaseError:
        if connection.vendor != "sqlite":
            raise
        # An SQLite without FTS5: the search reads the words of every conversation instead.


def indexed() -> int:
    """How many conversations are in the index; Postgres indexes every row itself."""
    if connection.vendor != "sqlite":
        return ThreadWords.objects.count()
    with connection.cursor() as cursor:
        # The index itself answers with the rows of its source; this table has a row for each that is indexed.
        cursor.execute(f"SELECT count(*) FROM {_TABLE}_docsize")
        return int(cursor.fetchone()[0])


def missing_triggers() -> list[str]:
    """The names of triggers that should be there and are not."""
    return sorted(set(_wanted()) - set(_existing()))


def rebuild_index() -> None:
    """Fill the index from the words; Postgres never needs it."""
    if connection.vendor == "sqlite" and has_index():
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {_TABLE} ({_TABLE}) VALUES ('rebuild')")


def drop_triggers(plan: list[tuple[Any, bool]], **_: Any) -> None:
    """Receiver of pre_migrate: SQLite changes a table by copying it, and a copy has no triggers."""
    if not any(migration.app_label == "inbox" for migration, _ in plan):
        return
    with connection.cursor() as cursor:
        for name in _existing():
            cursor.execute(f"DROP TRIGGER {name}")


def _wanted() -> list[str]:
    return list(_TRIGGERS) if connection.vendor == "sqlite" else []


def _existing() -> list[str]:
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [_SOURCE])
        return [name for (name,) in cursor.fetchall()]
