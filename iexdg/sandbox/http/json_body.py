"""JSON as a browser's engine reads it: finite numbers, whole characters, no bottomless nesting."""

import json
import re
from typing import Any

# Assumed: the vendor's parser takes any depth; nothing that it describes is deeper than a tenth of this.
_DEEPEST = 100
_LARGEST_EXACT = 2**53 - 1
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(raw: bytes) -> Any:
    """Return the value of a JSON text.

    Raises: ValueError - it is none, or nothing that can be worked with: Infinity, half a character, 5,000 brackets.
    """
    try:
        value = json.loads(raw, parse_constant=_no_number, parse_float=_number)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if raw.count(b"[") + raw.count(b"{") > _DEEPEST and _depth(value) > _DEEPEST:
        raise ValueError("nested too deeply")
    return _whole(value) if _HALF_CHARACTER.search(raw) else value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _number(text: str) -> float:
    """Read 2.0 as 2: JavaScript has one kind of number, so the vendor stores and answers 2."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_EXACT else value


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= _DEEPEST:
        level = [inner for outer in level for inner in _inside(outer)]
        depth += 1
    return depth


def _inside(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [item for item in inner if isinstance(item, dict | list)]


def _whole(value: Any) -> Any:
    """Replace the surrogates that have no partner, as happens to any text that is written as UTF-8."""
    text = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return json.loads(text)
