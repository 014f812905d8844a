"""What rehearsals keep of a person: the e-mails of a few people, which are erased with them."""

from collections.abc import Mapping

from iexdg.rehearsals.models import Rehearsal
from iexdg.workspaces.models import Workspace
from leads.person import erases


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Take the e-mails to an address out of every rehearsal; its figures hold no address."""
    number = 0
    for row in Rehearsal.objects.filter(workspace=workspace).exclude(samples=[]).only("samples"):
        kept = [one for one in row.samples if one["email"] != email]
        if len(kept) < len(row.samples):
            Rehearsal.objects.filter(pk=row.pk).update(samples=kept)
            number += 1
    return {"rehearsals": number}
