"""The addresses that Instantly and the Maton gateway are reached at: what is offered, and what is accepted."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from iexdg.clients.instantly.client import BASE_URL, PREFIX
from iexdg.clients.maton import HOSTS, hosts_of
from iexdg.connections.errors import AddressError
from iexdg.connections.models import Transport

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Preset:
    """A known way to Instantly, as it is offered."""

    code: str
    label: str
    transport: str
    base_url: str


def presets() -> list[Preset]:
    """Return the ways that are offered; those of the sandbox only where it is used."""
    found = [
        Preset("instantly", "Instantly", Transport.DIRECT, BASE_URL),
        Preset("maton", "Maton", Transport.MATON, HOSTS["new"].gateway),
        Preset("maton-old", "Maton, hosts until April 2026", Transport.MATON, HOSTS["old"].gateway),
    ]
    if settings.USES_SANDBOX:
        sandbox = settings.INSTANTLY_BASE_URL.rstrip("/")
        found += [
            Preset("sandbox", "Sandbox", Transport.DIRECT, sandbox),
            Preset("sandbox-maton", "Sandbox, its Maton gateway", Transport.MATON, f"{sandbox}/maton"),
        ]
    return found


def default_base_url(transport: str) -> str:
    """Return the address that is used where none is given."""
    if transport == Transport.MATON:
        return str(settings.MATON_BASE_URL)
    return str(settings.INSTANTLY_BASE_URL) if settings.USES_SANDBOX else BASE_URL


def checked_base_url(transport: str, base_url: str) -> str:
    """Return an address in the one form in which it is stored: the root, without the API's own path.

    Raises: AddressError - it cannot be one: no https (but for this machine and the sandbox), or with more in it.
    """
    address = base_url.strip().rstrip("/")
    try:
        parts = urlsplit(address)
        is_odd = bool(parts.username or parts.password or parts.query or parts.fragment or not parts.hostname)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and _may_be_http(parts.hostname or "", address))
    except ValueError:
        is_odd, is_safe = True, False
    if is_odd or not is_safe:
        raise AddressError("This is no address of an API: it begins with https:// and holds a host, and no key.")
    return hosts_of(address).gateway if transport == Transport.MATON else address.removesuffix(PREFIX)


def is_sandbox_address(base_url: str) -> bool:
    """Whether an address leads to the sandbox that the product uses: nothing is sent from there."""
    return bool(settings.USES_SANDBOX) and _origin(base_url) == _origin(settings.INSTANTLY_BASE_URL)


def is_known_address(base_url: str) -> bool:
    """Whether an address is a preset or stands in the environment; any other must be a public one."""
    known = {preset.base_url for preset in presets()} | {settings.INSTANTLY_BASE_URL, settings.MATON_BASE_URL}
    return _origin(base_url) in {_origin(one) for one in known}


def _may_be_http(host: str, address: str) -> bool:
    return host in _LOOPBACK or is_sandbox_address(address)


def _origin(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.netloc.lower()
