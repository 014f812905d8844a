"""The incident that placement tests open: its texts, the next step, and who is notified."""

from iexdg.incidents.kinds import IncidentKind, NextStep, declare

PLACEMENT_PAUSE_UNCONFIRMED = declare(
    IncidentKind(
        "placement_pause_unconfirmed",
        label="a pause of a placement test is not confirmed",
        tone="bad",
        next_step=NextStep(
            "Pause it in Instantly's own app now. It is done once it reads back as paused.",
            link="Open placement test",
        ),
        runbook=(
            "The pause was sent, but Instantly does not read back as paused, or cannot be read. A placement test sends "
            "real e-mails from your mailboxes to seed addresses. Pause it in Instantly's own app now. It is retried "
            "for 15 minutes; after that press **Pause** on its page to try again. It closes automatically once it "
            "reads back as paused, completed or deleted, or once someone resumes it."
        ),
        closes_itself=True,
    )
)
