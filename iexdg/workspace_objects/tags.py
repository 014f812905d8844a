"""Tags: their list, what has them, and changes of both."""

from collections.abc import Collection, Iterable, Sequence

from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.clients.instantly.custom_tags import TaggedKind
from iexdg.team.models import Member
from iexdg.ui.visible import clean_line, clean_text
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import ChangeOf, Item, Seen
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import ChangeIntent, order, shown_name
from iexdg.workspace_objects.uses import refuse_new_senders
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write


def read_tags(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the tags of a workspace."""
    del workspace
    return [
        {"id": one.remote_id, "label": one.label, "description": one.description} for one in client.custom_tags.list()
    ]


def read_tagged(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read which account or campaign has which tag.

    A mapping names an account by an id that is nowhere else, so accounts are listed tag by tag.
    """
    del workspace
    found: list[Item] = [
        {"tag": one.tag_remote_id, "kind": one.kind, "resource": one.resource_id}
        for one in client.custom_tags.mappings()
        if one.kind == TaggedKind.CAMPAIGN
    ]
    for tag in client.custom_tags.list():
        emails = accounts_with(client, tag.remote_id)
        found += [{"tag": tag.remote_id, "kind": int(TaggedKind.ACCOUNT), "resource": email} for email in emails]
    return found


def accounts_with(client: InstantlyClient, tag: str) -> list[str]:
    """Read the addresses of the accounts that have a tag.

    Raises: ClientError - they could not be read.
    """
    return sorted(one.email.strip().lower() for one in client.accounts.list(tag_ids=[tag]))


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Send a change once."""
    custom_tags, values, intent = client.custom_tags, change.values, ChangeIntent(change)
    if change.verb == Verb.CREATE:
        perform_write(intent, lambda: custom_tags.create(values["label"], description=values["description"] or None))
    elif change.verb == Verb.EDIT:
        perform_write(intent, lambda: custom_tags.patch(change.remote_id, values))
    elif change.verb == Verb.DELETE:
        perform_write(intent, lambda: custom_tags.delete(change.remote_id))
    elif change.verb == Verb.ASSIGN:
        kind = TaggedKind(values["kind"])
        perform_write(intent, lambda: custom_tags.assign([change.remote_id], kind, values["resources"]))
    elif change.verb == Verb.UNASSIGN:
        kind = TaggedKind(values["kind"])
        perform_write(intent, lambda: custom_tags.unassign([change.remote_id], kind, values["resources"]))


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the tag, or what has it.

    Raises: ClientError - it could not be read.
    """
    if change.verb in {Verb.ASSIGN, Verb.UNASSIGN}:
        return _read_assignment(change, client)
    if change.verb == Verb.CREATE:
        found = [
            one
            for one in client.custom_tags.list(search=change.name)
            if clean_line(one.label or "") == clean_line(change.name)
        ]
        ObjectChange.objects.filter(pk=change.pk, remote_id="").update(remote_id=found[0].remote_id if found else "")
        return Seen.DONE if found else Seen.OTHERWISE
    try:
        tag = client.custom_tags.get(change.remote_id)
    except NotFoundError:
        if change.verb == Verb.DELETE:
            return Seen.DONE
        raise
    read = _cleaned(tag.label, tag.description)
    is_same = read == _cleaned(change.values.get("label"), change.values.get("description"))
    return Seen.DONE if change.verb == Verb.EDIT and is_same else Seen.OTHERWISE


def _cleaned(label: str | None, description: str | None) -> tuple[str, str]:
    return clean_line(label or ""), clean_text(description or "")


def _read_assignment(change: ObjectChange, client: InstantlyClient) -> Seen:
    wanted = set(change.values["resources"])
    if change.values["kind"] == TaggedKind.ACCOUNT:
        have = wanted & set(accounts_with(client, change.remote_id))
    else:
        tagged = [one for one in client.custom_tags.mappings() if one.tag_remote_id == change.remote_id]
        have = wanted & {one.resource_id for one in tagged}
    expected = wanted if change.verb == Verb.ASSIGN else set[str]()
    return Seen.DONE if have == expected else Seen.OTHERWISE


def forbidden(change: ObjectChange) -> str:
    """Return why it must not be sent now: a campaign may have been approved since it was requested."""
    if not _changes_senders(change.verb, change.values):
        return ""
    try:
        refuse_new_senders(change.workspace, change.remote_id)
    except ObjectChangeRefusedError as refusal:
        return str(refusal)
    return ""


def _changes_senders(verb: str, values: Item) -> bool:
    if verb == Verb.DELETE:
        return True
    return verb in {Verb.ASSIGN, Verb.UNASSIGN} and values.get("kind") == TaggedKind.ACCOUNT


HOW = ChangeOf(
    send=send,
    read_back=read_back,
    repeatable=frozenset({Verb.EDIT, Verb.ASSIGN, Verb.UNASSIGN}),
    forbidden=forbidden,
)


def create_tag(workspace: Workspace, label: str, description: str, *, by: Member) -> ObjectChange:
    """Request a tag.

    Raises: NotAllowedError, ObserveModeError; ObjectChangeRefusedError - a tag has this label, or none of it shows.
        Nothing was recorded.
    """
    label = shown_name(label)
    _refuse_same(workspace, label)
    values = {"label": label, "description": clean_text(description)}
    return order(workspace, ObjectKind.TAG, Verb.CREATE, by=by, name=label, values=values)


def edit_tag(workspace: Workspace, tag: Item, label: str, description: str, *, by: Member) -> ObjectChange:
    """Request another label or description. Raises: as `create_tag`."""
    label = shown_name(label)
    _refuse_same(workspace, label, but=str(tag["id"]))
    values = {"label": label, "description": clean_text(description)}
    return order(workspace, ObjectKind.TAG, Verb.EDIT, by=by, name=label, remote_id=str(tag["id"]), values=values)


def delete_tag(workspace: Workspace, tag: Item, *, by: Member) -> ObjectChange:
    """Request to delete a tag, from everything that has it.

    Raises: as `create_tag`; ObjectChangeRefusedError - a live campaign sends from the mailboxes with it.
    """
    refuse_new_senders(workspace, str(tag["id"]))
    return order(workspace, ObjectKind.TAG, Verb.DELETE, by=by, name=str(tag["label"]), remote_id=str(tag["id"]))


def assign_tag(
    workspace: Workspace, tag: Item, kind: TaggedKind, resources: Sequence[str], *, is_off: bool, by: Member
) -> ObjectChange:
    """Request to give a tag to mailboxes or campaigns, or to take it from them.

    Raises: as `delete_tag`; ObjectChangeRefusedError - nothing is chosen.
    """
    if not resources:
        raise ObjectChangeRefusedError("Choose at least one mailbox or campaign. Nothing was changed.")
    if kind == TaggedKind.ACCOUNT:
        refuse_new_senders(workspace, str(tag["id"]))
    verb = Verb.UNASSIGN if is_off else Verb.ASSIGN
    values = {"kind": int(kind), "resources": sorted(set(resources))}
    name, remote_id = str(tag["label"]), str(tag["id"])
    return order(
        workspace,
        ObjectKind.TAG,
        verb,
        by=by,
        name=name,
        remote_id=remote_id,
        key=f"{remote_id}:{int(kind)}",
        values=values,
    )


def _refuse_same(workspace: Workspace, label: str, *, but: str = "") -> None:
    (found,) = kept(workspace, ObjectKind.TAG)
    if any(clean_line(str(one["label"])).lower() == label.lower() and one["id"] != but for one in found.items):
        raise ObjectChangeRefusedError(f"There is a tag called {label}. Choose another label.")


def tags_of(workspace: Workspace) -> tuple[Kept, dict[str, str]]:
    """Return the list of tags as it was read, and the label of each by its id; one query."""
    (found,) = kept(workspace, ObjectKind.TAG)
    return found, {str(one["id"]): str(one["label"]) for one in found.items}


def resources_with(workspace: Workspace, tag: str, kind: TaggedKind) -> list[str]:
    """Return the addresses of accounts, or the ids of campaigns, that have a tag; one query."""
    (found,) = kept(workspace, ObjectKind.TAGGED)
    return [str(one["resource"]) for one in found.items if one["tag"] == tag and one["kind"] == kind]


def accounts_by_tag(workspace: Workspace) -> dict[str, list[str]]:
    """Return the addresses of the accounts with each tag, by its id; one query."""
    (read,) = kept(workspace, ObjectKind.TAGGED)
    found: dict[str, list[str]] = {}
    for one in read.items:
        if one["kind"] == TaggedKind.ACCOUNT:
            found.setdefault(str(one["tag"]), []).append(str(one["resource"]))
    return found


def labels_of_accounts(workspace: Workspace) -> dict[str, list[str]]:
    """Return the labels of the tags that each account has, by its address; one query."""
    read, tagged = kept(workspace, ObjectKind.TAG, ObjectKind.TAGGED)
    return labels_by_resource(read.items, tagged.items, TaggedKind.ACCOUNT)


def labels_by_resource(tags: Iterable[Item], tagged: Collection[Item], kind: TaggedKind) -> dict[str, list[str]]:
    """Return the labels that each account or campaign has."""
    names, found = {one["id"]: str(one["label"]) for one in tags}, dict[str, list[str]]()
    for one in tagged:
        if one["kind"] == kind and one["tag"] in names:
            found.setdefault(str(one["resource"]), []).append(names[one["tag"]])
    return found
