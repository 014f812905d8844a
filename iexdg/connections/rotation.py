"""Which secrets the apps above store: each declares in its module `stored_secrets` how they are encrypted anew."""

from collections.abc import Callable

_declared: list[Callable[[], int]] = []


def declare_secrets(rotate: Callable[[], int]) -> None:
    """Add secrets. Shapes: rotate - encrypts them with the newest key in the caller's transaction, returns how many."""
    if rotate not in _declared:
        _declared.append(rotate)


def rotate_declared() -> int:
    """Encrypt all declared secrets anew; return how many.

    Raises: NoFieldKeysError; UnreadableKeyError - one was encrypted with a key that is not there.
    """
    return sum(rotate() for rotate in _declared)
