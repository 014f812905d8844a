"""API keys: their list, what a missing scope costs, creating and deleting one. The key itself is stored nowhere."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass

from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.api_keys import ApiKey
from iexdg.team.models import Member
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import ChangeOf, Item, Seen
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, ObjectState, Verb
from iexdg.workspace_objects.orders import ChangeIntent, claim, confirm, order, refuse, release
from iexdg.workspaces.connected import access_for, client_for
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import Outcome, perform_write

# What IEXDG Outreach uses, and what a key without it costs. The scopes: docs/api/instantly-facts.md §1.
COSTS = {
    "campaigns:read": "No campaign is listed or watched, and nothing can be approved.",
    "campaigns:create": "Blueprints and drafts cannot create campaigns.",
    "campaigns:delete": "Campaigns cannot be deleted here.",
    "campaigns:update": "Campaigns cannot be paused or activated; the kill switch stops nothing.",
    "accounts:read": "Mailboxes are not listed, so no go-live can be checked.",
    "accounts:create": "Mailboxes cannot be connected here.",
    "accounts:update": "Mailboxes cannot be paused, resumed, warmed up or limited here.",
    "accounts:delete": "Mailboxes cannot be deleted here.",
    "leads:read": "Leads are not listed, so loads cannot be read back.",
    "leads:create": "Nothing can be loaded.",
    "leads:update": "People can be neither changed nor moved.",
    "leads:delete": "People can be neither removed nor erased at Instantly.",
    "lead_lists:read": "Lead lists are not listed.",
    "lead_lists:create": "Lead lists cannot be created here.",
    "lead_lists:update": "Lead lists cannot be renamed here.",
    "lead_lists:delete": "Lead lists cannot be deleted here.",
    "email_verifications:create": "No address can be verified, so nothing can be loaded.",
    "email_verifications:read": "Verdicts that take longer are never read.",
    "emails:read": "The inbox stays empty: replies are not seen here.",
    "emails:create": "E-mails cannot be answered here, and no test e-mail is sent.",
    "emails:update": "Conversations cannot be marked as read.",
    "emails:delete": "E-mails of a person who is erased stay at Instantly.",
    "block_list_entries:read": "Instantly's block list is not known here.",
    "block_list_entries:create": "What is blocked here is not blocked at Instantly.",
    "block_list_entries:delete": "Blocked values cannot be removed at Instantly.",
    "subsequences:read": "Subsequences are not watched, and no go-live can be requested.",
    "subsequences:create": "Subsequences cannot be created here.",
    "subsequences:update": "Subsequences cannot be paused or resumed; the kill switch does not stop them.",
    "audit_logs:read": "Instantly's audit log is not listed; who started a campaign there is not known.",
    "workspaces:read": "The workspace cannot be identified, so it cannot be connected.",
    "workspace_billing:read": "Plan, limits and credits are not known.",
    "inbox_placement_tests:read": "Placement tests are not listed.",
    "inbox_placement_tests:create": "Placement tests cannot be started here.",
    "inbox_placement_tests:update": "Placement tests cannot be paused or resumed; the kill switch does not stop them.",
    "inbox_placement_tests:delete": "Placement tests cannot be deleted here.",
    "inbox_placement_analytics:read": "Where e-mails of placement tests landed is not known.",
    "inbox_placement_reports:read": "What block lists and SpamAssassin say is not known.",
    "supersearch_enrichments:read": "Searches cannot be counted or previewed.",
    "supersearch_enrichments:create": "Searches cannot be enriched here.",
    "background-jobs:read": "Jobs are not listed; changes of many mailboxes, and enrichments, have no known end.",
    "custom_tags:read": "Tags are not listed, and nothing can be filtered by them.",
    "custom_tags:create": "Tags cannot be created here.",
    "custom_tags:update": "Tags cannot be changed or assigned here.",
    "custom_tags:delete": "Tags cannot be deleted here.",
    "custom_tag_mappings:read": "What has a tag is not known.",
    "lead-labels:read": "The workspace's own interests are shown by their numbers.",
    "lead-labels:create": "Labels cannot be created here.",
    "lead-labels:update": "Labels cannot be changed here.",
    "lead-labels:delete": "Labels cannot be deleted here.",
    "webhooks:read": "Webhooks are not listed.",
    "webhooks:create": "Webhooks cannot be created here.",
    "webhooks:update": "Webhooks cannot be changed, tested or resumed here.",
    "webhooks:delete": "Webhooks cannot be deleted here.",
    "webhook_events:read": "What Instantly delivered to webhooks is not known.",
    "api_keys:read": "Keys are not listed here.",
    "api_keys:create": "Keys cannot be created here.",
    "api_keys:delete": "Keys cannot be deleted here.",
}


@dataclass(frozen=True)
class Missing:
    """A scope that a key lacks, and what that costs."""

    scope: str
    cost: str


@dataclass(frozen=True)
class NewKey:
    """A key that was created; the secret is for the person who created it alone, and is in no repr."""

    change: ObjectChange
    secret: str

    def __repr__(self) -> str:
        return f"NewKey({self.change.pk})"


def missing_of(scopes: Collection[str]) -> list[Missing]:
    """Return what a key with these scopes lacks of what is used here."""
    return [Missing(scope, cost) for scope, cost in COSTS.items() if not is_covered(scope, scopes)]


def is_covered(scope: str, scopes: Collection[str]) -> bool:
    """Whether a scope is among others, by itself or as a part: "leads:read" is in "leads:all" and in "all:read"."""
    resource, _, verb = scope.partition(":")
    return any(one in scopes for one in (scope, f"{resource}:all", f"all:{verb}", "all:all"))


def read_keys(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the keys of a workspace: names and scopes, and which one is used here."""
    ours = access_for(workspace).api_key
    return [
        {
            "id": one.remote_id,
            "name": one.name,
            "scopes": [*one.scopes],
            "created": one.created_at.isoformat() if one.created_at else "",
            "is_ours": bool(one.key) and hmac.compare_digest(str(one.key).encode(), ours.encode()),
        }
        for one in client.api_keys.list()
    ]


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Delete a key. A key is created while its person waits, never by a worker: nobody would see the secret."""
    if change.verb == Verb.DELETE:
        perform_write(ChangeIntent(change), lambda: client.api_keys.delete(change.remote_id))
    else:
        refuse(ObjectChange.objects.filter(pk=change.pk), "It was not sent. Create the key once more.")


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the list of keys.

    Raises: ClientError - it could not be read.
    """
    keys = list(client.api_keys.list())
    if change.verb == Verb.DELETE:
        return Seen.OTHERWISE if any(one.remote_id == change.remote_id for one in keys) else Seen.DONE
    return Seen.DONE if any(one.name == change.name for one in keys) else Seen.OTHERWISE


def forbidden(change: ObjectChange) -> str:
    """Return why it must not be sent now: the key in use would lock IEXDG Outreach out."""
    (found,) = kept(change.workspace, ObjectKind.KEY)
    is_ours = any(one["id"] == change.remote_id and one.get("is_ours") for one in found.items)
    return _OURS if change.verb == Verb.DELETE and is_ours else ""


HOW = ChangeOf(send=send, read_back=read_back, repeatable=frozenset(), forbidden=forbidden)
_OURS = "IEXDG Outreach uses this key: deleting it would stop all watching. Connect by another key first."


def create_key(workspace: Workspace, name: str, scopes: Collection[str], *, by: Member) -> NewKey:
    """Create a key now and return its secret, which is stored nowhere.

    Raises: NotAllowedError, ObserveModeError - nothing was sent; ObjectChangeRefusedError - a key has this name, or
        Instantly refused, or its answer was lost: then the key is listed, and nobody knows its secret.
    """
    (found,) = kept(workspace, ObjectKind.KEY)
    if any(one["name"] == name for one in found.items):
        raise ObjectChangeRefusedError(f"There is a key called {name}. Choose another name.")
    wanted = sorted(set(scopes))
    ordered = order(workspace, ObjectKind.KEY, Verb.CREATE, by=by, name=name, values={"scopes": wanted})
    change = claim(ordered.pk)
    if change is None or change.state != ObjectState.ASKED:
        raise ObjectChangeRefusedError(f"The key {name} is being created already. Look at the list.")
    client = client_for(workspace)
    try:
        result = perform_write(ChangeIntent(change), lambda: client.api_keys.create(name, wanted))
    finally:
        release(change)
    change.refresh_from_db()
    if result.outcome != Outcome.DONE or not isinstance(result.answer, ApiKey) or not result.answer.key:
        words = "It is not known whether it was created" if result.outcome == Outcome.UNKNOWN else "It was not created"
        raise ObjectChangeRefusedError(
            f"{words}: {change.error or 'the answer has no key'}. If {name} is listed, delete it: nobody has its key."
        )
    # Its secret is the proof that it was created; the list is read soon after.
    confirm(ObjectChange.objects.filter(pk=change.pk))
    return NewKey(change, result.answer.key)


def delete_key(workspace: Workspace, item: Item, *, by: Member) -> ObjectChange:
    """Request to delete a key.

    Raises: NotAllowedError, ObserveModeError; ObjectChangeRefusedError - it is the one in use here.
    """
    if item.get("is_ours"):
        raise ObjectChangeRefusedError(_OURS)
    return order(workspace, ObjectKind.KEY, Verb.DELETE, by=by, name=str(item["name"]), remote_id=str(item["id"]))
