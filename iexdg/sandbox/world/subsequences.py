"""Subsequences: what is written to leads of a campaign once something has happened, and how far each lead is in one."""

import heapq
from dataclasses import dataclass, field
from typing import Any, TypedDict


class Subsequence(TypedDict):
    """One subsequence: `fields` is what people write. Units: times in epoch seconds."""

    id: str
    parent: str
    status: int
    created: float
    leads_updated: float
    next_send_at: float | None
    healthy_at: float | None
    fields: dict[str, Any]


class Progress(TypedDict):
    """How far one lead is in the subsequence that it is in. Shapes: step - the next one; next_due - None once done."""

    subsequence: str
    step: int
    next_due: float | None
    sent_from: str | None
    sent_at: float | None
    seen: list[str]


@dataclass
class Subsequences:
    """The subsequences of one workspace by id; the progress of leads by lead id.

    Shapes: planned - [at, number, kind, lead id, subsequence id, step] of reactions, a heap; been_in - lead id to the
        ids of the subsequences that it was in, since nobody is moved into one twice by its conditions; touched - leads
        to whom something has happened since they were looked at; looked_at - the count of changes at that time.
    """

    by_id: dict[str, Subsequence] = field(default_factory=dict)
    progress: dict[str, Progress] = field(default_factory=dict)
    planned: list[list[Any]] = field(default_factory=list)
    been_in: dict[str, list[str]] = field(default_factory=dict)
    numbered: int = 0
    touched: list[str] = field(default_factory=list)
    looked_at: int = -1

    def of_campaign(self, campaign_id: str) -> list[Subsequence]:
        """Return the subsequences of one campaign, oldest first."""
        return [one for one in self.by_id.values() if one["parent"] == campaign_id]

    def members(self, subsequence_id: str) -> list[str]:
        """Return the ids of the leads that still get something from a subsequence."""
        return [
            lead_id
            for lead_id, one in self.progress.items()
            if one["subsequence"] == subsequence_id and one["next_due"] is not None
        ]

    def plan(self, at: float, kind: str, lead_id: str, subsequence_id: str, step: int) -> None:
        """Schedule a reaction for later."""
        self.numbered += 1
        heapq.heappush(self.planned, [at, self.numbered, kind, lead_id, subsequence_id, step])
