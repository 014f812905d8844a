"""The incidents that go-lives open: their texts, the next step, and who is notified."""

from iexdg.incidents.kinds import IncidentKind, NextStep, declare

GO_LIVE_FAILED = declare(
    IncidentKind(
        "go_live_failed",
        label="a go-live did not happen",
        tone="warn",
        next_step=NextStep(
            "Open the go-live: it shows at which step it failed. Fix the cause and request it again.", page="go_live"
        ),
        runbook=(
            "It was approved and then failed: because of drift, a lost answer or observe mode. The campaign is not "
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
            "Read the reason and check the campaign. Pause it if you disagree: pausing needs no agreement.",
            page="go_live",
        ),
        runbook=(
            "An admin approved alone with a typed reason. Every approver is notified whatever they chose. Read the "
            "reason; if you disagree, press **Pause** first and talk then. It is closed with a note of what you found."
        ),
        needs_note="Describe what you found: one person approved alone, and this is the second review.",
        always_email="you could have been the second person",
    )
)
