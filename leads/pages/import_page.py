"""The page of one import. It depends only on the state in the database, so reloading is always safe."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaigns.incident_kinds import AFTER_A_FLIP
from campaigns.models import ApprovalState
from campaigns.sending.loading import LoadEffect, open_approvals_of
from iexdg.team.models import Member
from iexdg.team.roles import Action
from iexdg.ui.formatting import plural
from iexdg.workspaces.models import Workspace
from leads.importing.sniffing import shape_in_words
from leads.importing.stage import shape_of
from leads.imports.counts import ImportCounts, counts_of
from leads.imports.effects import effect_of_resuming, effect_of_verifying_again, held_words
from leads.imports.trouble import trouble_of
from leads.loading.canary import CanaryStatus, CanaryVerdict, canary_status, holds_remaining_rows, is_canary
from leads.models import Batch, BatchState, Import, ImportEvent, ImportState, Reason, RowState
from leads.models.importing import WORKING
from leads.pages.accounts import LineGroup, groups_of, identity_of
from leads.pages.pace import pace_in_words, pace_of
from leads.pages.reading import READING_ASKS

_STEPS = ("Upload", "Map", "Check", "Verify", "Load", "Settle watch")
_STEP_OF = {
    ImportState.UPLOADED: 1,
    ImportState.FAILED: 1,
    ImportState.CHECKING: 2,
    ImportState.MAPPED: 3,
    ImportState.VERIFYING: 3,
    ImportState.VERIFIED: 4,
    ImportState.LOADING: 4,
    ImportState.SETTLING: 5,
    ImportState.DONE: 6,
}
_LOG_LINES = 14
# Where no row is held, only the second half of AFTER_A_FLIP is left to do.
_LOADED_AFTER_A_FLIP = "Request the go-live; until it is approved the campaign stays paused."
_REQUESTED_SINCE = "The go-live is requested; until it is approved the campaign stays paused."
_APPROVED_SINCE = "The go-live was approved since."


@dataclass(frozen=True)
class Step:
    """One step of the import; state past, now or todo."""

    number: int
    label: str
    state: str


# Not in these states: addresses without a verdict can be verified again. Settling is allowed.
_SPENDING = {ImportState.CHECKING, ImportState.VERIFYING, ImportState.LOADING}
_RESUMABLE = {ImportState.STOPPED, ImportState.VERIFIED}


@dataclass(frozen=True)
class BatchLine:
    """One batch and Instantly's accounting of it."""

    number: int
    size: int
    is_canary: bool
    label: str
    tone: str
    sent_at: datetime | None
    accounting: str
    error: str


@dataclass(frozen=True)
class ImportPage:
    """Everything that the page and its polled fragment show."""

    imported: Import
    counts: ImportCounts
    stage: str
    steps: list[Step]
    shape: str
    headline: str
    pace: str
    credits_line: str
    segments: list[tuple[str, int, str]]
    groups: list[LineGroup]
    identity: str
    events: list[ImportEvent]
    batches: list[BatchLine]
    canary: CanaryStatus | None
    can_stop: bool
    can_resume: bool
    may_release: bool
    resume_words: str
    resume_effect: LoadEffect
    retry_effect: LoadEffect
    held_words: str
    trouble: str
    after_a_flip: str
    can_retry: bool
    has_failed_rows: bool
    has_receipts: bool
    may_import: bool
    polls: bool
    version: str


def import_page(imported: Import, workspace: Workspace, member: Member) -> ImportPage:
    """Collect the current data of an import's page."""
    counts = counts_of(imported)
    events = list(ImportEvent.objects.filter(imported=imported)[:_LOG_LINES])
    batches = [_batch_line(batch) for batch in Batch.objects.filter(imported=imported).order_by("-number")[:20]]
    may_import = member.may(Action.IMPORT)
    state = ImportState(imported.state)
    canary = canary_status(imported) if state == ImportState.VERIFIED and is_canary(imported) else None
    trouble = _trouble(imported)
    can_retry = may_import and _can_retry(state, counts)
    resume_effect, retry_effect = _effects(imported, can_retry=can_retry)
    waits = canary is not None and holds_remaining_rows(imported) and canary.verdict != CanaryVerdict.PASSED
    return ImportPage(
        imported=imported,
        counts=counts,
        stage=_stage_of(state, imported),
        steps=_steps(imported),
        shape=_shape_in_words(imported),
        headline=_headline(imported, counts),
        pace=_pace(imported, counts),
        credits_line=_credits_line(imported, counts, workspace),
        segments=_segments(counts),
        groups=groups_of(imported, counts, resume_effect),
        identity=identity_of(counts),
        events=events,
        batches=batches,
        canary=canary,
        can_stop=may_import and state in {ImportState.VERIFYING, ImportState.LOADING},
        can_resume=may_import and state in _RESUMABLE and not waits,
        may_release=waits and member.may(Action.RELEASE_CANARY),
        resume_words=_resume_words(imported),
        resume_effect=resume_effect,
        retry_effect=retry_effect,
        held_words=held_words(resume_effect),
        trouble=trouble,
        after_a_flip=_after_a_flip(imported, counts),
        can_retry=can_retry,
        has_failed_rows=may_import and bool(counts.rows - counts.loaded - counts.open_total),
        has_receipts=may_import and bool(counts.answered),
        may_import=may_import,
        polls=state in WORKING,
        version=_version(imported, counts, events, batches, trouble),
    )


def _shape_in_words(imported: Import) -> str:
    """How the file is read; while that is asked, no guess."""
    is_asked = any(ask["what"] in READING_ASKS for ask in imported.asks)
    return "" if is_asked else shape_in_words(shape_of(imported))


def _can_retry(state: ImportState, counts: ImportCounts) -> bool:
    return state not in _SPENDING and bool(counts.rejected.get(Reason.PENDING))


def _effects(imported: Import, *, can_retry: bool) -> tuple[LoadEffect, LoadEffect]:
    """What resuming does to the go-live, and what verifying again does; nothing where that cannot be done."""
    resuming = effect_of_resuming(imported) if imported.state in _RESUMABLE else LoadEffect()
    return resuming, effect_of_verifying_again(imported) if can_retry else LoadEffect()


def _after_a_flip(imported: Import, counts: ImportCounts) -> str:
    """What is left to do after a flip; nothing where the go-live was approved since."""
    if not imported.flips:
        return ""
    if counts.ready:
        return AFTER_A_FLIP
    approval = open_approvals_of([imported.to_campaign.pk]).get(imported.to_campaign.pk)
    if approval is None:
        return _LOADED_AFTER_A_FLIP
    return _APPROVED_SINCE if approval.state == ApprovalState.APPROVED else _REQUESTED_SINCE


def _trouble(imported: Import) -> str:
    return trouble_of(imported) if imported.state in WORKING else ""


def _stage_of(state: ImportState, imported: Import) -> str:
    """Which part of the page is shown: map, checking, preview or run."""
    if state in {ImportState.UPLOADED, ImportState.FAILED}:
        return "map"
    if state == ImportState.CHECKING:
        return "checking"
    return "preview" if state == ImportState.MAPPED else "run"


def _steps(imported: Import) -> list[Step]:
    state = imported.resume_to if imported.state == ImportState.STOPPED else imported.state
    reached = _STEP_OF.get(ImportState(state or ImportState.VERIFYING), 3)
    # No one watches a list, which sends nothing.
    labels = _STEPS if imported.lead_list_id is None else _STEPS[:-1]
    words = ["past" if place < reached else "now" if place == reached else "todo" for place in range(len(labels))]
    return [Step(place + 1, label, words[place]) for place, label in enumerate(labels)]


def _headline(imported: Import, counts: ImportCounts) -> str:
    state = ImportState(imported.state)
    ready = counts.ready + counts.open.get(RowState.LOADING, 0)
    words = {
        ImportState.CHECKING: f"Checking, {plural(imported.rows_total, 'line')} read",
        ImportState.VERIFYING: f"Verifying, {counts.answered:,} of {counts.ok:,} answered",
        ImportState.VERIFIED: f"Held: {plural(counts.ready, 'verified row waits', 'verified rows wait')} here",
        ImportState.LOADING: f"Loading, {counts.loaded:,} of {counts.loaded + ready:,} loaded",
        ImportState.SETTLING: f"Settle watch: {counts.loaded:,} loaded, the campaign's status is being watched"
        if imported.lead_list_id is None
        else f"{counts.loaded:,} are in the list",
        ImportState.DONE: f"Done: {counts.loaded:,} of {plural(counts.rows, 'line')} loaded",
        ImportState.STOPPED: f"Stopped, {plural(counts.open_total, 'line is', 'lines are')} open",
    }
    return words.get(state, "")


def _pace(imported: Import, counts: ImportCounts) -> str:
    if imported.state == ImportState.VERIFYING:
        return pace_in_words(pace_of(imported.pk, "verify", counts.answered, counts.ok), "answers")
    if imported.state == ImportState.LOADING:
        total = counts.loaded + counts.ready + counts.open.get(RowState.LOADING, 0)
        return pace_in_words(pace_of(imported.pk, "load", counts.loaded, total), "leads")
    return ""


def _credits_line(imported: Import, counts: ImportCounts, workspace: Workspace) -> str:
    ceiling = imported.credit_ceiling if imported.credit_ceiling is not None else counts.credits_needed
    left = "credits left unknown" if workspace.credits_left is None else f"{workspace.credits_left:,.2f} left"
    return f"Credits: {counts.credits_used:,.2f} used of at most {ceiling:,.2f} · {left}"


def _segments(counts: ImportCounts) -> list[tuple[str, int, str]]:
    """The progress bar: the rows that passed the check, by outcome, as (label, number, tone)."""
    waiting = counts.open.get(RowState.NEW, 0)
    verifying = counts.open.get(RowState.VERIFYING, 0)
    loading = counts.open.get(RowState.LOADING, 0)
    every = [
        ("loaded", counts.loaded, "ok"),
        ("verified", counts.ready, "busy"),
        ("loading", loading, "busy"),
        ("refused", counts.rejected_total, "bad"),
        ("not loaded", counts.failed_total, "bad"),
        ("outcome unknown", counts.unknown, "warn"),
        ("checking", verifying, "warn"),
        ("waiting", waiting, "idle"),
    ]
    return [(label, number, tone) for label, number, tone in every if number]


def _resume_words(imported: Import) -> str:
    if imported.state == ImportState.VERIFIED:
        return "Resume loads the verified rows now: one lead first, then the status is read."
    return "Resume continues where it stopped; nothing is verified or loaded twice."


def _batch_line(batch: Batch) -> BatchLine:
    tones = {BatchState.RECONCILED: "ok", BatchState.REFUSED: "bad", BatchState.UNKNOWN: "bad"}
    tone = "bad" if batch.adds_up is False else tones.get(BatchState(batch.state), "busy")
    return BatchLine(
        number=batch.number,
        size=batch.size,
        is_canary=batch.is_canary,
        label=str(BatchState(batch.state).label),
        tone=tone,
        sent_at=batch.sent_at,
        accounting=_accounting(batch),
        error=batch.error,
    )


def _accounting(batch: Batch) -> str:
    counts = {key: value for key, value in batch.accounting.items() if isinstance(value, int) and value}
    counts.pop("remaining_in_plan", None)
    sent = counts.pop("total_sent", None)
    if sent is None or batch.adds_up is None:
        return ""
    parts = " + ".join(_accounted(key, value) for key, value in counts.items()) or "0"
    sign = "≠" if batch.adds_up is False else "="
    return f"{sent} sent {sign} {parts}"


def _accounted(key: str, number: int) -> str:
    words = key.replace("_", " ")
    return plural(number, "lead uploaded", "leads uploaded") if key == "leads_uploaded" else f"{number:,} {words}"


def _version(
    imported: Import, counts: ImportCounts, events: Sequence[ImportEvent], batches: Sequence[BatchLine], trouble: str
) -> str:
    """Changes whenever the page would differ, so that an unchanged page is not sent again."""
    newest = events[0].pk if events else 0
    words = (imported.error, imported.stop_reason, trouble)
    facts = (imported.state, imported.rows_total, words, newest, counts, batches)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]
