"""Labels of the workspace's own: leads carry the number of one as their interest."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from iexdg.clients.http.limiter import Lane
from iexdg.clients.http.transport import HttpTransport
from iexdg.clients.instantly.answers import MOST_PER_PAGE, identified, listed, understood
from iexdg.clients.instantly.model import Code, Flag, Identifier, Model, Moment, Text, Texts

_PATH = "lead-labels"
LabelKind = Literal["positive", "negative", "neutral"]


class LeadLabel(Model):
    """One label; `interest_status` is the number that leads carry for it, and that the vendor chooses."""

    required = ("remote_id", "interest_status")

    remote_id: Identifier = Field("", validation_alias="id")
    label: Text = None
    kind: Text = Field(None, validation_alias="interest_status_label")
    interest_status: Code = None
    description: Text = None
    is_used_with_ai: Flag = Field(None, validation_alias="use_with_ai")
    created_at: Moment = Field(None, validation_alias="timestamp_created")


class SuggestedLabel(Model):
    """Which label the vendor would give to a reply, and which of the workspace's own it thought of."""

    required = ("label",)

    label: Text = Field(None, validation_alias="result")
    considered: Texts = Field((), validation_alias="custom_labels_considered")


class LeadLabels:
    """Source: docs/api/instantly-facts.md §2.6 lead-labels (read 2026-11-27)."""

    def __init__(self, transport: HttpTransport) -> None:
        self._transport = transport

    def list(
        self,
        *,
        search: str | None = None,
        kind: LabelKind | None = None,
        limit: int = MOST_PER_PAGE,
        lane: Lane = Lane.BULK,
    ) -> Iterator[LeadLabel]:
        """Yield all labels, page by page."""
        query = {"limit": limit, "search": search, "interest_status": kind}
        return listed(self._transport, _PATH, LeadLabel, query, lane=lane)

    def get(self, remote_id: str, *, lane: Lane = Lane.BULK) -> LeadLabel:
        answer = self._transport.request("GET", f"{_PATH}/{remote_id}", lane=lane)
        return _label(identified(answer, remote_id))

    def create(
        self,
        label: str,
        kind: LabelKind,
        *,
        description: str | None = None,
        is_used_with_ai: bool = False,
        lane: Lane = Lane.BULK,
    ) -> LeadLabel:
        body = {
            "label": label,
            "interest_status_label": kind,
            "description": description,
            "use_with_ai": is_used_with_ai,
        }
        return _label(identified(self._transport.request("POST", _PATH, body=body, lane=lane)))

    def patch(self, remote_id: str, changes: Mapping[str, Any], *, lane: Lane = Lane.BULK) -> LeadLabel:
        """Change the fields given; the number of a label stays."""
        answer = self._transport.request("PATCH", f"{_PATH}/{remote_id}", body=dict(changes), lane=lane)
        return _label(identified(answer, remote_id))

    def delete(self, remote_id: str, *, reassign_to: int | None = None, lane: Lane = Lane.BULK) -> None:
        """Remove a label. Shapes: reassign_to - the interest that its leads and e-mails get, None for none."""
        body = None if reassign_to is None else {"reassigned_status": reassign_to}
        self._transport.request("DELETE", f"{_PATH}/{remote_id}", body=body, lane=lane)

    def suggest(self, reply_text: str, *, lane: Lane = Lane.BULK) -> SuggestedLabel:
        """Ask which label a reply would get; 500 times in 30 days for the workspace."""
        path = f"{_PATH}/ai-reply-label"
        answer = self._transport.request("POST", path, body={"reply_text": reply_text}, lane=lane, is_write=False)
        return understood(answer, SuggestedLabel)


def _label(raw: Mapping[str, Any]) -> LeadLabel:
    return LeadLabel.model_validate(raw)
