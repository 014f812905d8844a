"""A live campaign that is no longer what was approved: its approval is void, and it is paused or only reported."""

import difflib
import re
import time
from collections.abc import Callable
from typing import Any

from campaigns.incident_kinds import AUDIENCE_GROWTH, DRIFT
from campaigns.models import Approval, ApprovalState, Campaign, CampaignStatus, GoLiveStage
from campaigns.models.campaign import OnDrift
from campaigns.sending.approvals import void
from campaigns.sending.attribution import who_changed
from campaigns.sending.fingerprint import Difference, Parts, differences, fingerprint, parts_of
from campaigns.sending.lifecycle import carry_out, request_pause
from campaigns.sending.windows import week_of
from campaigns.watch.outcome import PAUSING, pause_details, record_pause_outcomes
from iexdg.incidents.kinds import IncidentKind
from iexdg.incidents.models import Incident
from iexdg.incidents.record import amend_incident, open_incident
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace

_NOT_SENDING = frozenset({CampaignStatus.DRAFT, CampaignStatus.PAUSED, CampaignStatus.COMPLETED})
_TAGS = re.compile(r"<[^>]+>")
_LINE_ENDS = re.compile(r"<br\s*/?>|</div>|</p>", re.IGNORECASE)
# An incident is read on a screen, so long differences are cut.
_MOST_LINES = 60


def watch_drift(workspace: Workspace, *, sleep: Callable[[float], None] = time.sleep) -> int:
    """Compare every live campaign with its approval, by the mirror. Returns how many differ."""
    live = Approval.objects.filter(
        campaign__workspace=workspace,
        campaign__vanished_at__isnull=True,
        state=ApprovalState.APPROVED,
        stage=GoLiveStage.LIVE,
    )
    found = [check(approval, sleep=sleep) for approval in live.select_related("campaign__workspace")]
    return sum(found)


def check(approval: Approval, *, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Check one live approval; True where the campaign is not what was approved."""
    campaign = approval.campaign
    now = parts_of(campaign)
    changed = differences(approval.fingerprint_parts, now)
    if changed:
        words = "; ".join(one.what for one in changed)
        details = {
            "differences": [one._asdict() for one in changed],
            "copy_lines": copy_lines(approval.fingerprint_parts, now),
            "week": week(approval.fingerprint_parts, now),
        }
        details = {name: value for name, value in details.items() if value}
        key = f"drift:{approval.pk}:{fingerprint(now)[:16]}"
        title = f"{campaign.name} was changed after its approval: {words}"
        _act(approval, DRIFT, key, title, _listed(changed), details, sleep)
        return True
    grown = campaign.leads_count
    # Without a cap (adopted before anything was counted) or without a count, growth is not known.
    if approval.audience_cap and grown is not None and grown > approval.audience_cap:
        title = f"{campaign.name} has {plural(grown, 'lead')}, {plural(approval.audience_cap, 'was', 'were')} approved"
        details = {"approved": approval.audience_cap, "now": grown}
        key = f"audience:{approval.pk}:{grown}"
        _act(approval, AUDIENCE_GROWTH, key, title, "Leads were added after the approval.", details, sleep)
        return True
    return False


def _act(
    approval: Approval,
    kind: IncidentKind,
    key: str,
    title: str,
    detail: str,
    details: dict[str, Any],
    sleep: Callable[[float], None],
) -> None:
    campaign = approval.campaign
    if campaign.on_drift == OnDrift.REPORT:
        if not Incident.objects.filter(workspace=campaign.workspace, dedupe_key=key).exists():
            text = f"{detail} Only reported, as set for this campaign: it continues, and its approval stays valid."
            _record_author(approval, _open(campaign, kind, key, title, text, details | {"paused": False}))
        return
    if not void(approval, title):
        return
    may_pause = campaign.workspace.may_write and campaign.remote_status not in _NOT_SENDING
    outcome = PAUSING if may_pause else "Nothing had to be paused." if _is_not_sending(campaign) else _OBSERVED
    request = request_pause(campaign, by=None, reason="changed after its approval") if may_pause else None
    details = details | {"paused": may_pause} | pause_details(request)
    incident = _open(campaign, kind, key, title, f"{detail} Its approval is void. {outcome}", details)
    if request is not None:
        carry_out(request.pk, sleep=sleep)
        record_pause_outcomes(campaign.workspace)
    _record_author(approval, incident)


def _record_author(approval: Approval, incident: Incident) -> None:
    """Record who changed it; read last, since nothing may delay the pause."""
    if incident.kind != DRIFT.code:
        return
    who = who_changed(approval.campaign, after=approval.live_at or approval.requested_at)
    incident.refresh_from_db()
    amend_incident(
        incident,
        summary=incident.summary,
        detail=f"{incident.detail} Who changed it: {who}.",
        details=incident.details | {"who_words": who},
    )


_OBSERVED = "The workspace is in observe mode, so it was not paused."


def _is_not_sending(campaign: Campaign) -> bool:
    return campaign.remote_status in _NOT_SENDING


def _open(
    campaign: Campaign, kind: IncidentKind, key: str, title: str, detail: str, details: dict[str, Any]
) -> Incident:
    return open_incident(
        campaign.workspace,
        kind,
        dedupe_key=key,
        summary=title,
        detail=detail,
        details=details,
        about=campaign.as_subject,
    )[0]


def _listed(changed: list[Difference]) -> str:
    return "; ".join(f"{one.what}: {one.before} → {one.after}" for one in changed) + "."


def copy_lines(old: Parts, new: Parts) -> list[str]:
    """The copy line by line as a reader sees it: "- " approved, "+ " now; unchanged lines are left out."""
    before, after = _readable(old), _readable(new)
    lines = [line for line in difflib.ndiff(before, after) if line.startswith(("- ", "+ "))]
    return lines[:_MOST_LINES]


def _readable(parts: Parts) -> list[str]:
    lines: list[str] = []
    for number, step in enumerate(parts.get("copy") or [], start=1):
        for variant in step.get("variants") or []:
            lines.append(f"Step {number}, subject: {variant['subject']}")
            text = _TAGS.sub("", _LINE_ENDS.sub("\n", variant["body"]))
            lines += [f"Step {number}: {line.strip()}" for line in text.splitlines() if line.strip()]
    return lines


def week(old: Parts, new: Parts) -> dict[str, str]:
    """The sending hours day by day: one value where a day is as approved, "approved → now" where it is not."""
    before, after = old.get("schedule") or {}, new.get("schedule") or {}
    if before == after:
        return {}
    approved, now = week_of(before), week_of(after)
    return {day: hours if hours == now[day] else f"{hours} → {now[day]}" for day, hours in approved.items()}
