"""Decodes JSON so that nothing in it can break what reads, stores or prints it.

Python's own decoder takes more than JSON allows (NaN, a key given twice), and a database takes less (NUL, half a
surrogate pair, numbers without end). What says nothing certain is None here, which every reader takes as unknown.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

# Source: nothing that Instantly documents is nested deeper than ten levels.
_DEEPEST = 64
# More digits than a 64-bit column holds.
_LONGEST_NUMBER = 18
# Only these bytes can decode to a character that a database refuses: an escape, half a surrogate pair, NUL.
_SUSPICIOUS = (b"\\u", b"\xed", b"\x00")


def decode(content: bytes) -> Any:
    """Decode JSON.

    Shapes: a number that is no finite number, or too long, and a key that is given two different values are None;
        NUL and half a surrogate pair become the replacement character.
    Raises: ValueError - it is no JSON, or nested too deeply to be read.
    """
    try:
        value = json.loads(
            content, parse_constant=_nothing, parse_float=_number, parse_int=_whole, object_pairs_hook=_object
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _is_deeper_than(value, _DEEPEST):
        raise ValueError("nested too deeply")
    return _storable(value) if any(mark in content for mark in _SUSPICIOUS) else value


def _nothing(_: str) -> None:
    return None


def _number(digits: str) -> float | None:
    read = float(digits)
    return read if math.isfinite(read) else None


def _whole(digits: str) -> int | None:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        for key, value in pairs:
            if not _is_same(value, read[key]):
                read[key] = None
    return read


def _is_same(one: Any, other: Any) -> bool:
    # 1 == True in Python, and they are two different answers.
    return type(one) is type(other) and bool(one == other)


def _is_deeper_than(value: Any, most: int) -> bool:
    level: list[Any] = [value]
    for _ in range(most):
        level = [inner for one in level for inner in _inside(one) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return value.values()
    return value if isinstance(value, list) else ()


def _storable(value: Any) -> Any:
    """Return the value with every text in it made storable; recursion is safe, since the depth was checked."""
    read: Callable[[Any], Any] = _storable
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, dict):
        return {_storable_text(key): read(inner) for key, inner in value.items()}
    return [read(inner) for inner in value] if isinstance(value, list) else value


def _storable_text(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\x00", "\ufffd")
