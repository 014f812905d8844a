"""Subscribes the receiver of a workspace at Instantly, and says which events it does not get."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from iexdg.clients.instantly.webhooks import DISABLED
from iexdg.team.models import Member
from iexdg.webhooks.errors import ReceiverUnavailableError
from iexdg.webhooks.models import Receiver
from iexdg.webhooks.receivers import accepted_headers, address_of, ensure_receiver, headers_of, receiver_of
from iexdg.workspace_objects.addresses import digest_of, digest_of_headers
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import Item
from iexdg.workspace_objects.lists import kept, read_list
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.webhooks import create_webhook, edit_webhook, event_words
from iexdg.workspaces.models import Workspace

ALL_EVENTS = "all_events"
# What the product reads because of; without one of them it notices the same later, when it reads anyway.
NEEDED = (
    "reply_received", "email_bounced", "lead_unsubscribed", "account_error", "campaign_completed",
    "supersearch_enrichment_completed",
)  # fmt: skip
_NAME = "IEXDG Outreach"
# A sandbox on another machine reaches this one only where PUBLIC_URL says.
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WORDS = {
    "reply_received": "Replies",
    "email_bounced": "Bounces",
    "lead_unsubscribed": "Unsubscribes",
    "account_error": "Account errors",
    "campaign_completed": "Completed campaigns",
    "supersearch_enrichment_completed": "Completed enrichments",
}


def needed_words(name: str) -> str:
    """An event that the product needs, in words: "Replies"."""
    return _WORDS.get(name, event_words(name))


def subscriptions_of(workspace: Workspace) -> list[Item]:
    """The webhooks that call the receiver of a workspace, as they were last read."""
    receiver = receiver_of(workspace)
    (read,) = kept(workspace, ObjectKind.WEBHOOK)
    return ours_among(receiver, read.items) if receiver is not None else []


def ours_among(receiver: Receiver, items: Iterable[Item]) -> list[Item]:
    """Those of some webhooks that call a receiver; none where its address cannot be decrypted."""
    try:
        digest = digest_of(address_of(receiver))
    except ReceiverUnavailableError:
        return []
    return [one for one in items if one["digest"] == digest]


def is_ours(workspace: Workspace, item: Item) -> bool:
    """Whether a webhook calls the receiver of the workspace."""
    receiver = receiver_of(workspace)
    return receiver is not None and bool(ours_among(receiver, [item]))


def missing_events(ours: Sequence[Item]) -> list[str]:
    """The events that the product needs and that no webhook for every campaign brings; a disabled one brings none."""
    known = {one["event"] for one in ours if one["campaign"] is None and one["status"] != DISABLED}
    return [] if ALL_EVENTS in known else [name for name in NEEDED if name not in known]


def disabled_among(ours: Sequence[Item]) -> list[Item]:
    """The webhooks that Instantly calls no more, since their address failed."""
    return [one for one in ours if one["status"] == DISABLED]


@dataclass(frozen=True)
class BySecret:
    """Webhooks to a receiver by the secret that they send: the former one is accepted for a while, others never."""

    current: tuple[Item, ...]
    former: tuple[Item, ...]
    refused: tuple[Item, ...]


def by_secret(receiver: Receiver, ours: Sequence[Item]) -> BySecret:
    """Part the webhooks by the header that they send.

    Raises: ReceiverUnavailableError - the secret cannot be decrypted.
    """
    if not ours:
        return BySecret((), (), ())
    current, former = accepted_headers(receiver, timezone.now())
    whole = digest_of_headers(headers_of(receiver))
    parts: dict[str, list[Item]] = {"current": [], "former": [], "refused": []}
    for one in ours:
        sent = set(one.get("header_digests", ()))
        if current in sent or one.get("headers_digest") == whole:
            parts["current"].append(one)
        else:
            parts["former" if former and former in sent else "refused"].append(one)
    return BySecret(*(tuple(parts[name]) for name in ("current", "former", "refused")))


def with_another_secret(receiver: Receiver, ours: Sequence[Item]) -> list[Item]:
    """The webhooks that do not send the receiver's newest secret. Raises: as `by_secret`."""
    found = by_secret(receiver, ours)
    return [*found.former, *found.refused]


def subscribe(workspace: Workspace, events: Sequence[str], *, by: Member | None) -> list[ObjectChange]:
    """Request a webhook for each event that is not subscribed, with the secret in its header.

    Shapes: by - None where the product subscribes its own demo.
    Raises: NotAllowedError, ObserveModeError; ReceiverUnavailableError - it cannot be reached, or not decrypted;
        ObjectChangeRefusedError - one of them is open. What was recorded before stays.
    """
    receiver = ensure_receiver(workspace)
    url, headers = address_of(receiver), headers_of(receiver)
    if not (url.startswith("https://") or workspace.is_sandbox):
        raise ReceiverUnavailableError(
            "Instantly cannot reach the receiver. Set PUBLIC_URL to the https address of this dashboard, and restart."
        )
    (read,) = kept(workspace, ObjectKind.WEBHOOK)
    ours = [one for one in ours_among(receiver, read.items) if one["campaign"] is None]
    known = {one["event"] for one in ours}
    wanted = [name for name in events if name not in known]
    if not wanted:
        words = "These events are subscribed already. Nothing was changed."
        is_disabled = any(one["event"] in events for one in disabled_among(ours))
        raise ObjectChangeRefusedError(f"{words} Press Resume on the page Webhooks." if is_disabled else words)
    return [create_webhook(workspace, _values(url, name), by=by, headers=headers) for name in wanted]


def _values(url: str, event: str) -> Item:
    return {"url": url, "event": event, "interest": None, "campaign": None, "name": f"{_NAME}: {event_words(event)}"}


def send_secret(workspace: Workspace, *, by: Member) -> list[ObjectChange]:
    """Request that every webhook to the receiver sends its newest secret.

    Raises: as `subscribe`.
    """
    receiver = ensure_receiver(workspace)
    headers = headers_of(receiver)
    changes = []
    for item in with_another_secret(receiver, subscriptions_of(workspace)):
        values = {name: item[name] for name in ("event", "interest", "campaign")}
        values |= {"url": "", "name": item["name"] or _NAME}
        changes.append(edit_webhook(workspace, item, values, by=by, headers=headers))
    return changes


def subscribe_demo(workspace: Workspace) -> list[ObjectChange]:
    """Subscribe the demo once, so that a simulated reply arrives by webhook; never again where a person deleted it."""
    is_reachable = settings.PUBLIC_URL or urlsplit(workspace.base_url).hostname in _LOOPBACK
    if not (workspace.is_sandbox and workspace.may_write and is_reachable):
        return []
    asked = ObjectChange.objects.filter(workspace=workspace, kind=ObjectKind.WEBHOOK, verb=Verb.CREATE)
    if asked.filter(values__event=ALL_EVENTS, name__startswith=_NAME).exists():
        return []
    (read,) = kept(workspace, ObjectKind.WEBHOOK)
    if read.read_at is None and not read_list(workspace, ObjectKind.WEBHOOK):
        return []
    if subscriptions_of(workspace):
        return []
    return subscribe(workspace, [ALL_EVENTS], by=None)
