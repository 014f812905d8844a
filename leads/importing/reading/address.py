"""Recognises a cell that holds an e-mail address, as people and programs write it; not whether it is valid."""

import re

from leads.importing.cells import plain_text

_BARE = r"[^@\s<>()\[\],;:\"|]+@[^@\s<>()\[\],;:\"|/?']+\.[^@\s<>()\[\],;:\"|/?'.]{2,}"
_WITH_NAME = rf"[^<>]{{0,100}}<\s*(?:mailto:)?{_BARE}\s*>[;,]?"
_ADDRESS = re.compile(rf"['\"]?(?:mailto:)?{_BARE}(?:\?\S*)?['\",;.]?|{_WITH_NAME}", re.IGNORECASE)


def holds_address(cell: str) -> bool:
    """Whether a cell is one address, alone or with its display name.

    Passing: "Ann <ann@example.com>", "mailto:ann@example.com".  Failing: "write to ann@example.com".
    """
    return "@" in cell and len(cell) < 500 and _ADDRESS.fullmatch(plain_text(cell)) is not None
