"""Labels: the interests that a workspace has besides Instantly's own, and changes of them."""

from iexdg.clients.http.errors import NotFoundError
from iexdg.clients.instantly import InstantlyClient
from iexdg.team.models import Member
from iexdg.ui.visible import clean_line, clean_text
from iexdg.workspace_objects.errors import ObjectChangeRefusedError
from iexdg.workspace_objects.kinds import ChangeOf, Item, Seen
from iexdg.workspace_objects.lists import kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind, Verb
from iexdg.workspace_objects.orders import ChangeIntent, order, shown_name
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write

KINDS = (("positive", "positive"), ("neutral", "neutral"), ("negative", "negative"))


def read_labels(workspace: Workspace, client: InstantlyClient) -> list[Item]:
    """Read the labels of a workspace."""
    del workspace
    return [
        {
            "id": one.remote_id,
            "label": one.label,
            "kind": one.kind,
            "interest": one.interest_status,
            "description": one.description,
        }
        for one in client.lead_labels.list()
    ]


def send(change: ObjectChange, client: InstantlyClient) -> None:
    """Send a change once."""
    lead_labels, values, intent = client.lead_labels, change.values, ChangeIntent(change)
    if change.verb == Verb.CREATE:
        perform_write(
            intent,
            lambda: lead_labels.create(values["label"], values["kind"], description=values["description"] or None),
        )
    elif change.verb == Verb.EDIT:
        wanted = {
            "label": values["label"],
            "interest_status_label": values["kind"],
            "description": values["description"],
        }
        perform_write(intent, lambda: lead_labels.patch(change.remote_id, wanted))
    elif change.verb == Verb.DELETE:
        perform_write(intent, lambda: lead_labels.delete(change.remote_id, reassign_to=values["reassign_to"]))


def read_back(change: ObjectChange, client: InstantlyClient) -> Seen:
    """Read the label.

    Raises: ClientError - it could not be read.
    """
    if change.verb == Verb.CREATE:
        found = [
            one
            for one in client.lead_labels.list(search=change.name)
            if clean_line(one.label or "") == clean_line(change.name)
        ]
        ObjectChange.objects.filter(pk=change.pk, remote_id="").update(remote_id=found[0].remote_id if found else "")
        return Seen.DONE if found else Seen.OTHERWISE
    try:
        label = client.lead_labels.get(change.remote_id)
    except NotFoundError:
        if change.verb == Verb.DELETE:
            return Seen.DONE
        raise
    read = {"label": label.label, "kind": label.kind, "description": label.description or ""}
    is_same = _cleaned(read) == _cleaned(change.values)
    return Seen.DONE if change.verb == Verb.EDIT and is_same else Seen.OTHERWISE


def _cleaned(values: Item) -> Item:
    return {name: clean_text(str(value)) for name, value in values.items()}


HOW = ChangeOf(send=send, read_back=read_back, repeatable=frozenset({Verb.EDIT}))


def create_label(workspace: Workspace, label: str, kind: str, description: str, *, by: Member) -> ObjectChange:
    """Request a label; Instantly chooses its number.

    Raises: NotAllowedError, ObserveModeError; ObjectChangeRefusedError - a label is called so, or nothing of it shows.
        Nothing was recorded.
    """
    label = shown_name(label)
    _refuse_same(workspace, label)
    values = {"label": label, "kind": kind, "description": clean_text(description)}
    return order(workspace, ObjectKind.LABEL, Verb.CREATE, by=by, name=label, values=values)


def edit_label(
    workspace: Workspace, item: Item, label: str, kind: str, description: str, *, by: Member
) -> ObjectChange:
    """Request other words of a label; its number stays. Raises: as `create_label`."""
    label = shown_name(label)
    _refuse_same(workspace, label, but=str(item["id"]))
    values = {"label": label, "kind": kind, "description": clean_text(description)}
    return order(workspace, ObjectKind.LABEL, Verb.EDIT, by=by, name=label, remote_id=str(item["id"]), values=values)


def delete_label(workspace: Workspace, item: Item, reassign_to: int | None, *, by: Member) -> ObjectChange:
    """Request to delete a label. Shapes: reassign_to - the interest that its people get; None: none.

    Raises: as `create_label`.
    """
    values = {"reassign_to": reassign_to}
    name, remote_id = str(item["label"]), str(item["id"])
    return order(workspace, ObjectKind.LABEL, Verb.DELETE, by=by, name=name, remote_id=remote_id, values=values)


def _refuse_same(workspace: Workspace, label: str, *, but: str = "") -> None:
    (found,) = kept(workspace, ObjectKind.LABEL)
    if any(clean_line(str(one["label"])).lower() == label.lower() and one["id"] != but for one in found.items):
        raise ObjectChangeRefusedError(f"There is a label called {label}. Choose another name.")
