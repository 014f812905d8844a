"""The incidents that imports open: their texts, the next step, and who is notified."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

UNRECONCILED = declare(
    IncidentKind(
        "unreconciled",
        label="a load does not add up",
        tone="warn",
        next_step=NextStep(
            "Open the import: it lists the batch that does not add up. Go-live stays locked until it does; nothing is "
            "sent again automatically."
        ),
        runbook=(
            "Instantly's accounting and ours differ, or an answer was lost. Go-live stays locked. Open the import, "
            "check the batch, download the failed rows and search for them in Instantly. Nothing is sent again by "
            "itself."
        ),
        notified=DECIDERS | {Role.OPERATOR},
    )
)

CANARY_WAITING = declare(
    IncidentKind(
        "canary_waiting",
        label="a canary waits for a person",
        tone="warn",
        next_step=NextStep(
            "Open the import and check the outcome of the first people. Load the rest, or stop the import.",
            link="Open import",
        ),
        runbook=(
            "Either one of the first people bounced, or none did and the import was set to ask. Open the import and "
            "check who bounced. A bounce among a handful means that the list is bad. A canary that passed is loaded "
            "with **Resume**; before that only an approver loads the rest, with a reason."
        ),
        closes_itself=True,
    )
)
