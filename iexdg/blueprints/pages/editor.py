"""The editor of a draft's copy: its fields, and beside them the e-mails as a lead would read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.copy import PreviewStep, PreviewVariant, preview
from campaigns.copy.body import read_body
from campaigns.copy.findings import Level, LintFinding
from campaigns.copy.preview import SAMPLE_LEAD
from campaigns.copy.sequence import variant_letter
from iexdg.blueprints.drafts.content import html_of, steps_of
from iexdg.blueprints.drafts.typed import UNITS
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
class StepForm:
    """The fields of one step; the wait is the one after it."""

    place: int
    number: int
    wait: str
    units: tuple[Choice, ...]
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


def editor_page(frame: Frame, *, lead_pk: int | None) -> EditorPage:
    """Build the editor; at a fixed number of queries."""
    look, draft = frame.look, frame.draft
    people = _people(draft)
    chosen = next((one for one in people if one.pk == lead_pk), None) or next(iter(people), None)
    shown = preview(look.sequences, look.lint, values_of(chosen) if chosen else None)
    return EditorPage(
        frame=frame,
        steps=_steps(frame.content, look.lint),
        preview=tuple(shown),
        problems=tuple(
            one for one in look.problems if one.path.startswith(("steps", "name", "variables")) or not one.path
        ),
        leads=tuple(Choice(str(one.pk), _lead_words(one), one == chosen) for one in people),
        lead_name=_lead_words(chosen) if chosen else "an invented lead",
        lead=str(chosen.pk) if chosen else "",
        gaps=_gaps(shown),
        variables=", ".join(str(one) for one in frame.content.get("variables") or ()),
    )


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


def _steps(content: Mapping[str, Any], lint: Sequence[LintFinding]) -> tuple[StepForm, ...]:
    steps = steps_of(content)
    return tuple(_step(place, step, lint, is_last=place == len(steps) - 1) for place, step in enumerate(steps))


def _step(place: int, step: Mapping[str, Any], lint: Sequence[LintFinding], *, is_last: bool) -> StepForm:
    amount, _, unit = str(step.get("wait_after") or "").partition(" ")
    unit = unit if unit.endswith("s") or not unit else f"{unit}s"
    of_step = [one for one in lint if one.step == place + 1]
    variants = tuple(
        _variant(f"steps-{place}-{number}", number, one, [found for found in of_step if found.variant == number])
        for number, one in enumerate(step["variants"])
    )
    units = tuple(Choice(one, one, one == (unit or "days")) for one in UNITS)
    return StepForm(place, place + 1, amount, units, variants, is_last)


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
        subject=str(variant.get("subject") or ""),
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
