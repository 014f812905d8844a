"""Who is at the other end of a request: headers of a proxy are believed from proxies that are named, and no others."""

import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_PEER = "REMOTE_ADDR"
_FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
_FORWARDED_PROTO = "HTTP_X_FORWARDED_PROTO"


class ClientAddressMiddleware:
    """Puts the client's address into REMOTE_ADDR, and takes away the headers that anyone could have written.

    X-Forwarded-For counts only where the peer is one of TRUSTED_PROXIES; the client is then its right-most address
    that is not a trusted proxy. X-Forwarded-Proto counts under the same condition.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded_for = _words(request.META.pop(_FORWARDED_FOR, ""))
        protocols = _words(request.META.pop(_FORWARDED_PROTO, ""))
        networks = _networks(tuple(settings.TRUSTED_PROXIES))
        peer = _address(request.META.get(_PEER, ""))
        if peer is not None and _is_in(peer, networks):
            client, hops = _client_behind(peer, forwarded_for, networks)
            request.META[_PEER] = str(client)
            if protocols:
                # Each proxy adds its own at the right, as with the addresses.
                request.META[_FORWARDED_PROTO] = protocols[max(0, len(protocols) - hops)].lower()
        elif peer is not None:
            request.META[_PEER] = str(peer)
        return self.get_response(request)


def _client_behind(peer: Address, forwarded_for: Sequence[str], networks: Sequence[Network]) -> tuple[Address, int]:
    """The right-most address that is not a trusted proxy, and how many proxies stand before it.

    An entry that is no address ends the search: what is left of it was written by someone who is not trusted.
    """
    nearest, hops = peer, 1
    for word in reversed(forwarded_for):
        address = _address(word)
        if address is None:
            break
        nearest = address
        if not _is_in(address, networks):
            break
        hops += 1
    return nearest, hops


def _words(header: str) -> list[str]:
    return [word.strip() for word in header.split(",") if word.strip()]


def _address(word: str) -> Address | None:
    """Read an address as proxies write it: with a port, in brackets, with a zone, or as IPv4 inside of IPv6."""
    text = word.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


@lru_cache(maxsize=8)
def _networks(words: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(word, strict=False) for word in words)
