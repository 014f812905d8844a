"""Removes keys, tokens and people's addresses from whatever is about to be logged or shown."""

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import overload

REDACTED = "[redacted]"

# `%40` is an `@` in a URL path, as in GET /email-verification/{email}.
_ADDRESS = re.compile(
    r"(?<![\w.%+'-])([\w!#$&*?^{|}~])[\w.!#$%&'*+=?^`{|}~-]*(?:@|%40)((?:[\w-]+\.)*[\w-]+)",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(Bearer|Basic)\s+[^\s,;\"']+", re.IGNORECASE)
_ASSIGNED = re.compile(
    r"\b(api[_-]?key|x-api-key|(?:access|refresh|session)[_-]?token|token|secret|password)"
    r"([\"']?\s*[=:]\s*[\"']?)[^\s,;&\"'}]+",
    re.IGNORECASE,
)
_URL_PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
# A UUID is 36 characters long, so ids survive; keys of the vendors we know are longer than 40.
_LONG_OPAQUE = re.compile(r"(?<![\w+=-])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{44,}")
_SECRET_NAME = re.compile(r"(authorization|api[_-]?key|^key$|token|secret|password|cookie)", re.IGNORECASE)


def _redact_text(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        if secret:
            text = text.replace(secret, REDACTED)
    text = _URL_PASSWORD.sub(rf"\1{REDACTED}@", text)
    text = _BEARER.sub(rf"\1 {REDACTED}", text)
    text = _ASSIGNED.sub(rf"\1\2{REDACTED}", text)
    text = _ADDRESS.sub(r"\1***@\2", text)
    return _LONG_OPAQUE.sub(REDACTED, text)


@overload
def redact(value: str, *, secrets: Iterable[str] = ()) -> str: ...
@overload
def redact(value: object, *, secrets: Iterable[str] = ()) -> object: ...


def redact(value: object, *, secrets: Iterable[str] = ()) -> object:
    """Return `value` without secrets, and with e-mail addresses masked.

    Shapes: text, or JSON-like mappings and lists of it; a copy is returned, other values pass through.
    Passing: "Bearer abc" -> "Bearer [redacted]", "jane.doe@example.com" -> "j***@example.com".
    Failing: a UUID or a plain path is left alone.
    """
    known = tuple(secrets)
    if isinstance(value, str):
        return _redact_text(value, known)
    if isinstance(value, Mapping):
        return {
            redact(key, secrets=known): REDACTED
            if isinstance(key, str) and _SECRET_NAME.search(key)
            else redact(item, secrets=known)
            for key, item in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [redact(item, secrets=known) for item in value]
    return value


class RedactingFilter(logging.Filter):
    """Clean every record that passes: the message, and the traceback if there is one."""

    def __init__(self, *, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage(), secrets=self._secrets)
        record.args = ()
        if record.exc_info:
            # A formatter uses exc_text when it is there and never formats the exception again.
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = redact(text, secrets=self._secrets)
        return True
