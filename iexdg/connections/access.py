"""How to reach one workspace: address, key and gateway. Held in memory only."""

from dataclasses import dataclass, field

from django.utils.crypto import salted_hmac

from iexdg.connections.models import Transport


@dataclass(frozen=True)
class Access:
    """What a client needs to reach Instantly.

    Shapes: base_url - Instantly's, or the Maton gateway's; key_source - sandbox, file, environment or stored;
        maton_connection - the id at Maton, "" for direct; digest - 64 characters that name this connection.
    """

    base_url: str
    api_key: str = field(repr=False)
    key_source: str
    is_sandbox: bool
    digest: str
    transport: str = Transport.DIRECT
    maton_connection: str = ""


def digest_of(base_url: str, api_key: str, maton_connection: str = "") -> str:
    """Return a keyed digest of a connection, 64 characters: equal for equal ones, and reveals nothing else."""
    parts = [base_url, api_key, *([maton_connection] if maton_connection else [])]
    return salted_hmac("iexdg.connections", "\n".join(parts), algorithm="sha256").hexdigest()
