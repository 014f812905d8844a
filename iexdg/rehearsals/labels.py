"""Why people are left out of a rehearsal, in words. Pure."""

from iexdg.rehearsals import people, report
from leads.importing.people import labels_of

_OWN = {**people.LABELS, **report.LABELS}


def reason_words(reason: str) -> str:
    """The words of a reason."""
    return _OWN.get(reason) or labels_of([reason])[reason]
