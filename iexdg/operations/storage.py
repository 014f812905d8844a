"""Why something could not be stored, where the cause is the disk and not the code."""

import errno
from dataclasses import dataclass

from django.db import DatabaseError


@dataclass(frozen=True)
class StorageTrouble:
    """What is wrong with the disk or the database, and what a person does about it. Both are parts of a sentence."""

    cause: str
    remedy: str


FULL = StorageTrouble("the disk is full", "free space")
READ_ONLY = StorageTrouble("the database or the disk can only be read", "make it writable")
BROKEN = StorageTrouble("the disk reports an error", "check the disk")
_BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EFBIG: FULL,
    errno.EROFS: READ_ONLY,
    errno.EIO: BROKEN,
}
# SQLite names no code in Django's error, only these words.
_BY_WORDS = {
    "database or disk is full": FULL,
    "attempt to write a readonly database": READ_ONLY,
    "disk i/o error": BROKEN,
}
# Source: PostgreSQL, appendix A "Error Codes": disk_full, read_only_sql_transaction, io_error.
_BY_SQLSTATE = {"53100": FULL, "25006": READ_ONLY, "58030": BROKEN}


def storage_trouble(error: BaseException | None) -> StorageTrouble | None:
    """Return what is wrong with the storage, or None where the error has another cause."""
    if isinstance(error, DatabaseError):
        sqlstate = getattr(error.__cause__, "sqlstate", None)
        words = str(error).lower()
        named = next((trouble for known, trouble in _BY_WORDS.items() if known in words), None)
        return _BY_SQLSTATE.get(sqlstate or "") or named
    return _BY_ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None
