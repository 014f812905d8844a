"""The editor of a draft's copy: its fields, and beside them the e-mails as a lead would read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from campaigns.copy import PreviewStep, PreviewVariant, preview
from campaigns.copy.body import read_body
from campaigns.copy.findings import Level, LintFinding
from campaigns.copy.preview import SAMPLE_LEAD
from campaigns.copy.sequence import variant_letter
from iexdg.blueprints.drafts.content import html_of, sequences_of, steps_of
from iexdg.blueprints.drafts.fields import UNITS, shown_line, shown_list, shown_wait
from iexdg.blueprints.errors import Problem
from iexdg.blueprints.models import Draft
from iexdg.blueprints.pages.frame import Frame
from iexdg.ui.filters import Choice
from iexdg.ui.formatting import plural
from leads.models import Lead

_MOST_LEADS = 20


@dataclass(frozen=True)
class VariantForm:
    """The fields of one wording. Shapes: start - of the names of its fields; about - "58 words · line 3: …"."""

    start: str
    letter: str
    place: int
    subject: str
    body: str
    is_html: bool
    is_off: bool
    words: int
    summary: str
    tone: str
    rows: int


@dataclass(frozen=True)
class WaitForm:
    """The fields of one wait. Shapes: name, unit_name - of the fields."""

    name: str
    unit_name: str
    label: str
    amount: str
    units: tuple[Choice, ...]


@dataclass(frozen=True)
class StepForm:
    """The fields of one step. Shapes: waits - the one after it, and before it where a subsequence has one."""

    place: int
    number: int
    waits: tuple[WaitForm, ...]
    variants: tuple[VariantForm, ...]
    is_last: bool


@dataclass(frozen=True)
class EditorPage:
    """What the editor shows. Shapes: gaps - merge tags that the shown lead has no value for."""

    frame: Frame
    steps: tuple[StepForm, ...]
    preview: tuple[PreviewStep, ...]
    problems: tuple[Problem, ...]
    leads: tuple[Choice, ...]
    lead_name: str
    lead: str
    gaps: tuple[str, ...]
    variables: str
    variables_none: bool
    nothing: str


def editor_page(frame: Frame, *, lead_pk: int | None) -> EditorPage:
    """Build the editor of a campaign's e-mails; at a fixed number of queries."""
    look, is_kept = frame.look, "steps" not in frame.content and frame.draft.campaign is not None
    problems = [one for one in look.problems if one.path.startswith(("steps", "name", "variables")) or not one.path]
    return copy_page(
        frame,
        frame.content,
        look.lint,
        problems,
        lead_pk=lead_pk,
        nothing="No e-mail is written here: the copy stays as Instantly has it." if is_kept else "No e-mail yet.",
    )


def copy_page(
    frame: Frame,
    content: Mapping[str, Any],
    lint: Sequence[LintFinding],
    problems: Sequence[Problem],
    *,
    lead_pk: int | None,
    nothing: str,
) -> EditorPage:
    """Build the editor of e-mails.

    Shapes: content - of the draft, or of one subsequence; nothing - what no step means.
    """
    people = _people(frame.draft)
    chosen = next((one for one in people if one.pk == lead_pk), None) or next(iter(people), None)
    shown = preview(sequences_of(content), lint, values_of(chosen) if chosen else None)
    if content is not frame.content and shown:
        shown[0] = replace(shown[0], wait=_first_wait(content))
    return EditorPage(
        frame=frame,
        steps=_steps(content, lint, is_first_delayed=content is not frame.content),
        preview=tuple(shown),
        problems=tuple(problems),
        leads=tuple(Choice(str(one.pk), _lead_words(one), one == chosen) for one in people),
        lead_name=_lead_words(chosen) if chosen else "an invented lead",
        lead=str(chosen.pk) if chosen else "",
        gaps=_gaps(shown),
        variables=shown_list(frame.content.get("variables")),
        variables_none="variables" in frame.content,
        nothing=nothing,
    )


def _first_wait(content: Mapping[str, Any]) -> str:
    """When the first e-mail of a subsequence leaves."""
    wait = steps_of(content)[0].get("wait_before")
    return f"{wait} after its condition is met" if wait else "once its condition is met"


def _people(draft: Draft) -> list[Lead]:
    """The newest leads of its campaign, or of the workspace where it has none; those with a name first."""
    there = Lead.objects.filter(workspace=draft.workspace, vanished_at__isnull=True)
    if draft.campaign is not None:
        there = there.filter(campaign=draft.campaign)
    return sorted(there.order_by("-id")[:_MOST_LEADS], key=lambda one: not one.first_name)


def values_of(lead: Lead) -> dict[str, str]:
    """The merge variables of a lead, under Instantly's names; what is empty is left out."""
    fields = {
        "firstName": lead.first_name,
        "lastName": lead.last_name,
        "companyName": lead.company_name,
        "jobTitle": lead.job_title,
        "email": lead.email,
        "companyDomain": lead.company_domain or lead.email.rpartition("@")[2],
    }
    own = {str(name): str(value) for name, value in lead.variables.items() if value is not None}
    # The name of a sender is Instantly's to fill in: a preview without one would mark what is never missing.
    senders = {name: value for name, value in SAMPLE_LEAD.items() if name.startswith(("sending", "account"))}
    return {name: value for name, value in {**senders, **own, **fields}.items() if value}


def _lead_words(lead: Lead) -> str:
    name = " ".join(part for part in (lead.first_name, lead.last_name) if part) or "someone without a name"
    return f"{name}, {lead.company_name}" if lead.company_name else name


def _steps(content: Mapping[str, Any], lint: Sequence[LintFinding], *, is_first_delayed: bool) -> tuple[StepForm, ...]:
    steps = steps_of(content)
    return tuple(
        _step(place, step, lint, is_last=place == len(steps) - 1, is_delayed=is_first_delayed and place == 0)
        for place, step in enumerate(steps)
    )


def _step(
    place: int, step: Mapping[str, Any], lint: Sequence[LintFinding], *, is_last: bool, is_delayed: bool
) -> StepForm:
    of_step = [one for one in lint if one.step == place + 1]
    variants = tuple(
        _variant(f"steps-{place}-{number}", number, one, [found for found in of_step if found.variant == number])
        for number, one in enumerate(step["variants"])
    )
    after = "Wait after it, once another follows" if is_last else f"Wait before step {place + 2}"
    waits = [_wait(f"steps-{place}-wait", f"steps-{place}-unit", after, step.get("wait_after"))]
    if is_delayed or "wait_before" in step:
        label = "Wait before it, once the condition is met"
        start = f"steps-{place}-before"
        waits.insert(0, _wait(start, f"{start}-unit", label, step.get("wait_before")))
    return StepForm(place, place + 1, tuple(waits), variants, is_last)


def _wait(name: str, unit_name: str, label: str, written: object) -> WaitForm:
    amount, unit = shown_wait(written)
    units = tuple(Choice(one, one, one == (unit or "days")) for one in UNITS)
    return WaitForm(name, unit_name, label, amount, units)


def _variant(start: str, place: int, variant: Mapping[str, Any], found: Sequence[LintFinding]) -> VariantForm:
    html = html_of(variant)
    is_html = variant.get("html") is not None
    text = str(variant.get("html") if is_html else variant.get("body") or "")
    words = sum(len(line.text.split()) for line in read_body(html).lines)
    is_off = variant.get("off") is True
    return VariantForm(
        start=start,
        letter=variant_letter(place),
        place=place,
        subject=shown_line(variant.get("subject")),
        body=text,
        is_html=is_html,
        is_off=is_off,
        words=words,
        summary="Not sent" if is_off else _summary(found),
        tone=_tone(found) if not is_off else "muted",
        rows=min(max(text.count("\n") + 2, 5), 18),
    )


def _summary(found: Sequence[LintFinding]) -> str:
    levels = [one.level for one in found]
    parts = [
        words
        for words, level in (("to fix", Level.BLOCKER), ("to review", Level.WARNING))
        for words in ([f"{levels.count(level)} {words}"] if level in levels else [])
    ]
    hints = levels.count(Level.ADVICE)
    parts += [plural(hints, "hint")] if hints else []
    return " · ".join(parts) or "Passes"


def _tone(found: Sequence[LintFinding]) -> str:
    levels = {one.level for one in found}
    return "bad" if Level.BLOCKER in levels else "warn-text" if Level.WARNING in levels else "muted"


def _gaps(steps: Sequence[PreviewStep]) -> tuple[str, ...]:
    pieces = [piece for step in steps for variant in step.variants for piece in _pieces_of(variant)]
    return tuple(dict.fromkeys(piece.text for piece in pieces if piece.is_gap))


def _pieces_of(variant: PreviewVariant) -> list[Any]:
    return [*variant.subject, *(piece for line in variant.lines for piece in line.pieces)]
