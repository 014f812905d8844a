"""Instantly's campaigns without a sandbox: one status, what was called, and what fails."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from campaigns.models import CampaignStatus
from iexdg.clients.http.errors import ServerError


@dataclass
class Vendor:
    """What Instantly has of one campaign.

    `fails`: how often the next calls of a kind fail; `deaf`: calls that are answered and change nothing; `during`: what
    happens elsewhere while a call is in flight; `says`: the words of a failure.
    """

    status: int | None = CampaignStatus.PAUSED
    not_sending: int | None = None
    sent: int | None = 0
    calls: list[str] = field(default_factory=list)
    lanes: list[str] = field(default_factory=list)
    fails: dict[str, int] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    during: dict[str, Callable[[], object]] = field(default_factory=dict)
    audit_logs: Any = None
    says: str = "busy"

    @property
    def campaigns(self) -> "Vendor":
        return self

    def get(self, remote_id: str, *, lane: str) -> Any:
        self.lanes.append(lane)
        self._called("get", remote_id)
        return SimpleNamespace(remote_id=remote_id, status=self.status, not_sending_status=self.not_sending)

    def pause(self, remote_id: str) -> None:
        self._called("pause", remote_id)
        if "pause" not in self.deaf:
            self.status = CampaignStatus.PAUSED

    def activate(self, remote_id: str) -> None:
        self._called("activate", remote_id)
        if "activate" not in self.deaf:
            self.status = CampaignStatus.ACTIVE

    def analytics(self, remote_ids: Sequence[str], *, lane: str) -> list[Any]:
        self._called("analytics", remote_ids[0])
        self.lanes.append(lane)
        return [
            SimpleNamespace(remote_id="another", sent_count=999),
            SimpleNamespace(remote_id=remote_ids[0], sent_count=self.sent),
        ]

    def count(self, kind: str) -> int:
        return sum(1 for call in self.calls if call.split()[0] == kind)

    def _called(self, kind: str, remote_id: str) -> None:
        self.calls.append(f"{kind} {remote_id}")
        if kind in self.during:
            self.during.pop(kind)()
        if self.fails.get(kind):
            self.fails[kind] -= 1
            raise ServerError(self.says, status=500, is_write=kind in {"pause", "activate"})
