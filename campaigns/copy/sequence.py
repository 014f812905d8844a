"""The sequence of a campaign as plain data: its steps and their variants, read from what Instantly returned. Pure.

The only module that reads `sequences`. Malformed parts are left out or empty; nothing raises.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DEFAULT_UNIT = "days"


@dataclass(frozen=True)
class Variant:
    """One wording of a step. `place` counts from 0, as Instantly counts; one that is not live is never sent."""

    place: int
    subject: str
    body: str
    is_live: bool

    @property
    def letter(self) -> str:
        """Its name: "A" for the first."""
        return variant_letter(self.place)


@dataclass(frozen=True)
class Step:
    """One e-mail of the sequence. `number` counts from 1; the delay is the wait after it.

    Shapes: given_delay, given_unit - as Instantly returned them, for comparing and storing.
    """

    number: int
    given_delay: Any
    given_unit: Any
    variants: tuple[Variant, ...]

    @property
    def delay(self) -> float | None:
        """The wait after this step, in `unit`; None where it is not a number."""
        if isinstance(self.given_delay, bool) or not isinstance(self.given_delay, int | float):
            return None
        try:
            number = float(self.given_delay)
        except OverflowError:
            return None
        return number if math.isfinite(number) else None

    @property
    def unit(self) -> str:
        """What the delay counts: "days", "hours" or "minutes"; days where Instantly names none."""
        return str(self.given_unit)

    @property
    def live_variants(self) -> tuple[Variant, ...]:
        """The variants that are sent."""
        return tuple(variant for variant in self.variants if variant.is_live)

    def live_variant(self, place: int) -> Variant | None:
        """The variant at a place; None where there is none or it is switched off."""
        return next((variant for variant in self.live_variants if variant.place == place), None)


@dataclass(frozen=True)
class Sequence:
    """What a campaign sends, in order."""

    steps: tuple[Step, ...] = ()

    @property
    def live_variants(self) -> tuple[Variant, ...]:
        """Every variant that is sent, step by step."""
        return tuple(variant for step in self.steps for variant in step.live_variants)

    def step(self, number: int) -> Step | None:
        """The step with a number; None where there is none."""
        return self.steps[number - 1] if 0 < number <= len(self.steps) else None

    def thread_subject(self, number: int) -> str:
        """The subject of the last step before with one of its own: a step without stays in that thread. "" for none."""
        before = (variant for step in reversed(self.steps[: max(number - 1, 0)]) for variant in step.live_variants)
        return next((variant.subject for variant in before if variant.subject), "")


def read_sequence(sequences: object) -> Sequence:
    """Read a campaign's `sequences`; only the first is sent, Instantly ignores all others.

    Source: docs/api/instantly-facts.md §2.1 (read 2026-11-22).
    """
    first = sequences[0] if isinstance(sequences, list | tuple) and sequences else None
    steps = [raw for raw in _listed(first, "steps") if isinstance(raw, Mapping)]
    return Sequence(tuple(_step(number, raw) for number, raw in enumerate(steps, start=1)))


def variant_letter(place: int) -> str:
    """Name a variant by its place: 0 -> "A"."""
    return chr(ord("A") + place) if 0 <= place < 26 else str(place + 1)


def _step(number: int, raw: Mapping[str, Any]) -> Step:
    # Instantly counts a malformed variant too, so that it keeps its place.
    listed = enumerate(_listed(raw, "variants"))
    variants = tuple(_variant(place, one) for place, one in listed if isinstance(one, Mapping))
    return Step(number, raw.get("delay"), raw.get("delay_unit") or _DEFAULT_UNIT, variants)


def _variant(place: int, raw: Mapping[str, Any]) -> Variant:
    return Variant(
        place=place,
        subject=str(raw.get("subject") or ""),
        body=str(raw.get("body") or ""),
        # A variant without this field is sent.
        is_live=raw.get("v_disabled") is not True,
    )


def _listed(raw: object, name: str) -> list[Any]:
    found = raw.get(name) if isinstance(raw, Mapping) else None
    return found if isinstance(found, list) else []
