"""The incidents that campaigns open: their texts, the next step, and who is notified."""

from iexdg.incidents.kinds import DECIDERS, IncidentKind, NextStep, declare
from iexdg.team.roles import Role

# The one instruction after a flip: page, log, command line, incident and runbook have it from here, README repeats it.
AFTER_A_FLIP = (
    "Press Resume to load the rows that are held, then request the go-live; "
    "until it is approved the campaign stays paused."
)

FLIP = declare(
    IncidentKind(
        "flip",
        label="turned active by itself",
        tone="bad",
        next_step=NextStep(f"Check the seconds it took and what was sent meanwhile. {AFTER_A_FLIP}"),
        runbook=(
            "Adding leads can make Instantly start a campaign. It was paused and read back. Check the seconds from "
            "flip to pause and what was sent meanwhile; *unknown* means that Instantly could not be read. Nothing else "
            f"has to be undone. {AFTER_A_FLIP}"
        ),
        notified=DECIDERS | {Role.OPERATOR},
    )
)

UNAPPROVED_ACTIVE = declare(
    IncidentKind(
        "unapproved_active",
        label="sending without an approval",
        tone="bad",
        next_step=NextStep(
            "Find out who started it. If it is meant to send, request its go-live; otherwise it stays paused."
        ),
        runbook=(
            "The incident names who started it as far as Instantly's audit log shows. In write mode it was paused; in "
            "observe mode it was only reported, so press **Pause**. If it is meant to send, request its go-live. A "
            "campaign that was live before the workspace was connected waits for an approver to adopt or pause it."
        ),
    )
)

UNAPPROVED_SUBSEQUENCE = declare(
    IncidentKind(
        "unapproved_subsequence",
        label="a subsequence ran without an approval",
        tone="bad",
        next_step=NextStep(
            "Find out who started it. If it is meant to send, request the go-live of its campaign, which names it; "
            "otherwise it stays paused.",
        ),
        runbook=(
            "A subsequence sends under the approval of its campaign, and only as it was reviewed. This one was read "
            "as running although that approval does not name it, or it was changed since. In write mode it is paused "
            "and read back; in observe mode it is only reported, so press **Pause** on its page. If it is meant to "
            "send, request the go-live of its campaign and resume it after the approval."
        ),
    )
)

SUBSEQUENCE_ADOPTION = declare(
    IncidentKind(
        "subsequence_adoption",
        label="a subsequence was running before we were connected",
        tone="bad",
        next_step=NextStep(
            "Adopt its campaign, or get its go-live approved: both name its subsequences. Or pause the subsequence. "
            "Until someone decides, it continues to send.",
            link="Open subsequence",
        ),
        runbook=(
            "Nothing was paused, since it may be intended. Adopt the campaign of the subsequence or get its go-live "
            "approved, which names the subsequence as it is, or pause it on its page. It closes automatically with "
            "the decision."
        ),
        closes_itself=True,
    )
)

DRIFT = declare(
    IncidentKind(
        "drift",
        label="changed after the approval",
        tone="warn",
        next_step=NextStep(
            "Read what differs. If the change is intended, request the go-live again; otherwise change it back in "
            "Instantly."
        ),
        runbook=(
            "Copy, schedule, senders, caps or flags are not what was signed off. The list of differences, and who made "
            "them as far as Instantly's audit log shows, are on the incident. If the change is intended, request the "
            "go-live again; if not, change it back in Instantly and request it too: an approval that was voided does "
            "not come back."
        ),
    )
)

AUDIENCE_GROWTH = declare(
    IncidentKind(
        "audience_growth",
        label="more leads than approved",
        tone="warn",
        next_step=NextStep(
            "Find out where the leads came from. Request the go-live again for the larger audience, or remove them."
        ),
        runbook=(
            "Leads were added beyond the approved number. Check the campaign's imports and Instantly's audit log. "
            "Remove the leads, or request the go-live for the larger audience."
        ),
    )
)

GUARDRAIL = declare(
    IncidentKind(
        "guardrail",
        label="a guardrail tripped",
        tone="bad",
        next_step=NextStep(
            "Fix what tripped it before anything else. Then an approver acknowledges the trip with a reason, and the "
            "campaign can go live again.",
            link="Open guardrails",
            page="guardrails",
        ),
        runbook=(
            "The page says which limit and the reading; re-arming closes the incident, a note does not. Fix the cause "
            "first: bounces mean a bad list, no clicks mean a broken link, a sender that is disconnected needs its "
            "sign-in. Then an approver acknowledges the trip with a reason; its window starts again and nothing is "
            "exempt."
        ),
        closes_itself=True,
    )
)

WATCHER_SILENT = declare(
    IncidentKind(
        "watcher_silent",
        label="a watcher stopped reporting",
        tone="bad",
        next_step=NextStep(
            "Run `manage.py doctor` and check that worker and beat run. Until it reports again, what is shown may be "
            "old.",
            page="readiness",
        ),
        runbook=(
            "A watcher has completed no check within its limit, so nothing that depends on it is known. Run `manage.py "
            "doctor`. Embedded: a process that hangs is replaced after a minute; read the logs of beat and of the "
            "workers. Compose: `docker compose ps`, and restart what hangs; while beat has stopped, the workers start "
            "its tasks. If it lasts, pause what must not send in Instantly's own app. It closes automatically with the "
            "next check."
        ),
        closes_itself=True,
    )
)

KILL_SWITCH = declare(
    IncidentKind(
        "kill_switch",
        label="all sending was stopped",
        tone="bad",
        next_step=NextStep(
            "Check the confirmed times: pause by hand in Instantly whatever is not confirmed. An approver lifts the "
            "switch with a reason once the cause is gone.",
            link="Open kill switch",
            page="kill_switch",
        ),
        runbook=(
            "The page lists each campaign with the time at which its pause was read back; what is not confirmed is "
            "retried. Pause it in Instantly by hand if it lasts. Nothing can be activated or loaded until an approver "
            "lifts the switch with a reason."
        ),
        closes_itself=True,
    )
)

PAUSE_UNCONFIRMED = declare(
    IncidentKind(
        "pause_unconfirmed",
        label="a pause is not confirmed",
        tone="bad",
        next_step=NextStep(
            "Pause it in Instantly's own app now. It is retried here; it is done once it reads back as paused.",
            link="Open campaign",
        ),
        runbook=(
            "The pause was sent, but Instantly does not read back as paused, or cannot be read. Pause it in "
            "Instantly's own app now. The sweep retries for 15 minutes; the row in the control room shows what was "
            "last read and when. It closes automatically once it reads back as paused."
        ),
        closes_itself=True,
    )
)

SUBSEQUENCE_PAUSE_UNCONFIRMED = declare(
    IncidentKind(
        "subsequence_pause_unconfirmed",
        label="a pause of a subsequence is not confirmed",
        tone="bad",
        next_step=NextStep(
            "Pause it in Instantly's own app now. It is done once it reads back as paused.",
            link="Open subsequence",
        ),
        runbook=(
            "The pause was sent, but Instantly does not read back as paused, or cannot be read. Pause the subsequence "
            "in Instantly's own app now. It is retried for 15 minutes; after that press **Pause** on its page to try "
            "again. It closes automatically once it reads back as paused, completed or deleted, or once an approver "
            "decides that it sends."
        ),
        closes_itself=True,
    )
)

GO_LIVE_REQUESTED = declare(
    IncidentKind(
        "go_live_requested",
        label="a go-live waits for approval",
        tone="warn",
        next_step=NextStep(
            "Open the go-live, read the preflight and what happens if you approve, then approve or reject. It closes "
            "automatically with the decision.",
            link="Open go-live",
            page="go_live",
        ),
        runbook=(
            "One person requested it and another decides. Open the go-live, read the preflight and what happens if you "
            "approve. It closes automatically when it is approved, rejected, void or expired; no note closes it."
        ),
        closes_itself=True,
    )
)

ADOPTION = declare(
    IncidentKind(
        "adoption",
        label="it was sending before we were connected",
        tone="bad",
        next_step=NextStep(
            "Open the campaign and adopt it as it is, or pause it. Until someone decides, it continues to send.",
            link="Open campaign",
        ),
        runbook=(
            "Nothing was paused, since it may be intended. Open the campaign and adopt it as it is, or pause it. It "
            "closes automatically with the decision."
        ),
        closes_itself=True,
    )
)

UNREADABLE = declare(
    IncidentKind(
        "unreadable",
        label="a status cannot be read",
        tone="bad",
        next_step=NextStep(
            "Run `manage.py doctor`, and check the campaign in Instantly. Pause it there if it must not send.",
            link="Open campaign",
        ),
        runbook=(
            "Other campaigns can be read, so the cause is this one: it was deleted or moved, or the key lost a scope. "
            "`manage.py doctor` shows whether key, edge, scope or network fails. Until it is read, pause it in "
            "Instantly if it must not send. It closes automatically with the first reading that succeeds."
        ),
        closes_itself=True,
    )
)
