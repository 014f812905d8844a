"""The secrets that this app stores, for the command that encrypts them with the newest key."""

from iexdg.connections.credentials import renewed
from iexdg.connections.rotation import declare_secrets
from iexdg.crm.models import CrmConnection


def rotate() -> int:
    """Encrypt every token anew with the newest of FIELD_KEYS, in the caller's transaction; return how many.

    Raises: NoFieldKeysError; UnreadableKeyError - one was encrypted with a key that is not there.
    """
    count = 0
    for row in CrmConnection.objects.select_for_update().filter(disconnected_at=None).exclude(credential=""):
        refresh = renewed(row.refresh_credential) if row.refresh_credential else ""
        tokens = CrmConnection.objects.filter(pk=row.pk)
        tokens.update(credential=renewed(row.credential), refresh_credential=refresh)
        count += 2 if refresh else 1
    return count


declare_secrets(rotate)
