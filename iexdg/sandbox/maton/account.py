"""One Maton account: its key, its connections, its budget.

Source: maton-facts.md §3 and §4.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from iexdg.sandbox.http.edge import TokenBucket
from iexdg.sandbox.world.ids import ordered_uuid

APP = "instantly"
STATUSES = ("PENDING", "ACTIVE", "FAILED")
_PER_SECOND = 10
# Apart from every workspace's own seed, so that no connection has the id of a lead.
_SEED_OFFSET = 1_000_000


class Account:
    """The connections in the order of their making; code that uses it holds the simulator's lock.

    A connection is a dict with the fields that the control plane shows, and three of our own: `workspace` - the
    number of the one it opens, `token` - that of its link, `is_expired` - its authorisation is dead although it
    counts as ACTIVE.
    """

    def __init__(self, *, seed: int, now: Callable[[], float], monotonic: Callable[[], float]) -> None:
        self._seed = seed + _SEED_OFFSET
        self._now = now
        self._monotonic = monotonic
        self._bucket = TokenBucket(_PER_SECOND, 1, monotonic())
        self.made = 0
        self.changes = 0
        self.connections: list[dict[str, Any]] = []

    def create(self, app: str, *, method: str = "API_KEY") -> dict[str, Any]:
        """Make a connection that waits for a person."""
        self.made += 1
        at = _iso(self._now())
        connection = {
            "connection_id": ordered_uuid(self._seed, self.made),
            "status": "PENDING",
            "creation_time": at,
            "last_updated_time": at,
            "app": app,
            "method": method,
            "metadata": {},
            "workspace": 1,
            "token": sha256(f"{self._seed}:{self.made}".encode()).hexdigest(),
            "is_expired": False,
        }
        self.connections.append(connection)
        self.changes += 1
        return connection

    def change(self, connection: dict[str, Any], **values: Any) -> None:
        """Set fields of a connection."""
        connection.update(values, last_updated_time=_iso(self._now()))
        self.changes += 1

    def delete(self, connection: dict[str, Any]) -> None:
        """Forget a connection."""
        self.connections.remove(connection)
        self.changes += 1

    def find(self, connection_id: str) -> dict[str, Any] | None:
        """Return a connection by its id."""
        return next((one for one in self.connections if one["connection_id"] == connection_id), None)

    def serving(self, connection_id: str) -> dict[str, Any] | None:
        """Return the active connection that a call goes through: the one that is named, else the oldest.

        Source: maton-facts.md §5 and §7, the default is the oldest active one.
        """
        active = (one for one in self.connections if one["status"] == "ACTIVE" and one["app"] == APP)
        return next((one for one in active if connection_id in {"", one["connection_id"]}), None)

    def allow(self) -> bool:
        """Take a place in the account's 10 requests/s."""
        self._bucket.refill(self._monotonic())
        if self._bucket.tokens < 1:
            return False
        self._bucket.tokens -= 1
        return True

    def saved(self) -> dict[str, Any]:
        """Return the whole state as plain JSON data; it shares the live objects."""
        return {"made": self.made, "connections": self.connections}

    def restore(self, saved: dict[str, Any]) -> None:
        """Become the account that was saved."""
        self.made, self.connections = saved["made"], saved["connections"]


def _iso(epoch: float) -> str:
    # Source: maton-facts.md §3, microseconds and Z.
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
