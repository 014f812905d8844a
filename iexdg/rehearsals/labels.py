"""Why people are left out of a rehearsal, in words. Pure."""

from iexdg.rehearsals import people, report
from leads.importing.people import labels_of

_OWN = {**people.LABELS, **report.LABELS}


def reason_words(reason: str, why_nothing: str = "") -> str:
    """The words of a reason. Shapes: why_nothing - a sentence where nobody at all gets an e-mail, else ""."""
    if reason == report.NOT_REACHED and why_nothing:
        return f"{_OWN[reason]}: {why_nothing[:1].lower()}{why_nothing[1:].rstrip('.')}"
    return _OWN.get(reason) or labels_of([reason])[reason]
