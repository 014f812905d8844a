"""Background jobs: what a move of leads or a change of warm-up answers with, and waiting for the end of one."""

import time
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainValidator

from iexdg.clients.http.answers import Answer
from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, understood
from iexdg.clients.instantly.model import Identifier, Model, Moment, Number, Object, Text, text

_PATH = "background-jobs"
# Source: docs/api/instantly-facts.md §5 "Job end states": the sources name different words for the same end.
_SUCCEEDED = frozenset({"success", "completed"})
_FAILED = frozenset({"failed", "error"})
_CANCELLED = frozenset({"cancelled", "canceled"})


class JobOutcome(StrEnum):
    """What became of a job; UNKNOWN is one that has not ended, or that says something we do not know."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


def _word(value: object) -> str | None:
    read = text(value)
    return read.strip().lower() if read else None


class BackgroundJob(Model):
    """One job; its entity is the list or the campaign that it works on.

    Units: progress in 0-100.
    """

    required = ("remote_id", "status")
    checked = ("progress",)

    remote_id: Identifier = Field("", validation_alias="id")
    kind: Text = Field(None, validation_alias="type")
    entity_type: Text = None
    entity_remote_id: Text = Field(None, validation_alias="entity_id")
    status: Annotated[str | None, PlainValidator(_word)] = None
    progress: Number = None
    data: Object = Field(default_factory=dict)
    created_at: Moment = None
    updated_at: Moment = None

    @property
    def outcome(self) -> JobOutcome:
        """Return what became of it; an unknown status is never taken for an end."""
        if self.status in _SUCCEEDED:
            return JobOutcome.SUCCEEDED
        if self.status in _FAILED:
            return JobOutcome.FAILED
        return JobOutcome.CANCELLED if self.status in _CANCELLED else JobOutcome.UNKNOWN

    @property
    def has_ended(self) -> bool:
        return self.outcome is not JobOutcome.UNKNOWN


def job_in(answer: Answer, remote_id: str | None = None) -> BackgroundJob:
    """Return the job that an answer is about.

    Shapes: remote_id - the id that was asked about, None where the job is a new one.
    Raises: UnexpectedAnswerError - it is no job, or its state cannot be read; a write may have been carried out.
    """
    identified(answer, remote_id)
    return understood(answer, BackgroundJob)


class BackgroundJobs:
    """Source: docs/api/instantly-facts.md §1 "Asynchronous work" and §2.6 background-jobs (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        ids: Sequence[str] | None = None,
        kind: str | None = None,
        entity_type: str | None = None,
        entity_remote_id: str | None = None,
        status: Sequence[str] | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[BackgroundJob]:
        """Yield the jobs of the workspace, page by page.

        Shapes: kind - such as "move-leads"; entity_type - "list", "campaign" or "workspace"; status - any of these.
        """
        query = {
            "limit": limit,
            "ids": ",".join(ids) if ids is not None else None,
            "type": kind,
            "entity_type": entity_type,
            "entity_id": entity_remote_id,
            "status": ",".join(status) if status is not None else None,
        }
        return listed(self._transport, _PATH, BackgroundJob, query, lane=lane)

    def get(self, remote_id: str, *, data_fields: Sequence[str] | None = None, lane: Lane = Lane.BULK) -> BackgroundJob:
        """Read one job. Shapes: data_fields - the parts of `data` that are wanted, None for all."""
        query = {"data_fields": ",".join(data_fields) if data_fields is not None else None}
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", query=query, lane=lane)
        return job_in(answer, remote_id)

    def wait(
        self,
        remote_id: str,
        *,
        limit_s: float = 120.0,
        every_s: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        lane: Lane = Lane.BULK,
    ) -> BackgroundJob:
        """Read a job until it has ended; after the limit it comes back as it is, and its `outcome` is UNKNOWN.

        Units: seconds.
        Source: docs/api/instantly-facts.md §1: the vendor's own SDK asks every 2 s, 60 times.
        """
        give_up_at = clock() + limit_s
        job = self.get(remote_id, lane=lane)
        while not job.has_ended and clock() + every_s <= give_up_at:
            sleep(every_s)
            job = self.get(remote_id, lane=lane)
        return job
