"""The one door through which every write to Instantly goes: intent, attempt, outcome. Reading back is what follows.

    leave -> done | refused | unknown

The intent is a row of whoever wants something (a status request, a batch, a receipt). It is written down and committed
before the call leaves, and told what became of it after. There is no fourth outcome, and nothing is repeated here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from iexdg.clients.http.errors import ClientError

Answer = TypeVar("Answer")
Answer_contra = TypeVar("Answer_contra", contravariant=True)


class Outcome(StrEnum):
    """What became of one attempt. kept: it did not leave, since its intent no longer stands or another has it."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not_sent"


class WriteIntent(Protocol[Answer_contra]):
    """A row that says what is wanted, and keeps what became of it."""

    def begin(self) -> bool:
        """Write down that an attempt leaves now; False where it must not."""

    def done(self, answer: Answer_contra) -> None:
        """Instantly took it; only a read-back says that it is so."""

    def refused(self, error: ClientError) -> None:
        """It was provably not carried out."""

    def unknown(self, error: ClientError) -> None:
        """It may have been carried out: nothing is repeated before it was read."""


@dataclass(frozen=True)
class WriteResult(Generic[Answer]):
    """One attempt, its answer where there is one, and its error where there is one."""

    outcome: Outcome
    answer: Answer | None = None
    error: ClientError | None = None


def perform_write(intent: WriteIntent[Answer], call: Callable[[], Answer]) -> WriteResult[Answer]:
    """Let one write leave, and tell its intent what became of it."""
    if not intent.begin():
        return WriteResult(Outcome.NOT_SENT)
    return record_result(intent, call)


def record_result(intent: WriteIntent[Answer], answer: Callable[[], Answer]) -> WriteResult[Answer]:
    """Tell an intent what became of the attempt that it wrote down; for calls that other threads make."""
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
