"""The only path for writes to Instantly: record the intent, send the request, record the result. The caller reads back.

    begin -> done | refused | unknown

The intent is a row of the caller (a status request, a batch, a receipt). It is committed before the request is sent,
and records the result afterwards. There is no fourth result, and nothing is retried here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from iexdg.clients.http.errors import ClientError

Answer = TypeVar("Answer")
Answer_contra = TypeVar("Answer_contra", contravariant=True)


class Outcome(StrEnum):
    """The result of one attempt. not_sent: the intent no longer holds, or another process took it."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class WriteIntent(Protocol[Answer_contra]):
    """A row that states a write and records its result."""

    def begin(self) -> bool:
        """Record that an attempt is sent now; False where it must not be sent."""

    def done(self, answer: Answer_contra) -> None:
        """Instantly accepted it; only a read-back confirms it."""

    def refused(self, error: ClientError) -> None:
        """It was certainly not carried out."""

    def unknown(self, error: ClientError) -> None:
        """It may have been carried out: nothing is retried before a read-back."""


@dataclass(frozen=True)
class WriteResult(Generic[Answer]):
    """One attempt, its answer where there is one, and its error where there is one."""

    outcome: Outcome
    answer: Answer | None = None
    error: ClientError | None = None


def perform_write(intent: WriteIntent[Answer], call: Callable[[], Answer]) -> WriteResult[Answer]:
    """Send one write and record its result in the intent."""
    if not intent.begin():
        return WriteResult(Outcome.NOT_SENT)
    return record_result(intent, call)


def record_result(intent: WriteIntent[Answer], answer: Callable[[], Answer]) -> WriteResult[Answer]:
    """Record the result of an attempt that has begun; for calls made in other threads."""
    try:
        got = answer()
    except ClientError as error:
        if error.outcome_unknown:
            intent.unknown(error)
            return WriteResult(Outcome.UNKNOWN, error=error)
        intent.refused(error)
        return WriteResult(Outcome.REFUSED, error=error)
    intent.done(got)
    return WriteResult(Outcome.DONE, answer=got)
