"""Identifiers that are the same for the same seed and grow with every record made."""

import uuid
from hashlib import blake2b

# An arbitrary first millisecond, so that identifiers look like the vendor's UUIDv7 without depending on the clock.
_FIRST_MS = 0x0199_0000_0000


def ordered_uuid(seed: int, number: int) -> str:
    """Return the number-th identifier of a world; later ones sort after earlier ones.

    Source: leads/list is ordered by id, which is chronological (OpenAPI, listLeads).
    """
    noise = int.from_bytes(blake2b(f"{seed}:{number}".encode(), digest_size=10).digest())
    value = ((_FIRST_MS + number) << 80) | noise
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def share_of(seed: int, text: str) -> float:
    """Return a number in 0-1 that is the same for the same seed and text."""
    return int.from_bytes(blake2b(f"{seed}:{text}".encode(), digest_size=6).digest()) / float(1 << 48)
