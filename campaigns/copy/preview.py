"""The copy as one reader will see it: safe pieces of text and links, never Instantly's own HTML."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaigns.copy import links
from campaigns.copy.body import Line, Segment, read_body
from campaigns.copy.check import enabled_variants
from campaigns.copy.findings import LintFinding
from campaigns.copy.variables import filled

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


@dataclass(frozen=True)
class Piece:
    """Text to print escaped; `href` for a link, `is_gap` where the sample lead has no value."""

    text: str
    href: str = ""
    is_gap: bool = False


@dataclass(frozen=True)
class PreviewLine:
    """One line with what the linter found on it."""

    number: int
    pieces: tuple[Piece, ...]
    findings: tuple[LintFinding, ...]


@dataclass(frozen=True)
class PreviewVariant:
    """One variant; `general` are findings about the body as a whole."""

    place: int
    letter: str
    subject: tuple[Piece, ...]
    subject_findings: tuple[LintFinding, ...]
    lines: tuple[PreviewLine, ...]
    general: tuple[LintFinding, ...]


@dataclass(frozen=True)
class PreviewStep:
    """One e-mail of the sequence; `wait` says how long after the one before it leaves."""

    number: int
    wait: str
    variants: tuple[PreviewVariant, ...]


def preview(
    sequences: Sequence[Any], findings: Sequence[LintFinding] = (), lead: Mapping[str, str] | None = None
) -> list[PreviewStep]:
    """Render the enabled variants for one lead, findings beside the line they are about."""
    first = sequences[0] if sequences else {}
    listed = first.get("steps") if isinstance(first, Mapping) else None
    steps = [step for step in listed if isinstance(step, Mapping)] if isinstance(listed, list) else []
    sample = SAMPLE_LEAD if lead is None else lead
    return [
        PreviewStep(number, _wait(steps, number), _variants(number, step, findings, sample))
        for number, step in enumerate(steps, start=1)
    ]


def _wait(steps: Sequence[Mapping[str, Any]], number: int) -> str:
    """The delay of a step is the wait after it; source: instantly-facts.md §2.1."""
    if number == 1:
        return "at once"
    before = steps[number - 2]
    delay, unit = before.get("delay"), str(before.get("delay_unit") or "days")
    if not isinstance(delay, int | float):
        return "after an unknown wait"
    return f"{delay:g} {unit.removesuffix('s') if delay == 1 else unit} later"


def _variants(
    number: int, step: Mapping[str, Any], findings: Sequence[LintFinding], lead: Mapping[str, str]
) -> tuple[PreviewVariant, ...]:
    shown = []
    for place, variant in enabled_variants(step):
        here = [item for item in findings if item.step == number and item.variant == place]
        lines = read_body(str(variant.get("body") or "")).lines
        shown.append(
            PreviewVariant(
                place=place,
                letter=chr(ord("A") + place) if place < 26 else str(place + 1),
                subject=_pieces(Segment(str(variant.get("subject") or "")), lead),
                subject_findings=tuple(item for item in here if item.line == 0),
                lines=tuple(_line(at, line, here, lead) for at, line in enumerate(lines, start=1)),
                general=tuple(item for item in here if item.line is None),
            )
        )
    return tuple(shown)


def _line(number: int, line: Line, findings: Sequence[LintFinding], lead: Mapping[str, str]) -> PreviewLine:
    pieces = [piece for segment in line.segments for piece in _pieces(segment, lead)]
    return PreviewLine(number, tuple(pieces), tuple(item for item in findings if item.line == number))


def _pieces(segment: Segment, lead: Mapping[str, str]) -> tuple[Piece, ...]:
    href = ""
    if segment.href is not None:
        target = "".join(text for text, _ in filled(segment.href.strip(), lead))
        # Only addresses a reader can safely click become links on our page; the rest is shown as text.
        href = target if target.startswith(("http://", "https://")) and links.is_web_address(target) else ""
    return tuple(Piece(text, href, is_gap) for text, is_gap in filled(segment.text, lead))
