"""Applies a blueprint: creates what is missing as a draft, changes what differs while it is paused, reads back.

For each campaign: quiet (draft or paused, read now) -> intent -> write -> read back -> compare. Nothing here activates
a campaign. One that may send is refused, or paused first where that is chosen; the pause ends its approval, and what
was changed needs a new one.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from campaigns.mirror.sync import store_campaign
from campaigns.models import Campaign, CampaignStatus, ReadingWhy, RequestState
from campaigns.sending.lifecycle import carry_out, live_approval_of, read_status, request_pause
from iexdg.blueprints.applying_subsequences import apply_subsequence
from iexdg.blueprints.comparison import Change, compare, with_lines
from iexdg.blueprints.errors import ApplyRefusedError
from iexdg.blueprints.facts import current_facts
from iexdg.blueprints.models import CampaignWrite, WriteState, WriteVerb
from iexdg.blueprints.orders import CampaignIntent, order_write
from iexdg.blueprints.parsing import Blueprint
from iexdg.blueprints.planning import QUIET, Action, CampaignPlan, Plan, line_of, plan
from iexdg.blueprints.settling import read_back, settle_writes
from iexdg.blueprints.vendor_body import body_of, changed_paths
from iexdg.clients.http.errors import ClientError
from iexdg.team.audit.models import Via
from iexdg.team.models import Member
from iexdg.team.permissions import require
from iexdg.team.roles import Action as Permission
from iexdg.workspaces.connected import client_for, require_write_mode
from iexdg.workspaces.models import Workspace
from iexdg.workspaces.writes import perform_write

_REASON = "a blueprint changes it"


@dataclass(frozen=True)
class Applied:
    """What became of one campaign.

    Shapes: read_back - "equal", "different", or None where nothing was sent; error - "" where all is as wanted;
        differences - what is stored otherwise, with the lines of the file: `before` is stored, `after` was sent.
    """

    plan: CampaignPlan
    remote_id: str | None
    is_applied: bool = False
    read_back: str | None = None
    error: str = ""
    differences: tuple[Change, ...] = ()
    status: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        return self.plan.facts | {
            "remote_id": self.remote_id,
            "applied": self.is_applied,
            "read_back": self.read_back,
            "status": self.status,
            "error": self.error,
            "differences": [
                {"path": one.path, "sent": one.after, "stored": one.before, "line": one.line}
                for one in self.differences
            ],
        }


@dataclass(frozen=True)
class Application:
    """What became of a blueprint."""

    plan: Plan
    campaigns: tuple[Applied, ...]

    @property
    def failures(self) -> tuple[str, ...]:
        """Why it is not all as wanted."""
        return tuple(f"{one.plan.name}: {one.error}" for one in self.campaigns if one.error)

    @property
    def facts(self) -> dict[str, Any]:
        """For JSON."""
        read = {one.read_back for one in self.campaigns} - {None}
        return self.plan.facts | {
            "campaigns": [one.facts for one in self.campaigns],
            "applied": any(one.is_applied for one in self.campaigns),
            "read_back": "different" if read - {"equal"} or self.failures else "equal",
        }


def apply(
    workspace: Workspace,
    blueprint: Blueprint,
    *,
    by: Member,
    pauses_live: bool = False,
    via: str | None = None,
    planned: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> Application:
    """Bring Instantly to what a blueprint says. Applying again changes only what is not so yet.

    Shapes: pauses_live - pause a campaign that may send before it is changed, instead of refusing it; planned - the
        digest of the plan that was confirmed, "" for whatever is to be done now.
    Raises: NotAllowedError, ObserveModeError, ClientError; ApplyRefusedError - the review found blockers, or something
        else would be done than was confirmed. Nothing was sent then. What fails for one campaign is in its `error`, and
        the others are applied.
    """
    require(by, Permission.BLUEPRINTS, workspace)
    require_write_mode(workspace)
    settle_writes(workspace)
    made = plan(workspace, blueprint)
    if planned and made.digest != planned:
        raise ApplyRefusedError("Something was changed at Instantly since this was planned. Plan again, then apply.")
    if made.blockers:
        first, more = made.blockers[0], len(made.blockers) - 1
        others = f" ({more} more)" if more else ""
        raise ApplyRefusedError(f"line {first.line}: {first.campaign}: {first.title}.{others} Nothing was sent.")
    return Application(
        made, tuple(_applied(workspace, one, by=by, pauses=pauses_live, via=via, sleep=sleep) for one in made.campaigns)
    )


def _applied(
    workspace: Workspace,
    one: CampaignPlan,
    *,
    by: Member,
    pauses: bool,
    via: str | None,
    sleep: Callable[[float], None],
) -> Applied:
    if one.action == Action.NOTHING:
        status = one.found.status if one.found is not None else None
        return Applied(one, one.remote_id, read_back="equal", status=status)
    try:
        if one.action == Action.CREATE:
            made = _create(workspace, one, by=by, via=via, sleep=sleep)
        else:
            made = _update(workspace, one, by=by, pauses=pauses, via=via, sleep=sleep)
        return _with_subsequences(workspace, one, made, by=by, via=via, sleep=sleep)
    except (ApplyRefusedError, ClientError) as error:
        return Applied(one, one.remote_id, error=str(error))


def _with_subsequences(
    workspace: Workspace,
    one: CampaignPlan,
    made: Applied,
    *,
    by: Member,
    via: str | None,
    sleep: Callable[[float], None],
) -> Applied:
    """Create and change its subsequences, which stay paused, once the campaign itself is as wanted."""
    if made.error or not any(sub.changes for sub in one.subsequences):
        return made
    campaign = Campaign.objects.select_related("workspace").get(workspace=workspace, remote_id=made.remote_id)
    for sub in one.subsequences:
        if not sub.changes:
            continue
        left = apply_subsequence(campaign, sub, by=by, via=via, sleep=sleep)
        made = replace(made, is_applied=True, read_back="different" if left.error else "equal")
        if left.error:
            lined = tuple(with_lines(list(left.differences), lambda path: line_of(one.campaign, path)))
            places = "".join(f"; line {change.line}: {change.path}" for change in lined)
            return replace(made, differences=lined, error=f"subsequence {sub.content.name}: {left.error}{places}")
    return made


def _create(
    workspace: Workspace, one: CampaignPlan, *, by: Member, via: str | None, sleep: Callable[[float], None]
) -> Applied:
    body = body_of(one.wanted, None, changed_paths(one.wanted, one.changes))
    write = order_write(workspace, WriteVerb.CREATE, body, name=one.name, by=by, via=via)
    campaigns = client_for(workspace).campaigns
    perform_write(CampaignIntent(write), lambda: campaigns.create(body))
    return _with_variables(one, _result(one, write, sleep), write.campaign, by=by, via=via, sleep=sleep)


def _update(
    workspace: Workspace,
    one: CampaignPlan,
    *,
    by: Member,
    pauses: bool,
    via: str | None,
    sleep: Callable[[float], None],
) -> Applied:
    if one.found is None:
        raise ApplyRefusedError("It is not known at Instantly.")
    campaign = store_campaign(workspace, one.found)
    _require_quiet(campaign, by=by, pauses=pauses, via=via, sleep=sleep)
    campaigns = client_for(workspace).campaigns
    now = campaigns.get(campaign.remote_id)
    # What somebody changes at Instantly meanwhile is not overwritten by what the plan did not show.
    if compare(one.wanted, current_facts(now.raw), keeps_senders=one.keeps_senders) != _without_lines(one.changes):
        raise ApplyRefusedError("It was changed at Instantly since this was planned. Plan again, then apply.")
    body = body_of(one.wanted, now.raw, changed_paths(one.wanted, one.changes), keeps_senders=one.keeps_senders)
    if not body:
        made = Applied(one, campaign.remote_id, status=now.status)
        return _with_variables(one, made, campaign, by=by, via=via, sleep=sleep)
    write = order_write(workspace, WriteVerb.UPDATE, body, name=one.name, by=by, campaign=campaign, via=via)
    perform_write(CampaignIntent(write), lambda: campaigns.patch(campaign.remote_id, body))
    return _with_variables(one, _result(one, write, sleep), campaign, by=by, via=via, sleep=sleep)


def _without_lines(changes: tuple[Change, ...]) -> list[Change]:
    return [replace(change, line=None) for change in changes]


def _require_quiet(
    campaign: Campaign, *, by: Member, pauses: bool, via: str | None, sleep: Callable[[float], None]
) -> None:
    """Let only a campaign be changed that does not send, and that nobody has approved to send as it was.

    Raises: ApplyRefusedError - it may send and is not to be paused, its status could not be read, or its pause is not
        confirmed. Its copy was not touched.
    """
    status = read_status(campaign, why=ReadingWhy.APPLY)
    if status is None:
        raise ApplyRefusedError("Its status could not be read, so it was not changed. Try again.")
    is_approved = live_approval_of(campaign) is not None
    if status in QUIET and not is_approved:
        return
    if not pauses:
        why = "has a live approval" if is_approved else f"is not paused ({CampaignStatus.label_of(status)})"
        how = "choose to pause it when you apply" if via == Via.WEB else "apply with --pause"
        raise ApplyRefusedError(
            f"It {why}, so it was not changed. Pause it first, or {how}: it then needs a new go-live."
        )
    request = carry_out(request_pause(campaign, by=by, reason=_REASON, via=via).pk, sleep=sleep)
    if request.state != RequestState.CONFIRMED:
        raise ApplyRefusedError("Its pause is not confirmed yet, so it was not changed. It is retried; apply again.")


def _result(one: CampaignPlan, write: CampaignWrite, sleep: Callable[[float], None]) -> Applied:
    """Read a write back, and say what became of it."""
    write.refresh_from_db()
    if write.state in {WriteState.ASKED, WriteState.REFUSED}:
        return Applied(one, write.remote_id or one.remote_id, error=write.error or "It was not sent.")
    found = read_back(write, sleep=sleep)
    status = write.campaign.remote_status if write.campaign is not None else None
    made = Applied(one, write.remote_id or one.remote_id, is_applied=True, read_back="equal", status=status)
    if write.is_open:
        words = f"It is not confirmed yet, and is read again: {write.error}".rstrip(": ")
        return replace(made, is_applied=False, read_back="different", error=words)
    if write.state == WriteState.DIFFERENT:
        lined = tuple(with_lines(found, lambda path: line_of(one.campaign, path)))
        words = "; ".join(f"line {change.line}: {change.path} was stored otherwise" for change in lined)
        return replace(made, read_back="different", differences=lined, error=words)
    if status not in QUIET:
        words = f"It reads back as {CampaignStatus.label_of(status)}; it was to be a draft or paused."
        return replace(made, error=words)
    return made


def _with_variables(
    one: CampaignPlan,
    made: Applied,
    campaign: Campaign | None,
    *,
    by: Member,
    via: str | None,
    sleep: Callable[[float], None],
) -> Applied:
    """Add the variables that the campaign does not have; they change no e-mail."""
    names = [str(change.after) for change in one.changes if change.field == ("variables",)]
    if not names or made.error or campaign is None:
        return made
    body = {"variables": names}
    workspace = campaign.workspace
    write = order_write(workspace, WriteVerb.VARIABLES, body, name=one.name, by=by, campaign=campaign, via=via)
    campaigns = client_for(workspace).campaigns
    perform_write(CampaignIntent(write), lambda: campaigns.add_variables(campaign.remote_id, names))
    return _result(one, write, sleep)
