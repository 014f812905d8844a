"""The short form of a new campaign as it is sent, and the addresses of the draft that it becomes."""

from typing import Any

from iexdg.blueprints.models import Draft

SHORT: dict[str, Any] = {
    "name": "10 Founders", "subject": "A question about {{companyName}}", "body": "Hi {{firstName}},\n\nShall we talk?",
    "senders": ["exec@peers.example.com"], "zone": "America/Detroit", "opens": "09:00", "closes": "17:00",
    "days": ["mon", "tue"], "daily": "20",
}  # fmt: skip
LIST = "/w/demo/campaigns/drafts/"


def page_of(draft: Draft, tab: str = "") -> str:
    """The address of a draft, or of one of its tabs or verbs."""
    return f"{LIST}{draft.pk}/{tab}"
