"""The incidents that blueprints open: their texts, the next step, and who is notified."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

WRITE_UNKNOWN = declare(
    IncidentKind(
        "blueprint_write_unknown",
        label="what a blueprint changed is not known",
        tone="warn",
        next_step=NextStep(
            "Check that Instantly answers. The campaign is read every minute; do not create it a second time.",
            link="Open campaign",
        ),
        runbook=(
            "A blueprint created or changed a campaign, and Instantly cannot be read since, so nobody knows whether it "
            "did. It is read again every minute and closes automatically once it was read. Nothing is sent again: a "
            "second request could make a second campaign. If it lasts, look into **Settings**, *Workspace*, for why "
            "Instantly does not answer, and open the campaign in Instantly's own app."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)
