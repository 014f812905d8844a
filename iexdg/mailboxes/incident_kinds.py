"""The incidents that mailboxes open: their texts, the next step, and who is notified."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

GONE = declare(
    IncidentKind(
        "mailbox_gone",
        label="a mailbox is no longer at Instantly",
        tone="warn",
        next_step=NextStep(
            "Find out who removed it; the audit log of Instantly may name them. Connect it again if it was a mistake.",
        ),
        runbook=(
            "Instantly no longer lists a mailbox that was not deleted here: someone removed it in Instantly, moved it "
            "to another workspace, or a key of another product did. Its campaigns lost a sender. Look into **Audit**, "
            "*Instantly's*, for who did it. Connect the mailbox again, or resolve the incident with a note where it "
            "was meant. It is resolved automatically once Instantly lists the mailbox again."
        ),
        notified=DECIDERS | {Role.OPERATOR},
    )
)
DISCONNECTED = declare(
    IncidentKind(
        "mailbox_disconnected",
        label="a mailbox disconnected",
        tone="warn",
        next_step=NextStep(
            "Open the mailbox: it shows what its server answered. Connect it again in Instantly, or fix the cause and "
            "press Mark as fixed.",
            link="Open mailbox",
        ),
        runbook=(
            "A mailbox that sent before is refused by its mail server, so its campaigns send less or nothing. The "
            "incident has the server's answer and the campaigns. *Connection error*: the password or the consent "
            "changed, so sign in again in Instantly. *Sending error* and *Soft bounce*: read the answer, often a limit "
            "of the provider; wait, then press **Mark as fixed**. It closes automatically once Instantly reads the "
            "mailbox as working."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)
