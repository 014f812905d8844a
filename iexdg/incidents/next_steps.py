"""What to do about each kind of incident, in one or two sentences; pure words. docs/runbook.md says more."""

from iexdg.incidents.models import IncidentKind

NEXT_STEPS: dict[str, str] = {
    IncidentKind.FLIP: (
        "Look at the seconds it took and at what was sent meanwhile. The campaign is paused: resume the import, or "
        "request the go-live."
    ),
    IncidentKind.UNAPPROVED_ACTIVE: (
        "Find out who started it. If it is meant to send, request its go-live; otherwise it stays paused."
    ),
    IncidentKind.DRIFT: (
        "Read what differs. If the change is meant, request the go-live again; otherwise change it back in Instantly."
    ),
    IncidentKind.AUDIENCE_GROWTH: (
        "Find out where the leads came from. Request the go-live again for the larger audience, or take them out."
    ),
    IncidentKind.GUARDRAIL: (
        "Mend what tripped it before anything else. Then an approver acknowledges the trip with a reason, and the "
        "campaign can go live again."
    ),
    IncidentKind.WATCHER_SILENT: (
        "Run `manage.py doctor` and look whether worker and beat run. Until it looks again nothing shown is sure."
    ),
    IncidentKind.KILL_SWITCH: (
        "Look at the confirmed times: whatever is not confirmed is paused by hand in Instantly. An approver lifts the "
        "switch with a reason once the cause is gone."
    ),
    IncidentKind.PAUSE_UNCONFIRMED: (
        "Pause it in Instantly's own app now. It is tried again here; it is done when it reads as paused."
    ),
    IncidentKind.UNRECONCILED: (
        "Open the import: it lists the batch that does not add up. Go-live stays locked until it does; nothing is sent "
        "again by itself."
    ),
    IncidentKind.GO_LIVE_FAILED: (
        "Open the go-live: it says at which step it ended. Mend the cause and request it again."
    ),
    IncidentKind.BREAK_GLASS: (
        "Read the reason and look at the campaign. Pause it if you disagree: pausing needs nobody's agreement."
    ),
    IncidentKind.GO_LIVE_REQUESTED: (
        "Open the go-live, read the preflight and what happens if you approve, then approve or reject. It closes by "
        "itself with the decision."
    ),
    IncidentKind.ADOPTION: (
        "Open the campaign and adopt it as it is, or pause it. Until somebody decides it goes on sending."
    ),
    IncidentKind.CANARY_WAITING: (
        "Open the import and look at what became of the first people. Load the rest, or stop the import."
    ),
    IncidentKind.UNREADABLE: (
        "Run `manage.py doctor`, and look at the campaign in Instantly. Pause it there if it must not send."
    ),
}

_URGENT = frozenset(
    {
        IncidentKind.FLIP,
        IncidentKind.UNAPPROVED_ACTIVE,
        IncidentKind.GUARDRAIL,
        IncidentKind.WATCHER_SILENT,
        IncidentKind.KILL_SWITCH,
        IncidentKind.PAUSE_UNCONFIRMED,
        IncidentKind.ADOPTION,
        IncidentKind.UNREADABLE,
        IncidentKind.BREAK_GLASS,
    }
)


def next_step(kind: str) -> str:
    """Return what to do first; a kind nobody wrote about gets the runbook's own advice."""
    return NEXT_STEPS.get(kind, "Look at the campaign, then close the incident with a note.")


def tone_of(kind: str) -> str:
    """Return "bad" where mail may go out that must not, or nobody would notice; "warn" for the rest."""
    return "bad" if kind in _URGENT else "warn"
