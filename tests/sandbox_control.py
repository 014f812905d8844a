"""The sandbox's control plane, for tests: in-process or over a port."""

from typing import Any

import httpx


class SandboxControl:
    """Reads the world of a workspace of the sandbox, and controls faults, time and events.

    Shapes: workspace - which one, from 1.
    """

    def __init__(self, app: Any = None, base_url: str = "http://sandbox", *, workspace: int = 1) -> None:
        transport = httpx.WSGITransport(app=app) if app is not None else None
        params = {} if workspace == 1 else {"workspace": workspace}
        self.http = httpx.Client(base_url=base_url, transport=transport, params=params, timeout=30)

    def state(self) -> dict[str, Any]:
        return self._json("GET", "state")

    def log(self, *, path: str = "") -> list[dict[str, Any]]:
        """Requests whose path holds `path`, oldest first."""
        return [item for item in self._json("GET", "log")["items"] if path in item["path"]]

    def faults(self, *faults: dict[str, Any]) -> None:
        self._json("POST", "faults", list(faults))

    def clear_faults(self) -> None:
        """Remove every fault that is still to apply."""
        self._json("DELETE", "faults")

    def crm(self) -> dict[str, Any]:
        """Return the contacts, notes and workflow entries of the GoHighLevel location."""
        found: dict[str, Any] = self._json("GET", "crm")
        return found

    def change_crm(self, **values: Any) -> None:
        """Change the GoHighLevel location: revoked=True, or workflow="Nurture", status="draft"."""
        self._json("POST", "crm", values)

    def advance(self, seconds: float) -> None:
        self._json("POST", "clock", {"advance_s": seconds})

    def event(self, kind: str, campaign: str, email: str) -> None:
        self._json("POST", "events", {"type": kind, "campaign_id": campaign, "email": email})

    def set_status(self, campaign: str, status: int) -> None:
        """What a person does in Instantly's own app."""
        self._json("POST", f"campaigns/{campaign}/status", {"status": status})

    def edit(self, campaign: str, **fields: Any) -> None:
        self._json("PATCH", f"campaigns/{campaign}", fields)

    def settings(self, **values: Any) -> None:
        """Change what belongs to the workspace: credits, lead_limit, blocklist, accounts."""
        self._json("POST", "settings", values)

    def leads_in(self, campaign: str) -> list[str]:
        return [lead["email"] for lead in self.state()["leads"] if lead["campaign"] == campaign]

    def id_of(self, name: str) -> str:
        """Instantly's id of the campaign with this name."""
        return next(str(item["id"]) for item in self.state()["campaigns"] if item["name"] == name)

    def status_of(self, campaign: str) -> int:
        return next(int(item["status"]) for item in self.state()["campaigns"] if item["id"] == campaign)

    def charged(self) -> dict[str, float]:
        """Credits charged per address."""
        return {email: item["charged"] for email, item in self.state()["verifications"].items()}

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.http.request(method, f"/_sandbox/{path}", json=body)
        answer.raise_for_status()
        return answer.json()
