"""Reads single fields out of a vendor's object so that nothing missing, extra or odd can crash the caller."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

Raw: TypeAlias = Mapping[str, Any]


def text(raw: Raw, key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def integer(raw: Raw, key: str) -> int | None:
    """Read a whole number; JSON numbers such as 2.0 count, booleans do not."""
    value = raw.get(key)
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, float) and value.is_integer() else None


def number(raw: Raw, key: str) -> float | None:
    value = raw.get(key)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def decimal(raw: Raw, key: str) -> Decimal | None:
    """Read an amount of credits or money without the noise of binary fractions."""
    value = raw.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def flag(raw: Raw, key: str) -> bool | None:
    value = raw.get(key)
    return value if isinstance(value, bool) else None


def moment(raw: Raw, key: str) -> datetime | None:
    """Read an ISO date-time as aware UTC."""
    value = raw.get(key)
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def day(raw: Raw, key: str) -> date | None:
    """Return a date, also out of a full timestamp; None where there is none."""
    value = text(raw, key)
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None


def texts(raw: Raw, key: str) -> tuple[str, ...]:
    value = raw.get(key)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def mapping(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def mappings(raw: Raw, key: str) -> tuple[Raw, ...]:
    value = raw.get(key)
    return tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else ()
