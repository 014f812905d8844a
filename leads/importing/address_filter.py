"""Remembers in a few megabytes which addresses were seen; "perhaps" can be wrong, "no" never is. Pure."""

from collections.abc import Iterable

# 2**24 bits are 2 MB: of a million different addresses one in thirty is asked about in vain.
_BITS = 1 << 24


class AddressFilter:
    """A set of addresses of which only a bit each is kept."""

    def __init__(self) -> None:
        self._bits = bytearray(_BITS // 8)

    def perhaps(self, addresses: Iterable[str]) -> set[str]:
        """Those that may have been seen before, and remember all of them; the others were certainly not seen."""
        known, bits = set(), self._bits
        for address in addresses:
            place = hash(address) % _BITS
            if bits[place >> 3] & (1 << (place & 7)):
                known.add(address)
            else:
                bits[place >> 3] |= 1 << (place & 7)
        return known
