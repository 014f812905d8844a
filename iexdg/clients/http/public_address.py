"""Connections to public addresses only: the address is checked where it is connected to, so a name cannot change it.

A name is resolved once. What it resolves to is checked, and that very address is connected to, so a name that
answers differently the second time (DNS rebinding) gains nothing. The address of the open connection is checked again
before the first byte is sent.
"""

import ipaddress
import socket
from collections.abc import Collection, Iterable

import httpcore
import httpx

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# An IPv6 address that carries an IPv4 one, which `ipaddress` calls global whatever it carries.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Shared by providers between their customers (RFC 6598); a metadata service of one provider is in it.
_SHARED = ipaddress.IPv4Network("100.64.0.0/10")


class NotPublicError(httpcore.ConnectError):
    """The address is private, loopback, link-local, reserved or a metadata service; nothing was sent."""


def is_public(text: str) -> bool:
    """Whether an IP address belongs to a machine on the public internet.

    Passing: 93.184.216.34.  Failing: 10.0.0.1, 127.0.0.1, 169.254.169.254, ::1, fd00::1, ::ffff:127.0.0.1.
    """
    try:
        address = _innermost(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address) and address in _SHARED:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
    if inner is not None:
        return inner
    # `::a.b.c.d` is obsolete, yet some systems still connect to it.
    if address in _NAT64 or (int(address) >> 32 == 0 and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


class _PublicBackend(httpcore.SyncBackend):
    """Opens connections; refuses what is not public, except hosts that are named."""

    def __init__(self, allowed_hosts: Collection[str]) -> None:
        self._allowed = {_plain(host) for host in allowed_hosts}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers, if every address of the name is public.

        Raises: NotPublicError - one is not; nothing was sent. httpcore.ConnectError, ConnectTimeout.
        """
        if _plain(host) in self._allowed:
            return super().connect_tcp(host, port, timeout, local_address, socket_options)
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for address in _public_addresses(host, port):
            try:
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            peer = stream.get_extra_info("server_addr")
            if not is_public(str(peer[0])):
                stream.close()
                raise NotPublicError("the connection was answered from an address that is not public")
            return stream
        raise failure


def _plain(host: str) -> str:
    """A host as it is compared: "[::1]" and "::1" are one, and so are "Chat.example.com." and "chat.example.com"."""
    return host.lower().strip("[]").rstrip(".")


def _public_addresses(host: str, port: int) -> list[str]:
    """Resolve a name to addresses, all of them public.

    Raises: httpcore.ConnectError - the name is not known. NotPublicError - one address is not public.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpcore.ConnectError("the name is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if any(not is_public(address) for address in addresses):
        raise NotPublicError("the name leads to an address that is not public")
    return addresses


class PublicTransport(httpx.HTTPTransport):
    """The transport of httpx without a proxy of the environment, connecting to public addresses only."""

    def __init__(self, *, allowed_hosts: Collection[str] = ()) -> None:
        super().__init__()
        # httpx passes no network backend on; this replaces the pool that it made.
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_PublicBackend(allowed_hosts)
        )
