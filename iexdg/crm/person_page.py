"""What the CRM's ledger stores of a person is erased with them."""

from collections.abc import Mapping

from iexdg.crm.models import LedgerEntry
from iexdg.workspaces.models import Workspace
from leads.person import erases


@erases
def erase(workspace: Workspace, email: str) -> Mapping[str, int]:
    """Delete the entries about an address; what is in the CRM itself is deleted there."""
    number, _ = LedgerEntry.objects.filter(workspace=workspace, lead=email.lower()).delete()
    return {"entries of the CRM ledger": number} if number else {}
