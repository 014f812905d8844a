"""What the CRM's ledger stores of a person is erased with them."""

from collections.abc import Mapping

from django.db.models import Q

from iexdg.crm.models import LedgerEntry, UnmatchedReply
from iexdg.workspaces.models import Workspace
from leads.person import deleted, erases


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Delete the entries about an address; what is in the CRM itself is deleted there."""
    address = email.lower()
    number = deleted(LedgerEntry.objects.filter(workspace=workspace, lead=address))
    theirs = Q(address=address) | Q(lead=address)
    replies = deleted(UnmatchedReply.objects.filter(theirs, workspace=workspace))
    counted = {"entries of the CRM ledger": number, "unmatched replies": replies}
    return {name: count for name, count in counted.items() if count}
