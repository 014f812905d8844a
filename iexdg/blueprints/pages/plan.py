"""The plan of a draft as it was last compared with Instantly, what applying does, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.models import CampaignStatus
from iexdg.blueprints.drafts.comparing import why_not_applied
from iexdg.blueprints.models import ApplyRequest, Draft
from iexdg.blueprints.pages.frame import Frame
from iexdg.blueprints.planning import Action
from iexdg.blueprints.shown import value_words
from iexdg.ui.formatting import plural

_MOST_REQUESTS = 10
_SHOWN_LEVELS = ("blocker", "warning", "advice")


@dataclass(frozen=True)
class ChangeLine:
    """One difference in words; None where there is nothing."""

    path: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class PlanPage:
    """What the tab shows.

    Shapes: plan - as `plan_facts` keeps it, None before the first comparison; kept - (path, value in words) of what
        only Instantly has; why_not - why it cannot be applied now, "" where it can; is_old - the draft was changed
        since.
    """

    frame: Frame
    plan: Mapping[str, Any] | None
    changes: Sequence["ChangeLine"]
    kept: Sequence[tuple[str, str]]
    headline: str
    findings: Sequence[Mapping[str, Any]]
    why_not: str
    is_old: bool
    requests: Sequence[ApplyRequest]


@dataclass(frozen=True)
class ApplyPage:
    """What is confirmed before a draft is applied. Shapes: consequences - sentences."""

    draft: Draft
    changes: int
    is_new: bool
    must_pause: bool
    consequences: tuple[str, ...]
    why_not: str


def plan_page(frame: Frame) -> PlanPage:
    """Build the tab; at a fixed number of queries."""
    draft, found = frame.draft, frame.draft.plan
    requests = list(ApplyRequest.objects.filter(draft=draft).select_related("by", "campaign")[:_MOST_REQUESTS])
    is_applied_now = any(one.is_open for one in requests)
    return PlanPage(
        frame=frame,
        plan=found,
        changes=[change_line(one) for one in (found or {}).get("changes", [])],
        kept=[(str(one["path"]), value_words(one["value"])) for one in (found or {}).get("kept", [])],
        headline=_headline(found),
        findings=[one for one in (found or {}).get("findings", []) if one["level"] in _SHOWN_LEVELS],
        why_not="It is being applied." if is_applied_now else why_not_applied(draft),
        is_old=found is not None and draft.plan_revision != draft.revision,
        requests=requests,
    )


def change_line(change: Mapping[str, Any]) -> ChangeLine:
    """Put a difference into words. Shapes: change - {path, before, after}; both None: null, where nothing was."""
    before, after = _shown(change["before"]), _shown(change["after"])
    return ChangeLine(str(change["path"]), before, "none" if before is after is None else after)


def _shown(value: Any) -> str | None:
    if value is None:
        return None
    return value_words(value)


def _headline(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "Not compared yet"
    if found["action"] == Action.CREATE:
        return "Would be created, as a draft at Instantly"
    if found["action"] == Action.UPDATE:
        return f"Would be changed: {plural(len(found['changes']), 'difference')}"
    return "Nothing to do: Instantly has it as it is written"


def apply_page(draft: Draft) -> ApplyPage:
    """Say what applying does."""
    found = draft.plan or {}
    is_new = found.get("action") == Action.CREATE
    must_pause = bool(found.get("must_be_paused"))
    return ApplyPage(
        draft=draft,
        changes=len(found.get("changes", [])),
        is_new=is_new,
        must_pause=must_pause or _has_live_approval(draft),
        consequences=_consequences(draft, is_new=is_new),
        why_not=why_not_applied(draft),
    )


def _has_live_approval(draft: Draft) -> bool:
    return draft.campaign is not None and draft.campaign.approvals.filter(state="approved").exists()


def _consequences(draft: Draft, *, is_new: bool) -> tuple[str, ...]:
    shared = (
        "Nothing is activated: it sends only after a go-live that someone else approves.",
        "What Instantly stores is read back and compared with what was sent.",
    )
    if is_new:
        return ("Instantly gets a new campaign, which it stores as a draft. It has no leads.", *shared)
    status = CampaignStatus.label_of(draft.campaign.remote_status if draft.campaign else None)
    return (
        f"The campaign at Instantly is changed as the plan shows. When it was last read, it was: {status}.",
        "An approval that it has ends: what is changed needs a new go-live.",
        *shared,
    )
