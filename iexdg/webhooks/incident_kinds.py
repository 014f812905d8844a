"""The incident that a webhook opens which Instantly has disabled."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

DISABLED = declare(
    IncidentKind(
        "webhook_disabled",
        label="a webhook is disabled",
        tone="warn",
        next_step=NextStep(
            "Find out why its address refused or did not answer, then press Resume on the page Webhooks.",
            link="Open webhooks",
            page="webhooks",
        ),
        runbook=(
            "Instantly stopped calling a webhook because its address failed several times in a row. What happened "
            "since then is not delivered later. Where it is the receiver of this product, replies still arrive, but "
            "only as often as the inbox is read. The page **Webhooks** shows the newest attempts with their errors. "
            "Timeouts and refused connections: the product was down, or `PUBLIC_URL` is not where Instantly reaches "
            "it. HTTP 404: the webhook sends another secret than the receiver has; press **Send the secret**. Then "
            "press **Resume**, and **Send a test**. The incident closes by itself once Instantly lists the webhook as "
            "enabled, or no longer lists it."
        ),
        closes_itself=True,
        notified=DECIDERS | {Role.OPERATOR},
    )
)
