"""Text as a search compares it: in lower case and without accents, the same in Python, SQLite and Postgres.

SQLite by itself knows only the lower case of ASCII, so every connection to it is given the function below.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import Contains

_ACCENTS = re.compile("[\u0300-\u036f]")
# The same for Postgres; every function in it is immutable, so that an index can be made of it.
POSTGRES = r"lower(regexp_replace(normalize(%(expressions)s, NFKD), '[\u0300-\u036f]', '', 'g'))"
SQLITE = "folded"


def folded(text: str) -> str:
    """Return a text in lower case and without accents: "\u00dcN\u00cf" -> "uni"."""
    if text.isascii():
        return text.lower()
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()


class Folded(Func):
    """A column as `folded` returns it; several are one text with spaces between them."""

    arg_joiner = " || ' ' || "
    output_field = TextField()
    template = POSTGRES

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **how: Any) -> tuple[str, Any]:
        """The same by the function that is registered."""
        return self.as_sql(compiler, connection, template=f"{SQLITE}(%(expressions)s)", **how)


def has_words(words: str, *names: str) -> Q:
    """The condition that each word occurs somewhere in one of the columns. Shapes: names - of texts; may be null."""
    return has_each(Folded(*(Coalesce(F(name), Value("")) for name in names)), words.split())


def has_each(expression: Combinable, words: Iterable[str]) -> Q:
    """The condition that each word occurs somewhere in a text that is folded."""
    holds = Q()
    for word in words:
        holds &= Q(Contains(expression, folded(word)))
    return holds


def add_to_sqlite(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of connection_created: give SQLite the function."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(SQLITE, 1, _folded_or_none, deterministic=True)


def _folded_or_none(text: str | None) -> str | None:
    return None if text is None else folded(str(text))
