"""What the doctor checks here: the search of the inbox has its index, and every conversation is in it."""

from django.db import DatabaseError, connection

from iexdg.inbox.models import Thread, ThreadWords
from iexdg.inbox.search import has_index, indexed, missing_triggers, rebuild_index
from iexdg.inbox.store import derive
from iexdg.operations.doctor import declare_check
from iexdg.operations.health import Health
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

_MIGRATE = "Run `manage.py migrate`: it creates what is missing and fills the index again."
_NO_FTS5 = "If it stays, use an SQLite with FTS5, or Postgres."
_AT_ONCE = 500


def search() -> Health:
    """Check that index and triggers are there, and that as many conversations are indexed as there are."""
    try:
        return _search()
    except DatabaseError:
        return Health(False, "cannot be checked", "Fix the checks `database` and `migrations` first.")


def _search() -> Health:
    if not has_index():
        step = f"{_MIGRATE} {_NO_FTS5}" if connection.vendor == "sqlite" else _MIGRATE
        return Health(False, "no index, so a search reads the words of every conversation", step)
    if missing := missing_triggers():
        return Health(False, f"triggers are missing: {', '.join(missing)}", _MIGRATE)
    threads, words, in_index = Thread.objects.count(), ThreadWords.objects.count(), indexed()
    if threads == words == in_index:
        return Health(True, f"index of the words of {plural(threads, 'conversation')}")
    found = f"{plural(threads, 'conversation')}, {words:,} with words, {in_index:,} in the index"
    step = "Run `manage.py shell -c 'from iexdg.inbox.doctor import index_again; index_again()'`."
    return Health(False, found, step)


def index_again() -> None:
    """Derive the words of conversations that have none, and fill the index again."""
    for workspace in Workspace.objects.all():
        without = Thread.objects.filter(workspace=workspace).exclude(pk__in=ThreadWords.objects.values("thread"))
        while pks := list(without.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE]):
            derive(workspace, pks)
    rebuild_index()


def declare() -> None:
    """Have the doctor make this check."""
    declare_check("inbox search", search)
