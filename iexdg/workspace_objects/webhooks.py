"""Webhooks: what Instantly calls, what it delivered lately, and changes of them. Receiving is not done here."""

from collections.abc import Mapping
from itertools import islice

from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.webhooks import ENABLED, Webhook, WebhookTest
from iexdg.team.models import Member
from iexdg.workspace_objects.addresses import (
    digest_of,
    digest_of_header,
    digest_of_headers,
    headers_in,
    host_of,
    opened,
    sealed,
    shown_address,
    without_paths,
)
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import ChangeOf, Item, Seen
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspace_objects.orders import ChangeIntent, order, refuse
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write

# The newest deliveries; Instantly has the others.
_MOST_EVENTS = 200
# Source: instantly_facts.json, WebhookEventTypeName.
EVENTS = (
    "all_events", "email_sent", "email_opened", "email_link_clicked", "reply_received", "email_bounced",
    "lead_unsubscribed", "campaign_completed", "account_error", "lead_neutral", "lead_interested",
    "lead_not_interested", "lead_meeting_booked", "lead_meeting_completed", "lead_closed", "lead_out_of_office",
    "lead_wrong_person", "lead_no_show", "supersearch_enrichment_completed",
)  # fmt: skip


def event_words(name: str) -> str:
    """Return an event type in words: "email_sent" is "e-mail sent"."""
    return name.replace("_", " ").replace("email", "e-mail")


def read_webhooks(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the webhooks of a workspace, without their headers and the paths of their addresses, which hold secrets."""
    del workspace
    return [
        {
            "id": one.remote_id,
            "url": shown_address(one.url or ""),
            "digest": digest_of(one.url or ""),
            "event": one.event_type,
            "interest": one.interest_value,
            "campaign": one.campaign_remote_id,
            "name": one.name,
            "status": one.status,
            "failed": one.failed_at.isoformat() if one.failed_at else "",
            "headers": len(one.headers),
            "headers_digest": digest_of_headers(one.headers),
            "header_digests": [digest_of_header(name, value) for name, value in one.headers.items()],
        }
        for one in client.webhooks.list()
    ]


def read_events(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the newest deliveries, without what was delivered: that is about people."""
    del workspace
    return [
        {
            "id": one.remote_id,
            "url": shown_address(one.url or ""),
            "success": one.success,
            "status": one.status_code,
            "error": without_paths(one.error or "")[:200],
            "attempt": one.attempt,
            "again": one.next_retry_at.isoformat() if one.will_retry and one.next_retry_at else "",
            "at": one.created_at.isoformat() if one.created_at else "",
        }
        for one in islice(client.webhook_events.list(), _MOST_EVENTS)
    ]


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Send a change once."""
    webhooks, values, intent = client.webhooks, change.values, ChangeIntent(change)
    url, headers = opened(change.sealed), headers_in(change.sealed)
    if change.sealed and not (url or headers):
        refuse(intent.rows.filter(state=ObjectState.ASKED), "Its address can no longer be decrypted. Enter it again.")
    elif change.verb == Verb.CREATE:
        perform_write(
            intent,
            lambda: webhooks.create(
                url,
                event_type=values["event"],
                interest_value=values["interest"],
                campaign_remote_id=values["campaign"],
                name=values["name"] or None,
                headers=headers,
            ),
        )
    elif change.verb == Verb.EDIT:
        # Without an address of its own the webhook keeps the one that it has.
        fields = (
            ({"target_hook_url": url} if url else {})
            | ({"headers": headers} if headers else {})
            | {
                "event_type": values["event"],
                "custom_interest_value": values["interest"],
                "campaign": values["campaign"],
                "name": values["name"],
            }
        )
        perform_write(intent, lambda: webhooks.patch(change.remote_id, fields))
    elif change.verb == Verb.DELETE:
        perform_write(intent, lambda: webhooks.delete(change.remote_id))
    elif change.verb == Verb.RESUME:
        perform_write(intent, lambda: webhooks.resume(change.remote_id))
    elif change.verb == Verb.TEST:
        perform_write(ChangeIntent(change, keep=_outcome), lambda: webhooks.test(change.remote_id))


def _outcome(answer: WebhookTest) -> dict[str, str]:
    """What a test came to, in words."""
    status = f" with HTTP {answer.status_code}" if answer.status_code is not None else ""
    took = f" after {answer.took_ms:.0f} ms" if answer.took_ms is not None else ""
    why = f": {without_paths(answer.error)}" if answer.error else ""
    return {"words": f"{'Delivered' if answer.success else 'Not delivered'}{status}{took}{why}"[:300]}


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the webhook.

    Raises: ClientError - it could not be read.
    """
    if change.verb == Verb.TEST:
        # Its answer is all that there is to read.
        change.refresh_from_db()
        return Seen.DONE if change.answered_at is not None else Seen.OTHERWISE
    if change.verb == Verb.CREATE:
        return _find_created(change, client)
    try:
        found = client.webhooks.get(change.remote_id)
    except NotFoundError:
        if change.verb == Verb.DELETE:
            return Seen.DONE
        raise
    if change.verb == Verb.RESUME:
        return Seen.DONE if found.status == ENABLED else Seen.OTHERWISE
    wanted = change.values
    read = (digest_of(found.url or ""), found.event_type, found.interest_value, found.campaign_remote_id)
    is_same = read == tuple(wanted.get(name) for name in _SAME) and _has_headers(found, wanted)
    return Seen.DONE if change.verb == Verb.EDIT and is_same else Seen.OTHERWISE


def _has_headers(found: Webhook, wanted: Item) -> bool:
    """Whether it has the headers that a change sets; one that sets none leaves them as they are."""
    digest = wanted.get("headers_digest", "")
    return not digest or digest_of_headers(found.headers) == digest


def _find_created(change: ObjectChange, client: InstantlyClient) -> Seen:
    wanted = change.values
    for one in client.webhooks.list(campaign_remote_id=wanted["campaign"]):
        read = (digest_of(one.url or ""), one.event_type, one.interest_value)
        if read == (wanted["digest"], wanted["event"], wanted["interest"]) and _has_headers(one, wanted):
            ObjectChange.objects.filter(pk=change.pk, remote_id="").update(remote_id=one.remote_id)
            return Seen.DONE
    return Seen.OTHERWISE


# Two webhooks with the same of these would deliver everything twice.
_SAME = ("digest", "event", "interest", "campaign")
HOW = ChangeOf(send=send, read_back=read_back, repeatable=frozenset({Verb.EDIT, Verb.RESUME}))


def create_webhook(
    workspace: Workspace, values: Item, *, by: Member | None, headers: Mapping[str, str] | None = None
) -> ObjectChange:
    """Request a webhook.

    Shapes: values - url, event or interest, campaign (remote id or None), name; headers - sent with every delivery,
        encrypted until then; by - None where it is done automatically.

    Raises: NotAllowedError, ObserveModeError; ObjectChangeRefusedError - there is one for the same. Nothing was sent.
    """
    (found,) = kept(workspace, ObjectKind.WEBHOOK)
    wanted, url = _stored(values, headers), str(values["url"])
    if any(all(one[name] == wanted[name] for name in _SAME) for one in found.items):
        raise ObjectChangeRefusedError("There is a webhook for the same event and address. Nothing was changed.")
    name = _name(values)
    return order(
        workspace, ObjectKind.WEBHOOK, Verb.CREATE, by=by, name=name, values=wanted, sealed=sealed(url, headers)
    )


def edit_webhook(
    workspace: Workspace, item: Item, values: Item, *, by: Member, headers: Mapping[str, str] | None = None
) -> ObjectChange:
    """Request other settings of a webhook; without headers those that it has stay, and where url is "" its address.

    Raises: as `create_webhook`.
    """
    url = str(values["url"])
    wanted = _stored(values, headers) if url else {**values, "url": item["url"], "digest": item["digest"]}
    if headers:
        wanted["headers_digest"] = digest_of_headers(headers)
    name, remote_id = _name(wanted), str(item["id"])
    return order(
        workspace, ObjectKind.WEBHOOK, Verb.EDIT, by=by, name=name, remote_id=remote_id, values=wanted,
        sealed=sealed(url, headers),
    )  # fmt: skip


def request_of_webhook(workspace: Workspace, item: Item, verb: Verb, *, by: Member) -> ObjectChange:
    """Request to test, resume or delete a webhook. Raises: as `create_webhook`."""
    return order(workspace, ObjectKind.WEBHOOK, verb, by=by, name=_name(item), remote_id=str(item["id"]))


def _stored(values: Item, headers: Mapping[str, str] | None) -> Item:
    """What of the wanted settings is stored in clear."""
    url = str(values["url"])
    proof = {"headers_digest": digest_of_headers(headers)} if headers else {}
    return {**values, "url": shown_address(url), "digest": digest_of(url), **proof}


def _name(values: Item) -> str:
    return str(values.get("name") or "") or f"to {host_of(str(values['url']))}"
