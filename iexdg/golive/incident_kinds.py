"""The incidents that go-lives open: what each says, what to do about it, and who is notified."""

from iexdg.incidents.kinds import IncidentKind, NextStep, declare

GO_LIVE_FAILED = declare(
    IncidentKind(
        "go_live_failed",
        label="a go-live did not happen",
        tone="warn",
        next_step=NextStep(
            "Open the go-live: it says at which step it ended. Fix the cause and request it again.", page="go_live"
        ),
        runbook=(
            "It was approved and then something refused: a drift, a lost answer, observe mode. The campaign is not "
            "active. Fix the cause that the incident names and request it again."
        ),
    )
)

BREAK_GLASS = declare(
    IncidentKind(
        "break_glass",
        label="one person approved alone",
        tone="bad",
        next_step=NextStep(
            "Read the reason and look at the campaign. Pause it if you disagree: pausing needs nobody's agreement.",
            page="go_live",
        ),
        runbook=(
            "An admin used the emergency way with a typed reason. Every approver is notified whatever they chose. Read "
            "the reason; if you disagree, press **Pause** first and talk then. It is closed with a note of what you "
            "found."
        ),
        needs_note="Say what you found: one person approved alone, and this is the second look.",
        always_email="you could have been the second person",
    )
)
