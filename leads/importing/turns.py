"""Limits how many files are surveyed at the same time on this machine: each may take hundreds of megabytes.

A turn is a lock on a file, so a process that dies gives its turn back, and neither broker nor database is needed.
"""

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leads.importing.reading import limits

_LOOK_AGAIN_S = 0.1


@contextmanager
def turn() -> Iterator[None]:
    """Hold one of limits.READERS turns while the block runs; waits for one that is free.

    Raises: UnreadableFileError - none was free in time.
    """
    deadline = time.monotonic() + limits.WAIT_FOR_TURN_S
    while (lock := _free_lock()) is None:
        if time.monotonic() >= deadline:
            raise limits.too_many_readers()
        time.sleep(_LOOK_AGAIN_S)
    try:
        yield
    finally:
        os.close(lock)


def _free_lock() -> int | None:
    # One folder for each user of the system, since no user may open what another has created.
    folder = Path(tempfile.gettempdir()) / f"iexdg-readers-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in range(limits.READERS):
        lock = os.open(folder / str(number), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return lock
    return None
