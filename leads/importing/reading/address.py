"""Recognises a cell that holds an e-mail address, and the name of a column of them; not whether it is valid."""

import re

from iexdg.ui.visible import visible
from leads.importing.cells import plain_text

# No address has these: they separate its parts, or cells.
_NEVER = r"@\s<>()\[\],;:\"|^~¦¬§"
_BARE = rf"[^{_NEVER}]+@[^{_NEVER}/?']+\.[^{_NEVER}/?'.]{{2,}}"
_WITH_NAME = rf"[^<>]{{0,100}}<\s*(?:mailto:)?{_BARE}\s*>[;,]?"
_ADDRESS = re.compile(rf"['\"]?(?:mailto:)?{_BARE}(?:\?\S*)?['\",;.]?|{_WITH_NAME}", re.IGNORECASE)
# What a link is written with: in mails and pages, in Markdown, in a formula.
_LINKS = ("mailto:", "](", "<a ", "hyperlink(")
# As Access exports one: the words, the link and its part, with a hash behind each.
_LINK_OF_ACCESS = re.compile(r"[^#]*#(?:(?:mailto:|https?://)[^#]*#?|[^#]*@[^#]*#)[^#]*", re.IGNORECASE)
ADDRESS_LIKE = re.compile(r"""[^\s<>;,|/"'()\[\]@:]+@[^\s<>;,|/"'()\[\]@?#]+\.[^\s<>;,|/"'()\[\]@?#]+""")
# A name that means e-mail, in the languages that exports come in.
_MEANS_EMAIL = re.compile(
    r"e-?\s?mail|\bmail\b|mailadres|correo|courriel|adres.?mail|почт|мейл|имейл|メール|邮|郵|信箱|이메일|메일|بريد|אימייל|דוא|อีเมล"
    r"|sähköposti|e-?post\b|email|epasts|paštas",
    re.IGNORECASE,
)
_LONGEST_NAME = 80
_LONGEST_CELL = 500


def linked_address(text: str) -> str:
    """The address of a cell that holds it as a link, once or several times; "" for another cell.

    Passing: "[ann@example.com](mailto:ann@example.com)", "Ann#mailto:ann@example.com#".
    Failing: "[ann@example.com](mailto:bob@example.com)", "write to ann@example.com".
    """
    is_of_access = "#" in text and _LINK_OF_ACCESS.fullmatch(text) is not None
    lower = text.lower()
    if not is_of_access and not any(sign in lower for sign in _LINKS):
        return ""
    found = set(ADDRESS_LIKE.findall(lower.replace("#", " ") if is_of_access else lower))
    return found.pop() if len(found) == 1 else ""


def holds_address(cell: str) -> bool:
    """Whether a cell is one address, alone or with its display name.

    Passing: "Ann <ann@example.com>", "mailto:ann@example.com", "[Ann](mailto:ann@example.com)".
    Failing: "write to ann@example.com".
    """
    if "@" not in cell or len(cell) >= _LONGEST_CELL:
        return False
    text = plain_text(cell)
    return _ADDRESS.fullmatch(text) is not None or bool(linked_address(text))


def is_name_of_email(cell: str) -> bool:
    """Whether a cell can be the name of a column of addresses: "Work e-mail", "メール"."""
    name = visible(cell).strip()
    return len(name) <= _LONGEST_NAME and len(name.split()) <= 6 and _MEANS_EMAIL.search(name) is not None
