"""The copy as one reader will see it: safe text and links, never Instantly's own HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.copy.body import Segment, read_body
from campaigns.copy.findings import LintFinding
from campaigns.copy.masking import NOT_RENDERED
from campaigns.copy.sequence import Step, Variant, read_sequence
from campaigns.copy.shown_text import Piece, shown_line, shown_lines

SAMPLE_LEAD: dict[str, str] = {
    "firstName": "Jordan",
    "lastName": "Lee",
    "email": "jordan.lee@northwind.example.com",
    "companyName": "Northwind",
    "companyDomain": "northwind.example.com",
    "jobTitle": "Chief Operating Officer",
    "website": "northwind.example.com",
    "phone": "+1 555 0100",
    "location": "Detroit",
    "sendingAccountName": "Sam Sender",
    "sendingAccountFirstName": "Sam",
    "sendingAccountLastName": "Sender",
    "accountSignature": "Sam Sender",
}


# What the linter names at its place is not said a second time in the words of the parser.
_FAULTS_OF_LIQUID = frozenset({"braces", "liquid", "nested_tag", "triple_braces"})


@dataclass(frozen=True)
class PreviewLine:
    """One line with what the linter found on it."""

    number: int
    pieces: tuple[Piece, ...]
    findings: tuple[LintFinding, ...]


@dataclass(frozen=True)
class PreviewVariant:
    """One variant; `general` are findings about the body as a whole. Shapes: note - why Liquid is shown as it is
    written, "" where it is rendered.
    """

    place: int
    letter: str
    subject: tuple[Piece, ...]
    subject_findings: tuple[LintFinding, ...]
    lines: tuple[PreviewLine, ...]
    general: tuple[LintFinding, ...]
    note: str = ""


@dataclass(frozen=True)
class PreviewStep:
    """One e-mail of the sequence; `wait` is how long after the previous one it is sent, in words.

    Shapes: off - letters of the variants that are switched off, which are not sent and not shown.
    """

    number: int
    wait: str
    variants: tuple[PreviewVariant, ...]
    off: tuple[str, ...] = ()


def preview(
    sequences: object, findings: Sequence[LintFinding] = (), lead: Mapping[str, str] | None = None
) -> list[PreviewStep]:
    """Render the enabled variants for one lead, each finding at its line.

    Shapes: sequences - as Instantly returns them.
    """
    sample = SAMPLE_LEAD if lead is None else lead
    sequence = read_sequence(sequences)
    return [
        PreviewStep(
            step.number,
            _wait(sequence.step(step.number - 1)),
            _variants(step, findings, sample),
            off=tuple(one.letter for one in step.variants if not one.is_live),
        )
        for step in sequence.steps
    ]


def _wait(before: Step | None) -> str:
    """The delay of a step is the wait after it; source: instantly-facts.md §2.1."""
    if before is None:
        return "immediately"
    if before.delay is None:
        return "after an unknown wait"
    unit = before.unit.removesuffix("s") if before.delay == 1 else before.unit
    return f"{before.delay:g} {unit} later"


def _variants(step: Step, findings: Sequence[LintFinding], lead: Mapping[str, str]) -> tuple[PreviewVariant, ...]:
    of_step = [item for item in findings if item.step == step.number]
    return tuple(
        _variant(variant, [item for item in of_step if item.variant == variant.place], lead)
        for variant in step.live_variants
    )


def _variant(variant: Variant, findings: Sequence[LintFinding], lead: Mapping[str, str]) -> PreviewVariant:
    subject, subject_note = shown_line(Segment(variant.subject), lead)
    shown, note = shown_lines(read_body(variant.body).lines, lead)
    lines = tuple(
        PreviewLine(number, pieces, tuple(item for item in findings if item.line == number)) for number, pieces in shown
    )
    numbers = {0, *(line.number for line in lines)}
    return PreviewVariant(
        place=variant.place,
        letter=variant.letter,
        subject=subject,
        subject_findings=tuple(item for item in findings if item.line == 0),
        lines=lines,
        # A line that Liquid leaves out for this lead still has what was found on it.
        general=tuple(item for item in findings if item.line not in numbers),
        note=_without_what_is_found(subject_note or note, findings),
    )


def _without_what_is_found(note: str, findings: Sequence[LintFinding]) -> str:
    return NOT_RENDERED if note and any(one.code in _FAULTS_OF_LIQUID for one in findings) else note
