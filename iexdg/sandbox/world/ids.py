"""Identifiers that are the same for the same seed and grow with every record made."""

from functools import lru_cache
from hashlib import blake2b

# An arbitrary first millisecond, so that identifiers look like the vendor's UUIDv7 without depending on the clock.
_FIRST_MS = 0x0199_0000_0000
_FIRST_S = 0x6A00_0000


def ordered_uuid(seed: int, number: int) -> str:
    """Return the number-th identifier of a world; later ones sort after earlier ones.

    Source: leads/list is ordered by id, which is chronological (OpenAPI, listLeads).
    """
    noise = int.from_bytes(blake2b(f"{seed}:{number}".encode(), digest_size=10).digest())
    value = ((_FIRST_MS + number) << 80) | noise
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def uuid_of(text: str) -> str:
    """Return the identifier that follows from a text: the same for the same text, in the form of a UUIDv8."""
    digits = blake2b(text.encode(), digest_size=16).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def ordered_hex(seed: int, number: int) -> str:
    """Return the number-th job id of a world: 24 hexadecimal digits; later ones sort after earlier ones.

    Source: instantly-facts.md §1, Ids.
    """
    return f"{_FIRST_S + number:08x}{blake2b(f'{seed}:job:{number}'.encode(), digest_size=8).hexdigest()}"


@lru_cache(maxsize=65_536)
def share_of(seed: int, text: str) -> float:
    """Return a number in 0-1 that is the same for the same seed and text."""
    return int.from_bytes(blake2b(f"{seed}:{text}".encode(), digest_size=6).digest()) / float(1 << 48)
