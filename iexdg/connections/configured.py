"""The connection that the settings name: base URL and key. The key is held in memory only."""

from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.crypto import salted_hmac

from iexdg.clients.instantly.keyfile import read_key_file


@dataclass(frozen=True)
class Connection:
    """How to reach Instantly, and with which key."""

    base_url: str
    api_key: str = field(repr=False)
    key_source: str
    is_sandbox: bool

    @property
    def digest(self) -> str:
        """A keyed digest of base URL and key, 64 characters: equal for equal connections, and reveals nothing else."""
        return salted_hmac("iexdg.connections", f"{self.base_url}\n{self.api_key}", algorithm="sha256").hexdigest()


def configured_connection() -> Connection:
    """Read the connection from the settings (environment or key file).

    Raises: KeyFileError - the file named cannot be used.
    """
    if settings.USES_SANDBOX:
        return Connection(settings.INSTANTLY_BASE_URL, settings.SANDBOX_API_KEY, "sandbox", is_sandbox=True)
    if settings.INSTANTLY_API_KEY_FILE:
        key = read_key_file(Path(settings.INSTANTLY_API_KEY_FILE))
        return Connection(settings.INSTANTLY_BASE_URL, key, "file", is_sandbox=False)
    return Connection(settings.INSTANTLY_BASE_URL, settings.INSTANTLY_API_KEY, "environment", is_sandbox=False)
