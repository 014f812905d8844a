"""How an open page learns that what it shows has changed: one stamp for each topic, all of them read in one query.

An app declares in its module `changes` which column tells that something of its topic has changed: the newest id of an
append-only table, the newest time of a read. A page keeps the stamps that were read before its figures were, and asks
every few seconds whether they differ. Nothing is counted and no writer keeps a counter.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Func, Max, Model, OuterRef, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from iexdg.team.audit.models import AuditEvent
from iexdg.team.current import current_slug
from iexdg.workspaces.connected import configured_digest, current_rows
from iexdg.workspaces.models import Workspace

# More transactions than this do not write into one table at the same moment.
_NEWEST = 32
_BETWEEN_TOPICS, _BEFORE_STAMP = "~", "."
# What the row of the workspace itself tells: its mode, the kill switch, and how its last sync ended. Not its credits:
# while addresses are verified they change twice a second, and the top bar, which shows them, asks by itself.
_OF_THE_ROW = ("name", "mode", "kill_switch_at", "synced_at", "sync_error", "unknown_since")

_declared: dict[str, dict[str, Callable[[], Combinable]]] = {}
# Slug of the current workspace -> (when on the monotonic clock, what was read) of this process.
_recent: dict[str | None, tuple[float, "Changes"]] = {}


@dataclass(frozen=True)
class Changes:
    """The stamps of one moment. Shapes: stamps - topic -> a short text that differs after every change."""

    stamps: Mapping[str, str]

    def __str__(self) -> str:
        """Return the text that a page keeps and sends back."""
        return _BETWEEN_TOPICS.join(f"{topic}{_BEFORE_STAMP}{stamp}" for topic, stamp in self.stamps.items())

    def since(self, seen: str) -> tuple[str, ...]:
        """Return the topics that changed since a page was given `seen`; all of them where it makes no sense."""
        known = dict(one.partition(_BEFORE_STAMP)[::2] for one in seen.split(_BETWEEN_TOPICS))
        return tuple(topic for topic, stamp in self.stamps.items() if known.get(topic) != stamp)


def declare(topic: str, **columns: Callable[[], Combinable]) -> None:
    """Add what tells that a topic has changed.

    Shapes: columns - name -> function that returns an expression for one workspace, `OuterRef("pk")`.
    Raises: ValueError - the topic has a column of this name already.
    """
    of_topic = _declared.setdefault(topic, {})
    for name, column in columns.items():
        if of_topic.setdefault(f"{topic}_{name}", column) is not column:
            raise ValueError(f"{topic} has a column {name!r} already")


def topics() -> tuple[str, ...]:
    """Return every topic that a page can follow."""
    return ("workspace", *_declared)


def current_changes() -> Changes:
    """Read the stamps of the current workspace, in one query; empty stamps before there is one."""
    return read_with_changes()[1]


def read_with_changes() -> tuple[Workspace | None, Changes]:
    """Return the current workspace, and the stamps of the same moment; one query."""
    read = {"workspace": _OF_THE_ROW, **{topic: tuple(of_topic) for topic, of_topic in _declared.items()}}
    statement, parameters = _statement(current_slug(), configured_digest(), tuple(read.items()))
    now = timezone.now()
    values = [_moment(now, one.shift) if isinstance(one, _Shift) else one for one in parameters]
    row = next(iter(Workspace.objects.raw(statement, values)), None)
    return row, Changes({topic: _stamp(row, names) for topic, names in read.items()})


def recent_changes() -> Changes:
    """Return the stamps of at most CHANGES_LIFE_S ago, so that many open pages cost one query.

    A page that is given older stamps than its figures looks older than it is, never fresher: it reads itself once more.
    """
    return recent_with_workspace()[1]


def recent_with_workspace() -> tuple[Workspace | None, Changes]:
    """Return the same stamps, and the workspace where it was read with them just now: an older one is of no use."""
    now, slug = time.monotonic(), current_slug()
    read_at, recent = _recent.get(slug, (now, None))
    if recent is not None and now - read_at < settings.CHANGES_LIFE_S:
        return None, recent
    workspace, changes = read_with_changes()
    _recent[slug] = (now, changes)
    return workspace, changes


@dataclass(frozen=True)
class _Shift:
    """A parameter of the kept statement that stands for a moment. Shapes: shift - from when the stamps are read."""

    shift: timedelta


class MomentOfReading(Value):
    """The moment at which the stamps are read, shifted: a column built with `timezone.now()` would keep its moment."""

    def __init__(self, shift: timedelta) -> None:
        super().__init__(shift, output_field=DateTimeField())

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        """Leave a place for the moment."""
        del compiler, connection
        return "%s", [_Shift(self.value)]


def _moment(now: datetime, shift: timedelta) -> object:
    return connection.ops.adapt_datetimefield_value(now + shift)


def newest_ids(table: type[Model]) -> Combinable:
    """The sum of the newest ids of a table whose rows are only ever added; it differs after every new row.

    Not the newest id alone: a row with a lower one is committed later where two transactions write at once.
    """
    newest = table._default_manager.order_by("-pk").values("pk")[:_NEWEST]
    found = table._default_manager.filter(pk__in=newest).order_by()
    # An aggregate would group the rows, and here there is nothing to group by.
    return Subquery(found.annotate(total=Func("pk", function="SUM")).values("total"))


def newest_of_workspace(table: type[Model], column: str) -> Combinable:
    """The highest value of a column among the rows of a workspace."""
    mine = table._default_manager.filter(workspace=OuterRef("pk")).order_by().values("workspace")
    return Subquery(mine.annotate(newest=Max(column)).values("newest"))


@lru_cache(maxsize=256)
def _statement(slug: str | None, digest: str, read: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, Any]:
    """The statement that reads a workspace with every stamp, and its parameters.

    Every page asks it, and writing it anew from its thirty expressions took a fifth of the time of a page. The
    arguments are what it depends on: the slug and the digest are among its parameters.
    """
    del slug, digest, read
    columns = {name: build() for of_topic in _declared.values() for name, build in of_topic.items()}
    statement, parameters = current_rows().annotate(**columns)[:1].query.sql_with_params()
    return statement, tuple(parameters)


def _stamp(row: Workspace | None, names: tuple[str, ...]) -> str:
    values = "|".join(str(getattr(row, name, None)) for name in ("pk", *names))
    return hashlib.blake2s(values.encode(), digest_size=5).hexdigest()


# Whatever a person or the product did is an event of the history: incidents, approvals, imports, settings.
declare("history", newest=lambda: newest_ids(AuditEvent))
