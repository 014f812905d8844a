"""The connection that the settings name: base URL and key. It is the default, and has no row."""

from pathlib import Path

from django.conf import settings

from iexdg.clients.instantly.keyfile import read_key_file
from iexdg.connections.access import Access, digest_of


def configured_connection() -> Access:
    """Read the connection from the settings (environment or key file).

    Raises: KeyFileError - the file named cannot be used.
    """
    if settings.USES_SANDBOX:
        return _access(settings.SANDBOX_API_KEY, "sandbox")
    if settings.INSTANTLY_API_KEY_FILE:
        return _access(read_key_file(Path(settings.INSTANTLY_API_KEY_FILE)), "file")
    return _access(settings.INSTANTLY_API_KEY, "environment")


def _access(key: str, source: str) -> Access:
    base_url: str = settings.INSTANTLY_BASE_URL
    return Access(base_url, key, source, is_sandbox=source == "sandbox", digest=digest_of(base_url, key))
