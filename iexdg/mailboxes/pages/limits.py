"""The old and the new limits side by side, as the template reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iexdg.mailboxes.models import Mailbox

_LABELS = {"daily_limit": "E-mails a day", "sending_gap": "Minutes between two e-mails"}


@dataclass(frozen=True)
class LimitLine:
    """One limit of one mailbox; `old` None is unknown."""

    email: str
    label: str
    old: int | None
    new: int
    is_raised: bool


@dataclass(frozen=True)
class LimitsReview:
    """What would change. Shapes: before, after - e-mails a day of all of them; before None where one is unknown."""

    lines: Sequence[LimitLine]
    before: int | None
    after: int | None
    raises: bool


def review(boxes: Sequence[Mailbox], values: Mapping[str, int]) -> LimitsReview:
    """Compare the limits of mailboxes with new ones; what stays as it is has no line."""
    lines = [_line(box, name, value) for box in boxes for name, value in values.items() if getattr(box, name) != value]
    old = [box.daily_limit for box in boxes]
    known = [limit for limit in old if limit is not None]
    cap = values.get("daily_limit")
    return LimitsReview(
        lines=lines,
        before=sum(known) if len(known) == len(old) else None,
        after=cap * len(boxes) if cap is not None else None,
        raises=any(line.is_raised for line in lines),
    )


def _line(box: Mailbox, name: str, value: int) -> LimitLine:
    old: int | None = getattr(box, name)
    # More e-mails a day, or less time between them; where the old cap is unknown it may be a raise.
    more = value > (old or 0) if name == "daily_limit" else value < (old if old is not None else value + 1)
    return LimitLine(box.email, _LABELS[name], old, value, more)
