"""The incidents of the connection to GoHighLevel and of its ledger."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

CRM_TOKEN = declare(
    IncidentKind(
        "crm_token",
        label="GoHighLevel refuses the token",
        tone="warn",
        next_step=NextStep("Connect the location again on the page CRM.", link="Open CRM", page="crm"),
        runbook=(
            "The token of the location was revoked, has expired or belongs to another location, so nothing reaches the "
            "CRM. Nothing is lost: every reply is in the ledger and waits. Make a new token at GoHighLevel, or sign in "
            "again, and connect it on the page **CRM**; press **Check again** where the token is in the environment. "
            "The backlog is sent by itself then, in order, and the incident closes."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)

CRM_BACKLOG = declare(
    IncidentKind(
        "crm_backlog",
        label="replies wait for the CRM",
        tone="warn",
        next_step=NextStep(
            "Read the errors of the ledger: they say what it waits for.", link="Open ledger", page="crm-ledger"
        ),
        runbook=(
            "An action of an active automation has waited for more than 15 minutes. The **Ledger** shows the error of "
            "each. HTTP 429: the limit of the location is used up, until the next day at most. HTTP 500 and timeouts: "
            "GoHighLevel has a fault; each row is tried again, at the latest every ten minutes, and after 15 minutes a "
            "person may press **Leave out**, so that the later ones of the contact go on. No error at all: the "
            "workspace is in observe mode, the kill switch is on, or the workers do not run, which `manage.py doctor` "
            "shows. The incident closes by itself once nothing is that old."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)

CRM_FAILED = declare(
    IncidentKind(
        "crm_failed",
        label="actions in the CRM wait for a person",
        tone="warn",
        next_step=NextStep(
            "Look at each entry in the CRM, then replay it or leave it out.", link="Open ledger", page="crm-ledger"
        ),
        runbook=(
            "An action was refused, or its answer was lost and no reading tells whether it was carried out: adding "
            "to a workflow or notifying twice would alert a person twice, so it is not repeated. A note or an "
            "opportunity is looked for by itself, and stands here only where that did not succeed for 15 minutes. "
            "Or GoHighLevel accepted "
            "it, and no reading showed it within ten minutes; it is still looked for, and never written again. Open "
            "the **Ledger** with the state *refused* or *unknown*. Refused: the error says what to correct, such as "
            "a missing scope, a value that GoHighLevel does not take or a mail server that is not set. Correct it, in "
            "the automation where the value comes from there, and press **Replay**: it sends what the automation says "
            "by then, and where the contact was deleted or merged it saves the contact first. "
            "Unknown: look at the contact in GoHighLevel, or ask who should have been notified, then "
            "**Replay** where it was not carried out and **Leave out** where it was. The incident closes by itself "
            "once no entry waits."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)
