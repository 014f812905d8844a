"""The kinds of incidents. Each app declares its own in its module `incident_kinds`; this registry holds all of them.

Everything that differs between kinds is in its declaration: words, urgency, what to do, who is notified. A row whose
kind is no longer declared is shown by its code and can be resolved.
"""

from dataclasses import dataclass
from typing import Literal

from iexdg.team.roles import Role

DECIDERS = frozenset({Role.APPROVER, Role.ADMIN})


@dataclass(frozen=True)
class NextStep:
    """What to do first.

    Shapes: link - words of the link to the page where it is done, for a kind that closes automatically;
        page - name of that page (iexdg/ui/addresses.py), empty where it is the page of what the incident is about.
    """

    text: str
    link: str = ""
    page: str = ""


@dataclass(frozen=True)
class IncidentKind:
    """A kind of incident, and everything the product says and does about it.

    Shapes: code - stored in the row and part of addresses, at most 32 characters; label - completes "Incident: …";
        tone - "bad" where unapproved e-mails may be leaving, or no one would notice, "warn" for the rest;
        runbook - one Markdown paragraph; closes_itself - it ends with its cause, or by a verb of its own, and no note
        closes it; needs_note - the message when it is resolved without a note, empty where no note is needed;
        notified - the roles that are notified unless a member chose otherwise; always_email - why members of these
        roles cannot turn the e-mail off, empty where they can.
    """

    code: str
    label: str
    tone: Literal["bad", "warn"]
    next_step: NextStep
    runbook: str
    closes_itself: bool = False
    needs_note: str = ""
    notified: frozenset[Role] = DECIDERS
    always_email: str = ""

    def __str__(self) -> str:
        """Return the code: a query that is handed a kind instead of its code must not silently find nothing."""
        return self.code


_declared: dict[str, IncidentKind] = {}


def declare(kind: IncidentKind) -> IncidentKind:
    """Add a kind to the registry and return it.

    Raises: ValueError - its code is taken.
    """
    if _declared.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"the incident kind {kind.code!r} is declared twice")
    return kind


def declared_kinds() -> tuple[IncidentKind, ...]:
    """Return every kind, app by app, each in the order of its declarations."""
    return tuple(_declared.values())


def kind_of(code: str) -> IncidentKind:
    """Return the kind of a row; one that is no longer declared has its code as its label."""
    return _declared.get(code) or _undeclared(code)


def _undeclared(code: str) -> IncidentKind:
    step = NextStep("Check the campaign, then close the incident with a note.")
    return IncidentKind(code, label=code, tone="warn", next_step=step, runbook="")
