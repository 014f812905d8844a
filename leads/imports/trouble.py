"""What an import does when its rows cannot be stored: it stops with the reason, and continues where it stopped.

While the reason itself cannot be stored, the page has it from the cache, and the worker tries again every few seconds.
"""

from django.core.cache import caches
from django.db import DatabaseError
from redis import RedisError

from iexdg.operations.storage import StorageTrouble
from leads.events import log
from leads.importing.stage import stop_check
from leads.lease import Lease
from leads.models import Import, ImportState

# Renewed by each try; gone soon after storing works again.
_SHOWN_FOR_S = 30


def stop_for(import_pk: int, lease: Lease, trouble: StorageTrouble) -> bool:
    """Stop an import because nothing can be stored; False where not even that can be."""
    try:
        imported = Import.objects.get(pk=import_pk)
        if imported.state == ImportState.CHECKING:
            stop_check(imported, f"{_words(trouble)}, then check it.")
        elif imported.state in {ImportState.VERIFYING, ImportState.LOADING}:
            reason = f"{_words(trouble)}, then resume."
            lease.stop(expected=imported.state, reason=reason)
            log(imported, reason, "bad")
    except DatabaseError:
        show(import_pk, trouble)
        return False
    return True


def show(import_pk: int, trouble: StorageTrouble) -> None:
    """Show why an import does not get on, where that cannot be stored."""
    try:
        caches["shared"].set(_key(import_pk), f"{_words(trouble)}; it continues then.", timeout=_SHOWN_FOR_S)
    except (RedisError, OSError):
        return


def trouble_of(imported: Import) -> str:
    """Why a running import does not get on, where that cannot be stored; "" where it can."""
    try:
        found: str = caches["shared"].get(_key(imported.pk), "")
    except (RedisError, OSError):
        return ""
    return found


def _words(trouble: StorageTrouble) -> str:
    return f"Nothing could be stored: {trouble.cause}. {trouble.remedy.capitalize()}"


def _key(import_pk: int) -> str:
    return f"import-trouble:{import_pk}"
