"""Recognises a cell that holds an e-mail address, and the name of a column of them; not whether it is valid."""

import re

from iexdg.ui.visible import visible
from leads.importing.cells import plain_text

# No address has these: they separate its parts, or cells.
_NEVER = r"@\s<>()\[\],;:\"|^~¦¬§"
_BARE = rf"[^{_NEVER}]+@[^{_NEVER}/?']+\.[^{_NEVER}/?'.]{{2,}}"
_WITH_NAME = rf"[^<>]{{0,100}}<\s*(?:mailto:)?{_BARE}\s*>[;,]?"
_ADDRESS = re.compile(rf"['\"]?(?:mailto:)?{_BARE}(?:\?\S*)?['\",;.]?|{_WITH_NAME}", re.IGNORECASE)
# A name that means e-mail, in the languages that exports come in.
_MEANS_EMAIL = re.compile(
    r"e-?\s?mail|\bmail\b|mailadres|correo|courriel|adres.?mail|почт|мейл|имейл|メール|邮|郵|信箱|이메일|메일|بريد|אימייל|דוא|อีเมล"
    r"|sähköposti|e-?post\b|email|epasts|paštas",
    re.IGNORECASE,
)
_LONGEST_NAME = 80


def holds_address(cell: str) -> bool:
    """Whether a cell is one address, alone or with its display name.

    Passing: "Ann <ann@example.com>", "mailto:ann@example.com".  Failing: "write to ann@example.com".
    """
    return "@" in cell and len(cell) < 500 and _ADDRESS.fullmatch(plain_text(cell)) is not None


def is_name_of_email(cell: str) -> bool:
    """Whether a cell can be the name of a column of addresses: "Work e-mail", "メール"."""
    name = visible(cell).strip()
    return len(name) <= _LONGEST_NAME and len(name.split()) <= 6 and _MEANS_EMAIL.search(name) is not None
