"""Finds headings between the lines of a table that leave out the people below them: "Do not contact:". Pure."""

from collections.abc import Sequence

from leads.importing import reasons
from leads.importing.cells import plain_text
from leads.importing.farewells import is_status_farewell
from leads.importing.mark_columns import is_negated, meaning_of_name
from leads.importing.marks import (
    BOUNCED,
    CONSENT,
    DO_NOT_MAIL,
    INVALID,
    SUBSCRIBED,
    UNSUBSCRIBED,
    is_good,
    status_reason,
)
from leads.importing.names import keys_of, plain_key

_LONGEST_HEADING = 80
_REASON_OF = {
    UNSUBSCRIBED: reasons.MARKED_UNSUBSCRIBED,
    DO_NOT_MAIL: reasons.MARKED_DO_NOT_MAIL,
    BOUNCED: reasons.MARKED_BOUNCED,
    INVALID: reasons.MARKED_INVALID,
}
# As a heading these can mean nothing else.
_LEFT_OUT = keys_of("exclude excluded exclusion exclusions removed remove donotuse")


class MarkedSections:
    """Follows the records below a header in their order: a heading counts up to one that says the opposite.

    A heading fills the first cell alone, or with a number, in a line without an address.
    """

    def __init__(self, mark_places: Sequence[int]) -> None:
        """Begin at the first row of the table. Shapes: mark_places - where a lonely word is no heading but a mark."""
        self._mark_places = frozenset(mark_places)
        self.reason = ""
        self.detail = ""

    def is_heading(self, line: int, cells: Sequence[str]) -> bool:
        """Whether the next record is such a heading; `reason` and `detail` are those of the lines below it."""
        text = "" if "@" in "".join(cells) else self._heading(cells)
        if not text:
            return False
        found = reason_of_heading(text)
        if found:
            self.reason, self.detail = found, f"below “{text}” on line {line:,}"
        elif self.reason and _says_the_opposite(text):
            self.reason = self.detail = ""
        return bool(found)

    def _heading(self, cells: Sequence[str]) -> str:
        filled = [(place, text) for place, cell in enumerate(cells) if (text := plain_text(cell))]
        if not filled or filled[0][0] != 0 or 0 in self._mark_places or len(filled[0][1]) > _LONGEST_HEADING:
            return ""
        return filled[0][1] if len(filled) == 1 or (len(filled) == 2 and filled[1][1].isdecimal()) else ""


def reason_of_heading(text: str) -> str:
    """The reason that a heading gives for leaving out the lines below it; "" if it gives none.

    Passing: "UNSUBSCRIBED - DO NOT MAIL", "Bounces 2024", "Excluded:".  Failing: "Not unsubscribed", "Page 2".
    """
    meaning = "" if is_negated(text) else meaning_of_name(text)
    if meaning in _REASON_OF or is_status_farewell(text):
        return status_reason(text) or _REASON_OF.get(meaning, reasons.MARKED_DO_NOT_MAIL)
    return reasons.MARKED_DO_NOT_MAIL if plain_key(text) in _LEFT_OUT else ""


def _says_the_opposite(text: str) -> bool:
    return is_good(text) or meaning_of_name(text) in {SUBSCRIBED, CONSENT}
