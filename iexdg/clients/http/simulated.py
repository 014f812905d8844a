"""Has a simulated person reply. Only a sandbox has such an address; nothing of a vendor is called."""

import httpx

from iexdg.clients.http.transport import BaseTransport

_ANSWERS_WITHIN_S = 10.0


def simulate_reply(
    base_url: str, campaign_id: str, email: str, text: str, *, transport: BaseTransport | None = None
) -> bool:
    """Let a lead of a campaign reply in the sandbox; False where it did not take it or does not answer."""
    event = {"type": "reply", "campaign_id": campaign_id, "email": email, "text": text}
    try:
        with httpx.Client(transport=transport, timeout=_ANSWERS_WITHIN_S) as client:
            answer = client.post(f"{base_url.rstrip('/')}/_sandbox/events", json=event)
    except (httpx.HTTPError, ConnectionError):
        return False
    return answer.is_success
