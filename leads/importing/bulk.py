"""Inserts staged rows in bulk.

The ORM's bulk_create prepares every value of every row through Python; for a million rows that takes most of the time
of a check. Here a row is a tuple in the order of STAGED and is passed to the driver unchanged.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import Any

from django.db import connection

from leads.importing.lines import FIELDS
from leads.models import Row

# The columns that the check fills, in the order of its tuples. All others get the default of their field.
STAGED = (
    "imported_id", "line", "raw", "email", "custom_variables", "flags", "state", "reason", "reason_detail",
    *FIELDS,
)  # fmt: skip
Staged = tuple[Any, ...]


def json_list(texts: Sequence[str]) -> str:
    """Encode a JSON column that is a list of texts, as Django does."""
    return f"[{', '.join(map(encode_basestring_ascii, texts))}]" if texts else "[]"


def json_object(texts: Mapping[str, str]) -> str:
    """Encode a JSON column that is an object of texts, as Django does."""
    encode = encode_basestring_ascii
    return f"{{{', '.join([f'{encode(name)}: {encode(text)}' for name, text in texts.items()])}}}" if texts else "{}"


@lru_cache(maxsize=4)
def _statement(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The INSERT statement of one row, and the default values of the columns that the check does not fill."""
    fields = {field.attname: field for field in Row._meta.concrete_fields if not field.primary_key}
    rest = [field for attname, field in fields.items() if attname not in STAGED]
    columns = [fields[name].column for name in STAGED] + [field.column for field in rest]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    quote = connection.ops.quote_name
    names = ", ".join(quote(column or "") for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    # Names come from the model; values are parameters.
    return f"INSERT INTO {quote(Row._meta.db_table)} ({names}) VALUES ({marks})", defaults  # noqa: S608


def insert_rows(rows: Iterable[Staged]) -> None:
    """Insert rows, each a tuple in the order of STAGED."""
    statement, defaults = _statement(connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(statement, [row + defaults for row in rows])
