"""The list of subsequences and the page of one, as their templates read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from campaigns.copy import PreviewStep, preview
from campaigns.copy.sequence import variant_letter
from campaigns.models import Campaign, Subsequence
from campaigns.queries import campaigns_tagged
from campaigns.sending.subsequences import covering_approvals, why_not_resumed, why_not_running
from campaigns.sending.windows import summary
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.filters import Chip, Choice, chips_for, menu_of, number_in, query_of
from iexdg.ui.formatting import plural
from iexdg.workspace_objects.interests import interest_choices
from iexdg.workspace_objects.lists import Kept, kept
from iexdg.workspace_objects.models import ObjectChange, ObjectKind
from iexdg.workspace_objects.orders import open_changes
from iexdg.workspace_objects.tags import tags_of
from iexdg.workspaces.models import Workspace

# Source: docs/api/instantly-facts.md §2.6, lead_activity.
ACTIVITIES = ((2, "opened an e-mail"), (4, "clicked a link"), (91, "completed without a reply"))
_MOST_CHANGES = 5


@dataclass(frozen=True)
class SubsequenceLine:
    """One line of the list. `why_not`: why it may not run, where it does."""

    row: Subsequence
    condition: str
    steps: int
    why_not: str
    change: ObjectChange | None


@dataclass(frozen=True)
class SubsequenceList:
    """What the list shows."""

    lines: Sequence[SubsequenceLine]
    read: Kept
    campaigns: Sequence[Choice]
    tags: Sequence[Choice]
    chips: Sequence[Chip]
    chosen: int | None
    query: str
    is_filtered: bool


@dataclass(frozen=True)
class StepLine:
    """What one step and variant sent and what came of it; None is unknown."""

    name: str
    sent: int | None
    opened: int | None
    replied: int | None
    clicked: int | None


@dataclass(frozen=True)
class SubsequencePage:
    """What the page of one shows. `why_not`: why it is not resumed; `why_stops`: why it may not run, where it does."""

    row: Subsequence
    condition: str
    hours: str
    limit: str
    waits: Sequence[str]
    copy: Sequence[PreviewStep]
    figures: Sequence[StepLine]
    why_not: str
    why_stops: str
    changes: Sequence[ObjectChange]
    may_resume: bool


def condition_words(conditions: Mapping[str, Any], interests: Mapping[int, str]) -> str:
    """Say when a subsequence begins: "interest is Won, or clicked a link"."""
    return ", or ".join(_conditions(conditions, interests)) or "no condition"


def _conditions(conditions: Mapping[str, Any], interests: Mapping[int, str]) -> Iterator[str]:
    codes = [code for code in conditions.get("crm_status") or [] if isinstance(code, int | float)]
    if codes:
        yield f"interest is {' or '.join(interests.get(int(code), f'no. {code:g}') for code in codes)}"
    names = dict(ACTIVITIES)
    yield from (names.get(code, f"activity no. {code}") for code in conditions.get("lead_activity") or [])
    if conditions.get("reply_contains"):
        yield f"a reply contains “{conditions['reply_contains']}”"


def subsequence_list(workspace: Workspace, query: QueryDict) -> SubsequenceList:
    """Build the list."""
    chosen, tag = number_in(query.get("campaign", "")), query.get("tag", "")[:64]
    rows = Subsequence.objects.filter(workspace=workspace, vanished_at__isnull=True)
    names = dict(Campaign.objects.filter(subsequences__in=rows).order_by("name").values_list("pk", "name"))
    rows = rows.filter(campaign=chosen) if chosen is not None else rows
    rows = rows.filter(campaign__in=campaigns_tagged(workspace, tag)) if tag else rows
    _, tags = tags_of(workspace)
    changes = {one.remote_id: one for one in open_changes(workspace, ObjectKind.SUBSEQUENCE)}
    interests = dict(interest_choices(workspace))
    (read,) = kept(workspace, ObjectKind.SUBSEQUENCE)
    approvals = covering_approvals(names)
    lines = [
        SubsequenceLine(
            row=row,
            condition=condition_words(row.conditions, interests),
            steps=len(row.steps),
            why_not=why_not_running(row, approvals) if row.is_sending else "",
            change=changes.get(row.remote_id),
        )
        for row in rows.select_related("campaign", "workspace").order_by("campaign__name", "name", "pk")
    ]
    on = {"campaign": chosen, "tag": tag}
    labels = {
        "campaign": names.get(chosen or 0, f"campaign no. {chosen}"),
        "tag": f"tag: {tags.get(tag, 'unknown')}",
    }
    return SubsequenceList(
        lines=lines,
        read=read,
        campaigns=menu_of(names.items(), chosen),
        tags=menu_of(tags.items(), tag),
        chips=chips_for(on, labels),
        chosen=chosen,
        query=query_of(on),
        is_filtered=chosen is not None or bool(tag),
    )


def subsequence_cells(page: SubsequenceList) -> Iterator[Sequence[object]]:
    """Yield the list as rows of a file; empty is unknown."""
    yield (
        "Subsequence", "Campaign", "Begins when", "Steps", "Status", "May not run because", "Sent", "Opened",
        "Replied", "Figures as of", "Status as of", "Status unknown since", "Id",
    )  # fmt: skip
    for line in page.lines:
        row = line.row
        yield (
            row.name, row.campaign.name if row.campaign else "", line.condition, line.steps, row.status_label,
            line.why_not, row.sent, row.opened, row.replied, row.figures_read_at, row.read_at, row.unknown_since,
            row.remote_id,
        )  # fmt: skip


def subsequence_page(row: Subsequence, *, member: Member) -> SubsequencePage:
    """Build the page of one."""
    interests = dict(interest_choices(row.workspace))
    changes = ObjectChange.objects.filter(
        workspace=row.workspace, kind=ObjectKind.SUBSEQUENCE, remote_id=row.remote_id
    ).select_related("by")
    return SubsequencePage(
        row=row,
        condition=condition_words(row.conditions, interests),
        hours=summary(row.schedule) if row.schedule else "as its campaign",
        limit=_limit_words(row),
        waits=[_wait_words(step, number) for number, step in enumerate(row.steps, 1)],
        copy=preview([{"steps": row.steps}]),
        figures=[_step_line(one) for one in row.step_figures],
        why_not=why_not_resumed(row),
        why_stops=why_not_running(row) if row.is_sending else "",
        changes=list(changes[:_MOST_CHANGES]),
        may_resume=member.may(Action.ACTIVATE) and row.workspace.may_write,
    )


def _limit_words(row: Subsequence) -> str:
    if row.daily_limit_mode == "custom":
        return plural(row.daily_limit or 0, "e-mail") + " a day, its own"
    return "none of its own" if row.daily_limit_mode == "unlimited" else "as its campaign"


def _wait_words(step: Mapping[str, Any], number: int) -> str:
    """When a step is sent: the first waits before it, the others after the one before them."""
    if number > 1 or not isinstance(step, Mapping):
        return ""
    wait, unit = step.get("pre_delay"), str(step.get("pre_delay_unit") or "days")
    if not isinstance(wait, int | float) or not wait:
        return "as soon as the condition is met"
    return f"{wait:g} {unit.removesuffix('s') if wait == 1 else unit} after the condition is met"


def _step_line(one: Mapping[str, Any]) -> StepLine:
    step, variant = one.get("step"), one.get("variant")
    name = f"Step {step + 1}" if isinstance(step, int) else "A step that is not known"
    name += f", {variant_letter(variant)}" if isinstance(variant, int) else ""
    return StepLine(name, one.get("sent"), one.get("opened"), one.get("replied"), one.get("clicked"))
